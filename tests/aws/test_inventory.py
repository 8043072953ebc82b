from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from threading import Event, Timer
from typing import Any

import pytest

from tests.aws.small_network import Network, access_fixture, network_fixture  # noqa: F401 - fixtures are found by name
from tui.aws.inventory import AwsInventory, Pace
from tui.aws.inventory_read import Reader
from tui.aws.session import Access, Clients
from tui.demo.embedded import EmbeddedAws
from tui.flows.filter.model import Kind
from tui.flows.source import SourceError
from tui.network.inventory import PARTS, Inventory
from tui.network.place import VpcDns

AT = 1_767_225_600.0
DENIED = {"kind": "error", "code": "UnauthorizedOperation", "status": 403, "times": None}
QUICK = Pace(**dict.fromkeys(PARTS, 0.05))


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rests are short here."""
    monkeypatch.setattr("tui.aws.inventory._FIRST_REST", 0.05)
    monkeypatch.setattr("tui.aws.inventory._LOOK", 0.02)
    monkeypatch.setattr("tui.aws.inventory_call.RATE", 0.0)


@pytest.fixture(name="world", scope="module")
def world_fixture() -> Iterator[EmbeddedAws]:
    """The demo's account, whose time stands still."""
    with EmbeddedAws(at=AT, history=60, rate=1.0) as running:
        yield running


@pytest.fixture(name="known", scope="module")
def known_fixture(world: EmbeddedAws) -> Inventory:
    """All of the demo's account, read on a good day."""
    return until(source_of(world), whole)


@pytest.fixture(name="demo")
def demo_fixture(world: EmbeddedAws) -> Iterator[EmbeddedAws]:
    """The demo's account, without faults before and after."""
    world.inject([])
    world.forget_calls()
    yield world
    world.inject([])
    world.configure()


def access_of(aws: EmbeddedAws) -> Access:
    """How it is reached."""
    key, secret = aws.access_keys
    return Access(region=aws.region, endpoint_url=aws.url, access_key=key, secret_key=secret, isolated=True)


def source_of(aws: EmbeddedAws, *resources: str, pace: Pace | None = None) -> AwsInventory:
    """A source about resources, the demo's VPC if none are given."""
    return AwsInventory(access_of(aws), resources or (aws.scope,), aws.clock, pace)


def follow(source: AwsInventory, limit: float = 20.0) -> Iterator[Inventory]:
    """Inventories as they come; whoever waits longer than `limit` seconds waits in vain."""
    stop = Event()
    timer = Timer(limit, stop.set)
    timer.start()
    try:
        yield from source.inventories(stop)
    finally:
        stop.set()
        timer.cancel()


def until(source: AwsInventory, done: Callable[[Inventory], bool]) -> Inventory:
    """The first inventory that is as wanted."""
    last = Inventory()
    for last in follow(source):
        if done(last):
            return last
    raise AssertionError((last.missing, last.trouble, dict(last.read_at)))


def whole(found: Inventory) -> bool:
    """Everything has been read."""
    return found.has(*PARTS)


def test_the_demo_is_read_in_the_order_names_need(demo: EmbeddedAws) -> None:
    """Interfaces come first, then what they are called, then the rules; all of both VPCs, for they peer."""
    seen = []
    for found in follow(source_of(demo)):
        seen.append(found)
        if whole(found):
            break
    assert [set(each.read_at) - {"peerings"} for each in seen] == [
        {"interfaces"},
        {"interfaces", "instances", "subnets", "vpcs"},
        set(PARTS) - {"peerings"},
    ]
    found = seen[-1]
    assert (found.account, found.region, found.scope, found.at) == (demo.account, demo.region, (demo.scope,), AT)
    assert {len(found.vpcs), len(found.subnets), len(found.interfaces)} == {2, 6, 63}
    assert (found.missing, found.trouble, found.notes, found.changes) == ((), "", (), ())
    labels = set(found.names_frame()["label"])
    assert {"web-1", "alb payments-web", "nat-a", "lambda settle-payments", "rds db-writer", "vpce kms"} <= labels
    assert not {each for each in labels if each.startswith(("eni-", "i-"))}
    assert found.named("52.216.1.1").label == "s3"


