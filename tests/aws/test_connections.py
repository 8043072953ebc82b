"""The provider side of the demo's account: its services, who is connected, and orders that answer who wants to be."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest

from tui.aws.changing import AwsChanges
from tui.aws.inventory_read import Reader
from tui.aws.session import Access, Clients
from tui.demo.embedded import EmbeddedAws
from tui.network.order import AnswerConnection, CreateEndpoint, DeleteEndpoint, Progress, Stage
from tui.network.service import Connection

WAITING = "vpce-09f8e7d6c5b4a3920"
SERVICE = "vpce-svc-03d5ebb7d9579a2f1"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rests are short here, and AWS's bucket is never empty."""
    monkeypatch.setattr("tui.aws.change_call.RESTS", (0.01, 0.02, 0.03))
    monkeypatch.setattr("tui.aws.change_connection.LOOKS", (0.01, 0.02, 0.05))
    monkeypatch.setattr("tui.aws.change_pace.REFILL", 1000.0)
    monkeypatch.setattr("tui.aws.change_connection._SHOWN", 2.0)
    monkeypatch.setattr("tui.aws.change_connection._LOST", 0.3)


@pytest.fixture(name="world")
def world_fixture() -> Iterator[EmbeddedAws]:
    """The demo's account, whose time stands still, with connections as they are at first."""
    with EmbeddedAws(at=1_767_225_600.0, history=60, rate=1.0) as running:
        running.configure(hiccups=False, endpoints={"settle": 0.2})
        yield running


@pytest.fixture(name="access")
def access_fixture(world: EmbeddedAws) -> Access:
    """How it is reached."""
    key, secret = world.access_keys
    return Access(region=world.region, endpoint_url=world.url, access_key=key, secret_key=secret, isolated=True)


def read(access: Access) -> tuple[dict[str, str], dict[str, Connection]]:
    """The services' names by id, and the connections by endpoint."""
    reader = Reader(Clients(access), Event())
    owned = {each.id: each.name for each in reader.owned_services()}
    return owned, {each.endpoint: each for each in reader.connections()}


def carried(access: Access, order: AnswerConnection | CreateEndpoint | DeleteEndpoint) -> Progress:
    """How an order ends."""
    return list(AwsChanges(access).carry_out(order, Event()))[-1]


def test_the_demo_offers_services(access: Access) -> None:
    """Two services; somebody waits to be let in."""
    owned, connections = read(access)
    assert owned == {SERVICE: "payments-api", "vpce-svc-0e8a41c6f2b97d350": "ledger-export"}
    waiting = connections[WAITING]
    assert (waiting.service, waiting.owner, waiting.state) == (SERVICE, "888899990000", "pendingAcceptance")
    assert waiting.created is not None
    assert "loadbalancer/net/payments-api" in waiting.load_balancers[0]
    assert len(connections) == 5


def test_a_connection_is_accepted_and_rejected(access: Access) -> None:
    """Each is followed until AWS shows it; what is not there is refused by its Unsuccessful entry."""
    accepted = carried(access, AnswerConnection(SERVICE, WAITING, accept=True))
    assert (accepted.stage, accepted.endpoint) == (Stage.DONE, WAITING)
    assert read(access)[1][WAITING].state == "available"
    assert carried(access, AnswerConnection(SERVICE, WAITING, accept=False)).stage is Stage.DONE
    assert read(access)[1][WAITING].state == "rejected"
    unknown = carried(access, AnswerConnection(SERVICE, "vpce-0123456789abcdef0", accept=True))
    assert unknown.stage is Stage.REFUSED
    assert "does not exist" in unknown.text
    nothing = carried(access, AnswerConnection("vpce-svc-0123456789abcdef0", WAITING, accept=True))
    assert nothing.stage is Stage.REFUSED


@pytest.mark.parametrize(("kind", "stage"), [("cut", Stage.DONE), ("html", Stage.UNSURE)])
def test_a_lost_answer_is_looked_up(access: Access, world: EmbeddedAws, kind: str, stage: Stage) -> None:
    """Whether the connection was accepted is what AWS shows of it then."""
    world.inject([{"kind": kind, "action": "AcceptVpcEndpointConnections"}])
    ended = carried(access, AnswerConnection(SERVICE, WAITING, accept=True))
    assert ended.stage is stage
    assert (read(access)[1][WAITING].state == "available") == (stage is Stage.DONE)
    world.inject([])


def test_an_endpoint_that_has_to_be_accepted_is_done_waiting(access: Access, world: EmbeddedAws) -> None:
    """Its order ends when it waits for the owner of the service: that may take days."""
    partner = f"com.amazonaws.vpce.{world.region}.vpce-svc-0a7c3e915d2b48f60"
    made = carried(access, CreateEndpoint(world.scope, partner, "Interface"))
    assert made.stage is Stage.DONE
    assert "accept" in made.text


def test_both_sides_of_a_connection_agree(access: Access, world: EmbeddedAws) -> None:
    """An endpoint to the account's own service waits on both sides until it is accepted, and goes on both."""
    own = f"com.amazonaws.vpce.{world.region}.{SERVICE}"
    made = carried(access, CreateEndpoint(world.scope, own, "Interface"))
    assert made.stage is Stage.DONE
    assert read(access)[1][made.endpoint].state == "pendingAcceptance"
    assert carried(access, AnswerConnection(SERVICE, made.endpoint, accept=True)).stage is Stage.DONE
    reader = Reader(Clients(access), Event())
    assert {each.id: each.state for each in reader.endpoints()}[made.endpoint] == "available"
    assert carried(access, DeleteEndpoint(made.endpoint)).stage is Stage.DONE
    assert made.endpoint not in read(access)[1]


def test_an_answer_that_is_none_rejects_nobody(access: Access, world: EmbeddedAws) -> None:
    """Something in AWS's place answers the look: that nothing is listed in it does not mean that all is done."""
    look = {"kind": "answer", "action": "DescribeVpcEndpointConnections", "body": "<nothing/>", "times": None}
    world.inject([look, {"kind": "error", "code": "InternalError", "status": 500, "action": "Reject*"}])
    assert carried(access, AnswerConnection(SERVICE, WAITING, accept=False)).stage is Stage.UNSURE
    world.inject([])
