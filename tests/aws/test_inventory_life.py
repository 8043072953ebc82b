from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event, Timer
from typing import Any

import pytest

from tests.aws.small_network import Network, access_fixture, network_fixture  # noqa: F401 - fixtures are found by name
from tui.aws.inventory import AwsInventory, Pace
from tui.aws.inventory_wanted import Wanted
from tui.aws.session import Access
from tui.demo.embedded import EmbeddedAws
from tui.network.inventory import PARTS, Inventory

QUICK = Pace(**dict.fromkeys(PARTS, 0.05))
RARELY = Pace(**dict.fromkeys(PARTS, 3600.0))


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rests are short here."""
    monkeypatch.setattr("tui.aws.inventory._FIRST_REST", 0.05)
    monkeypatch.setattr("tui.aws.inventory._LOOK", 0.02)
    monkeypatch.setattr("tui.aws.inventory_call.RATE", 0.0)


class Life:
    """A source about the small VPC, and what it tells one after another."""

    def __init__(self, network: Network, access: Access) -> None:
        self.network, self.access = network, access
        self._stop = Event()
        self._timer = Timer(20.0, self._stop.set)
        self._timer.start()

    def begin(self, pace: Pace = QUICK) -> Inventory:
        """The first whole inventory."""
        self.source = AwsInventory(self.access, (self.network.vpc,), pace=pace)
        self._inventories = self.source.inventories(self._stop)
        return self.until(lambda found: found.has(*PARTS))

    def until(self, done: Callable[[Inventory], bool]) -> Inventory:
        """The first inventory from now on that is as wanted."""
        last = Inventory()
        for last in self._inventories:
            if done(last):
                return last
        raise AssertionError((last.missing, last.trouble, last.changes))

    def end(self) -> None:
        """Stop it."""
        self._stop.set()
        self._timer.cancel()


@pytest.fixture(name="life")
def life_fixture(network: Network, access: Access) -> Iterator[Life]:
    """The small VPC, read again and again."""
    made = Life(network, access)
    yield made
    made.end()


def test_a_vanished_interface_keeps_its_identity(life: Life) -> None:
    """It is deleted; its name and its addresses are remembered."""
    interface = life.network.interfaces[0]
    life.network.ec2.create_tags(Resources=[interface], Tags=[{"Key": "Name", "Value": "old-one"}])
    before = life.begin().interface(interface)
    assert before is not None
    life.network.ec2.delete_network_interface(NetworkInterfaceId=interface)
    found = life.until(lambda each: any(one.gone for one in each.interfaces))
    assert found.named(before.address).label == "old-one"
    assert found.named(before.address).gone
    assert [each.id for each in found.interfaces if each.gone is None] == [life.network.interfaces[1]]


def test_changed_rules_are_told_with_their_time(life: Life) -> None:
    """A rule is added, an ACL closed, a route made: each is a change with what was before."""
    ec2, vpc = life.network.ec2, life.network.vpc
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    before = life.begin()
    assert before.changes == ()
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    found = life.until(lambda each: bool(each.changes))
    (change,) = found.changes
    assert change.what == f"security group {group} (web): inbound tcp/443 from 10.0.0.0/8 added"
    assert change.before == before.group(group)
    assert change.after == found.group(group)
    assert before.read_at["groups"] <= change.since < change.at <= found.at
    (acl,) = (each.id for each in found.acls if each.vpc == vpc)
    entry: dict[str, Any] = {"NetworkAclId": acl, "RuleNumber": 90, "Protocol": "-1", "CidrBlock": "10.9.0.0/16"}
    ec2.create_network_acl_entry(**entry, RuleAction="deny", Egress=False)
    found = life.until(lambda each: len(each.changes) == 2)
    assert found.changes[1].what == f"network ACL {acl}: inbound 90 deny all 10.9.0.0/16 added"


def asked(aws: EmbeddedAws, prefix_list: str) -> int:
    """How often its entries were asked for."""
    calls = [call for call in aws.calls() if call["action"] == "GetManagedPrefixListEntries"]
    return sum(call["parameters"]["PrefixListId"] == prefix_list for call in calls)


def test_a_prefix_list_is_read_again_when_its_version_rises(aws: EmbeddedAws, life: Life) -> None:
    """Its entries are fetched once, and again when it is changed."""
    ec2 = life.network.ec2
    made = ec2.create_managed_prefix_list(
        PrefixListName="office", MaxEntries=5, AddressFamily="IPv4", Entries=[{"Cidr": "198.51.100.0/29"}]
    )["PrefixList"]
    one = made["PrefixListId"]
    life.begin()
    assert asked(aws, one) == 1
    ec2.modify_managed_prefix_list(
        PrefixListId=one, PrefixListName="office", CurrentVersion=1, AddEntries=[{"Cidr": "198.51.100.64/29"}]
    )
    found = life.until(lambda each: bool(each.changes))
    assert found.changes[0].what == f"prefix list {one} (office): 198.51.100.64/29 added"
    assert found.named("198.51.100.66").label == "office"
    assert asked(aws, one) == 2


def test_an_unknown_interface_is_looked_for_at_once(aws: EmbeddedAws, life: Life) -> None:
    """One that flow records name and nobody knows is read without waiting for its time; what is not there, once."""
    life.begin(RARELY)
    made = life.network.ec2.create_network_interface(SubnetId=life.network.subnets[0], Description="ELB app/new/1")
    new = made["NetworkInterface"]
    aws.forget_calls()
    unknown = "eni-0ffffffffffffffff"
    life.source.wanted([new["NetworkInterfaceId"], unknown, "192.0.2.1", "-", life.network.interfaces[0]])
    found = life.until(lambda each: each.interface(new["NetworkInterfaceId"]) is not None)
    assert found.named(new["PrivateIpAddress"]).label == "alb new"
    assert all(each.gone is None for each in found.interfaces)
    (call,) = aws.calls()
    values = {value for name, value in call["parameters"].items() if name.startswith("Filter.1.Value.")}
    assert values == {new["NetworkInterfaceId"], unknown}


def test_an_unknown_address_brings_its_interface(aws: EmbeddedAws, life: Life) -> None:
    """An address of the VPC that no interface is known to have is looked for by address."""
    life.begin(RARELY)
    new = life.network.ec2.create_network_interface(SubnetId=life.network.subnets[1])["NetworkInterface"]
    aws.forget_calls()
    life.source.wanted([new["PrivateIpAddress"], "203.0.113.9"])
    found = life.until(lambda each: each.interface(new["NetworkInterfaceId"]) is not None)
    assert found.interface_at(new["PrivateIpAddress"]) is not None
    assert len(aws.calls()) == 1


def test_an_interface_of_another_vpc_brings_its_vpc(life: Life) -> None:
    """A log group may hold the records of several VPCs: one that turns up is read from then on."""
    life.begin(RARELY)
    ec2 = life.network.ec2
    other = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=other, CidrBlock="10.7.1.0/24")["Subnet"]["SubnetId"]
    first, second = (
        ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"] for _ in range(2)
    )
    life.source.wanted([first])
    found = life.until(lambda each: each.interface(second) is not None and len(each.vpcs) == 2)
    assert found.scope == (life.network.vpc, other)
    assert {str(each) for each in found.inside} == {"10.0.0.0/16", "10.7.0.0/16"}
    assert all(each.gone is None for each in found.interfaces)


def test_a_look_that_failed_is_made_again(aws: EmbeddedAws, life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be looked for is not forgotten."""
    monkeypatch.setattr("tui.aws.inventory_wanted.EVERY", 0.05)
    life.begin(RARELY)
    new = life.network.ec2.create_network_interface(SubnetId=life.network.subnets[1])["NetworkInterface"]
    aws.inject([{"kind": "error", "code": "InternalError", "status": 500, "action": "DescribeNetwork*", "times": 6}])
    life.source.wanted([new["NetworkInterfaceId"]])
    assert life.until(lambda each: each.interface(new["NetworkInterfaceId"]) is not None)