def test_rules_and_routes_are_whole(demo: EmbeddedAws) -> None:
    """Groups with the ids of their rules, references and lists; ACLs with their numbers; routes with their targets."""
    found = until(source_of(demo), whole)
    groups = {group.name: group for group in found.groups if group.vpc == demo.scope}
    assert all(rule.id.startswith("sgr-") for group in found.groups for rule in group.rules)
    rules = groups["bastion"].rules
    assert {str(rule.network) for rule in rules if rule.protocol == "icmp"} >= {"10.0.0.0/8"}
    (ssh,) = (rule for rule in rules if rule.first == 22 and rule.prefix_list and not rule.egress)
    assert found.prefix_list(ssh.prefix_list).name == "office"  # type: ignore[union-attr]  # it is there
    references = [rule for rule in groups["alb-web"].rules if rule.peer_group]
    assert references
    assert all(found.group(rule.peer_group) and rule.peer_account == demo.account for rule in references)
    private = next(each for each in found.subnets if each.name == "payments-private-a")
    acl, table = found.acl_of(private.id), found.route_table_of(private.id)
    assert acl is not None
    assert table is not None
    assert acl.entries[-1].number == 32767
    assert not acl.entries[-1].allow
    assert {route.kind for route in table.routes} >= {"local", "nat", "pcx", "tgw", "vpce"}
    s3 = next(each for each in found.endpoints if each.short == "s3")
    assert (s3.kind, s3.state, s3.interfaces) == ("Gateway", "available", ())
    assert s3.policy.startswith("{")
    assert found.members(Kind.ENDPOINT, "s3").networks
    assert found.members(Kind.SECURITY_GROUP, "db").interfaces


def test_hidden_interfaces_are_asked_for(demo: EmbeddedAws) -> None:
    """Interfaces that a service hides are there too, and every list comes in pages, of the VPCs in scope."""
    until(source_of(demo), whole)
    calls = {call["action"]: call["parameters"] for call in demo.calls()}
    for action in ("DescribeNetworkInterfaces", "DescribeInstances"):
        assert calls[action]["IncludeManagedResources"] == "true"
        assert calls[action]["Filter.1.Name"] == "vpc-id"
    assert all("MaxResults" in calls[action] for action in calls if action != "DescribeVpcAttribute")


def test_every_page_is_read(demo: EmbeddedAws, known: Inventory) -> None:
    """Small pages make the same inventory."""
    demo.configure(ec2_page=7)
    small = until(source_of(demo), whole)
    for part in PARTS:
        assert getattr(known, part) == getattr(small, part)


@pytest.mark.parametrize(
    ("action", "effect", "lacks"),
    [
        ("DescribeNetworkInterfaces", "addresses have no names", "interfaces"),
        ("DescribeInstances", "called by their ids", "instances"),
        ("DescribeSubnets", "subnets", "subnets"),
        ("DescribeVpcs", "VPCs", "vpcs"),
        ("DescribeVpcPeeringConnections", "peered", "peerings"),
        ("DescribeSecurityGroups", "security groups", "groups"),
        ("DescribeVpcEndpoints", "endpoints", "endpoints"),
        ("DescribeManagedPrefixLists", "prefix lists", "prefix_lists"),
        ("DescribeNetworkAcls", "network ACLs", "acls"),
        ("DescribeRouteTables", "where traffic goes", "route_tables"),
        ("DescribeVpcEndpointServices", "takes endpoint policies", "services"),
        ("DescribeVpcEndpointServiceConfigurations", "services of this account", "owned_services"),
        ("DescribeVpcEndpointConnections", "who is connected", "connections"),
        ("DescribeVpcAttribute", "private DNS needs", "vpc_dns"),
    ],
)
def test_a_denied_call_disables_only_what_needs_it(demo: EmbeddedAws, action: str, effect: str, lacks: str) -> None:
    """The others are read, and the sentence names the action and what is not known without it."""
    demo.inject([{**DENIED, "action": action}])
    others = [part for part in PARTS if part != lacks]
    found = until(source_of(demo), lambda each: each.has(*others) and bool(each.missing))
    assert not found.has(lacks)
    (sentence,) = found.missing
    assert sentence.startswith(f"ec2:{action} is denied: ")
    assert effect in sentence
    assert found.trouble == ""


