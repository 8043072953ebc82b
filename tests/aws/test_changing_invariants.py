"""Whatever goes wrong on the wire, what is said of an order is true: done is done, and refused changed nothing."""

from __future__ import annotations

from random import Random
from threading import Event
from typing import Any

import pytest

from tests.aws.small_network import Network, access_fixture, network_fixture  # noqa: F401 - fixtures are found by name
from tests.aws.test_changing import (  # noqa: F401 - fixtures are found by name
    KMS,
    ONE_BUCKET,
    OTHER_BUCKET,
    _impatient,
    carried,
    changes_fixture,
    gateway_fixture,
    shown,
)
from tui.aws.changing import AwsChanges
from tui.demo.embedded import EmbeddedAws
from tui.network.order import FINAL, CreateEndpoint, DeleteEndpoint, ModifyEndpoint, SetPolicy, Stage

KINDS = ("throttle", "html", "empty", "truncate", "cut", "corrupt", "reset")
CODES = ("InternalError", "RequestExpired", "UnauthorizedOperation", "InvalidParameter", "AuthFailure")
CHANGES = ("ModifyVpcEndpoint", "CreateVpcEndpoint", "DeleteVpcEndpoints", "DescribeVpcEndpoints")


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be seen is not waited for long."""
    monkeypatch.setattr("tui.aws.change_endpoint._CREATED", 0.3)
    monkeypatch.setattr("tui.aws.change_endpoint._CHANGED", 0.3)
    monkeypatch.setattr("tui.aws.change_endpoint._DELETED", 0.3)
    monkeypatch.setattr("tui.aws.change_endpoint._LOST", 0.2)


def faults(dice: Random) -> list[dict[str, Any]]:
    """A bad day: some faults, each for a few calls of one operation."""
    found = []
    for _ in range(dice.randint(1, 4)):
        rule: dict[str, Any] = {
            "action": dice.choice(CHANGES),
            "times": dice.choice((1, 1, 2, 5)),
            "skip": dice.choice((0, 0, 1)),
        }
        if dice.random() < 0.3:
            found.append({**rule, "kind": "error", "code": dice.choice(CODES), "status": dice.choice((400, 403, 500))})
        else:
            found.append({**rule, "kind": dice.choice(KINDS)})
    return found


@pytest.mark.parametrize("seed", range(10))
def test_what_is_said_of_a_policy_is_true(
    changes: AwsChanges, network: Network, gateway: str, aws: EmbeddedAws, seed: int
) -> None:
    """Also where somebody else writes in between: his policy is never written over once it could be seen."""
    dice = Random(seed)
    was = shown(network, gateway)["PolicyDocument"]
    aws.inject(faults(dice))
    told = []
    meddles = dice.random() < 0.5
    for progress in changes.carry_out(SetPolicy(gateway, ONE_BUCKET, was), Event()):
        told.append(progress)
        if meddles and progress.stage is Stage.WAITING:
            aws.inject([])
            network.ec2.modify_vpc_endpoint(VpcEndpointId=gateway, PolicyDocument=OTHER_BUCKET)
            meddles = False
    aws.inject([])
    live = shown(network, gateway)["PolicyDocument"]
    assert [each.stage in FINAL for each in told] == [False] * (len(told) - 1) + [True]
    match told[-1].stage:
        case Stage.DONE:
            assert live == ONE_BUCKET
        case Stage.REFUSED:
            assert live == was
        case Stage.STOPPED:
            assert (live, told[-1].live) == (OTHER_BUCKET, OTHER_BUCKET)


@pytest.mark.parametrize("seed", range(10))
def test_what_is_said_of_an_endpoint_is_true(
    changes: AwsChanges, network: Network, aws: EmbeddedAws, seed: int
) -> None:
    """Made, moved and deleted under faults: no second endpoint, and each answer is as AWS has it."""
    dice = Random(1000 + seed)

    def there() -> list[Any]:
        aws.inject([])
        return list(network.ec2.describe_vpc_endpoints()["VpcEndpoints"])

    first, second = network.subnets
    aws.inject(faults(dice))
    made = carried(changes, CreateEndpoint(network.vpc, KMS, "Interface", subnets=(first,)))[-1]
    found = there()
    assert len(found) <= 1
    if made.stage in {Stage.DONE, Stage.REFUSED}:
        assert len(found) == (made.stage is Stage.DONE), made
    if not found:
        return
    endpoint = found[0]["VpcEndpointId"]
    aws.inject(faults(dice))
    moved = carried(changes, ModifyEndpoint(endpoint, add_subnets=(second,)))[-1]
    if moved.stage in {Stage.DONE, Stage.REFUSED}:
        assert (second in there()[0]["SubnetIds"]) == (moved.stage is Stage.DONE), moved
    aws.inject(faults(dice))
    deleted = carried(changes, DeleteEndpoint(endpoint))[-1]
    if deleted.stage in {Stage.DONE, Stage.REFUSED}:
        assert (not there()) == (deleted.stage is Stage.DONE), deleted