def test_looks_are_rare_and_few() -> None:
    """No more than one in 15 seconds, 200 names of a kind in each, and what was not found waits ten minutes."""
    wanted, nothing = Wanted(), Inventory()
    wanted.add(f"eni-{at:017x}" for at in range(450))
    assert [len(wanted.due(nothing, at).get("network-interface-id", ())) for at in (0.0, 14.9, 15.0, 30.0, 45.0)] == [
        200, 0, 200, 50, 0,
    ]  # fmt: skip
    wanted.add(["eni-" + "0" * 17])
    assert wanted.due(nothing, 60.0) == {}
    wanted.add(["eni-" + "0" * 17])
    assert wanted.due(nothing, 601.0) == {"network-interface-id": ["eni-" + "0" * 17]}
    wanted.add(f"eni-{at:017x}" for at in range(20_000))
    assert len(wanted._names) == 5_000


def test_an_endpoint_that_was_changed_is_read_again_at_once(life: Life) -> None:
    """Its id is enough: it is there, with its service, though nothing else would be read for an hour."""
    ec2, vpc = life.network.ec2, life.network.vpc
    life.begin(RARELY)
    service = f"com.amazonaws.{life.access.region}.s3"
    made = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=service)["VpcEndpoint"]["VpcEndpointId"]
    life.source.wanted([made])
    found = life.until(lambda each: bool(each.endpoints and each.services))
    assert [each.id for each in found.endpoints] == [made]
    assert [(each.name, each.takes_policy) for each in found.services] == [(service, True)]