def test_instances_without_names_are_called_by_their_ids(demo: EmbeddedAws) -> None:
    """Without DescribeInstances an instance's interface is still the instance's."""
    demo.inject([{**DENIED, "action": "DescribeInstances"}])
    found = until(source_of(demo), lambda each: each.has("route_tables"))
    kinds = [found.owner(each.id) for each in found.interfaces if each.instance]
    assert kinds
    assert all(owner is not None and owner.kind == "ec2" for owner in kinds)


def test_rules_are_known_without_their_ids(demo: EmbeddedAws, known: Inventory) -> None:
    """Where only DescribeSecurityGroups is allowed, the rules are the same, but for their ids."""
    demo.inject([{**DENIED, "action": "DescribeSecurityGroupRules"}])
    found = until(source_of(demo), whole)
    assert found.missing == ("ec2:DescribeSecurityGroupRules is denied: rules of security groups have no ids",)

    def said(inventory: Inventory) -> list[Any]:
        return [
            sorted(
                (r.egress, r.protocol, r.first, r.last, str(r.network), r.prefix_list, r.peer_group) for r in g.rules
            )
            for g in inventory.groups
        ]

    assert said(found) == said(known)
    assert not any(rule.id for group in found.groups for rule in group.rules)


def test_what_is_granted_later_is_read_later(demo: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    """A denied action is tried again from time to time, and is missed no more when it works."""
    monkeypatch.setattr("tui.aws.inventory._DENIED_AGAIN", 0.1)
    demo.inject([{**DENIED, "action": "DescribeInstances"}])
    found = None
    for found in follow(source_of(demo)):
        if found.has("route_tables") and found.missing:
            demo.inject([])
        if whole(found):
            break
    assert found is not None
    assert found.missing == ()
    assert "web-1" in {each.name for each in found.instances}


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "throttle", "every": 2, "times": 5},
        {"kind": "error", "code": "InternalError", "status": 500, "every": 3, "times": 5},
        {"kind": "error", "code": "Unavailable", "status": 503, "times": 7},
        {"kind": "html", "status": 200, "every": 3, "times": 3},
        {"kind": "answer", "body": "<html/>", "every": 3, "times": 3},
        {"kind": "empty", "every": 3, "times": 3},
        {"kind": "truncate", "every": 3, "times": 3},
        {"kind": "corrupt", "every": 3, "times": 3},
        {"kind": "cut", "every": 3, "times": 3},
        {"kind": "reset", "every": 3, "times": 3},
        {"kind": "error", "code": "RequestExpired", "status": 400, "times": 4},
    ],
    ids=lambda fault: "-".join(str(fault.get(key, "")) for key in ("kind", "code", "body")),
)
def test_a_bad_day_ends_with_the_same_inventory(demo: EmbeddedAws, known: Inventory, fault: dict[str, Any]) -> None:
    """Whatever comes over the wire for a while, nothing is left out, doubled, denied or taken for gone."""
    demo.inject([{"service": "ec2", **fault}])
    found = until(
        source_of(demo),
        lambda each: not each.trouble and all(len(getattr(each, part)) == len(getattr(known, part)) for part in PARTS),
    )
    for part in PARTS:
        assert getattr(found, part) == getattr(known, part)
    assert found.missing == ()
    assert found.changes == ()


def test_one_call_that_fails_does_not_hold_the_others(demo: EmbeddedAws) -> None:
    """A part that fails for ever is told as trouble; those after it are read."""
    demo.inject(
        [{"kind": "error", "code": "InternalError", "status": 500, "action": "DescribeInstances", "times": None}]
    )
    found = until(source_of(demo), lambda each: each.has("route_tables") and bool(each.trouble))
    assert "ec2:DescribeInstances" in found.trouble
    assert not found.has("instances")
    assert found.missing == ()


def test_no_credentials_are_told_at_once(demo: EmbeddedAws) -> None:
    """Without credentials or a Region there is nothing to wait for."""
    access = Access(region=demo.region, endpoint_url=demo.url, profile="nobody")
    with pytest.raises(SourceError, match="nobody"):
        next(AwsInventory(access, (demo.scope,)).inventories(Event()))


def test_a_network_that_is_not_there_is_told_and_waited_for() -> None:
    """Nobody listens: the inventory says so, and stays empty."""
    access = Access(
        region="eu-west-1", endpoint_url="http://127.0.0.1:9", access_key="k", secret_key="s", isolated=True
    )
    for found in follow(AwsInventory(access)):
        assert "127.0.0.1:9" in found.trouble
        assert found.read_at == {}
        break


def test_it_ends_at_once(demo: EmbeddedAws) -> None:
    """A call in flight holds nobody: the iterator ends when it is told to stop."""
    demo.inject([{"kind": "delay", "seconds": 3.0, "action": "Describe*", "times": 1}])
    stop = Event()
    Timer(0.5, stop.set).start()
    begin = time.monotonic()
    assert list(source_of(demo).inventories(stop)) == []
    assert time.monotonic() - begin < 2.0


def test_waits_end_at_once(demo: EmbeddedAws) -> None:
    """When all is read, it waits for the next time, and that wait ends too."""
    stop = Event()
    ended = 0.0
    for found in source_of(demo).inventories(stop):
        if whole(found):
            Timer(0.3, stop.set).start()
            ended = time.monotonic() + 0.3
    assert 0.0 < time.monotonic() - ended < 1.0


@pytest.mark.parametrize("kind", ["vpc", "subnet", "eni"])
def test_the_scope_is_the_vpcs_of_what_is_followed(network: Network, access: Access, kind: str) -> None:
    """A VPC, its subnet or its interface: that VPC is read, and no other."""
    other = network.ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    resource = {"vpc": network.vpc, "subnet": network.subnets[0], "eni": network.interfaces[1]}[kind]
    found = until(AwsInventory(access, (resource, "fl-0123456789abcdef0")), whole)
    assert [vpc.id for vpc in found.vpcs] == [network.vpc]
    assert {each.id for each in found.interfaces} == set(network.interfaces)
    everything = until(AwsInventory(access, ("/vpc/flow-logs",)), whole)
    assert {network.vpc, other} <= {vpc.id for vpc in everything.vpcs}
    assert everything.scope == ()


def test_services_and_connections_are_read(known: Inventory, demo: EmbeddedAws) -> None:  # noqa: ARG001 - on a good day
    """Of the services those that endpoints lead to and the account's own; of the connections all."""
    services = {each.name: each for each in known.services}
    assert set(services) == {each.service for each in known.endpoints} | {each.service for each in known.owned_services}
    assert services["com.amazonaws.eu-west-1.s3"].takes_policy
    assert {each.name for each in known.owned_services} == {"payments-api", "ledger-export"}
    assert sorted(each.state for each in known.connections).count("pendingAcceptance") == 1


def test_the_dns_attributes_of_the_scope_are_read(network: Network, access: Access) -> None:
    """Of the VPC in scope, two calls; a VPC made by hand has DNS support and no DNS hostnames until they are turned on."""
    found = until(AwsInventory(access, (network.vpc,)), whole)
    assert found.vpc_dns == (VpcDns(network.vpc, support=True, hostnames=False),)
    network.ec2.modify_vpc_attribute(VpcId=network.vpc, EnableDnsHostnames={"Value": True})
    network.ec2.modify_vpc_attribute(VpcId=network.vpc, EnableDnsSupport={"Value": False})
    found = until(AwsInventory(access, (network.vpc,)), whole)
    assert found.vpc_dns == (VpcDns(network.vpc, support=False, hostnames=True),)


def test_a_vpc_that_is_gone_has_no_dns_attributes(network: Network, access: Access) -> None:
    """One that was deleted since it was listed does not hide those of the others."""
    reader = Reader(Clients(access), Event())
    found = reader.vpc_dns(("vpc-0123456789abcdef0", network.vpc))
    assert [each.vpc for each in found] == [network.vpc]
