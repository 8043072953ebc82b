from __future__ import annotations

from threading import Event

import pytest

from tests.aws.small_network import Network, access_fixture, network_fixture  # noqa: F401 - fixtures are found by name
from tui.aws.inventory_once import read_once
from tui.aws.session import Access
from tui.demo.embedded import EmbeddedAws
from tui.flows.source import SourceError
from tui.network.inventory import PARTS

DENIED = {"kind": "error", "code": "UnauthorizedOperation", "status": 403, "times": None}

# Endpoint services tell nothing about a flow.
READ = tuple(part for part in PARTS if part not in {"services", "owned_services", "connections", "vpc_dns"})


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rests are short here."""
    monkeypatch.setattr("tui.aws.inventory_once._FIRST_REST", 0.01)
    monkeypatch.setattr("tui.aws.inventory_call.RATE", 0.0)


@pytest.fixture(name="other")
def other_fixture(network: Network) -> str:
    """A second VPC, of the same range, which nothing connects with the first."""
    made = network.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    network.ec2.create_subnet(VpcId=made, CidrBlock="10.0.1.0/24")
    return str(made)


def test_only_the_vpcs_that_names_are_in_are_read(network: Network, other: str, access: Access) -> None:
    """By an interface, a Name tag, a VPC of the scope; an address leads to all VPCs that could have it."""
    network.ec2.create_tags(Resources=[network.interfaces[0]], Tags=[{"Key": "Name", "Value": "web"}])
    for names, scope in (([network.interfaces[0], "8.8.8.8"], []), (["web", "nobody"], []), (["10.0.1.7"], ["payments"]), ([], [network.subnets[1]])):  # fmt: skip
        found = read_once(access, names, scope)
        assert found.scope == (network.vpc,)
        assert {each.id for each in found.vpcs} == {network.vpc}
        assert {each.vpc for each in found.interfaces} | {each.vpc for each in found.acls} == {network.vpc}
        assert found.has(*READ)
        assert (found.region, found.account) == (access.region, "123456789012")
    assert {network.vpc, other} <= set(read_once(access, ["10.0.1.7"]).scope)
    assert read_once(access, ["nobody"]).scope == ()
    assert {network.vpc, other} <= {each.id for each in read_once(access, []).vpcs}


def test_peers_are_read_too(network: Network, access: Access) -> None:
    """Those of this Region, on either side of the connection."""
    peer = network.ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    network.ec2.create_vpc_peering_connection(VpcId=network.vpc, PeerVpcId=peer)
    found = read_once(access, [network.interfaces[0]])
    assert (found.scope, {each.id for each in found.vpcs}) == ((network.vpc,), {network.vpc, peer})


def test_only_the_prefix_lists_that_decide_are_read(network: Network, access: Access, aws: EmbeddedAws) -> None:
    """The entries of those that rules or routes name, one call each; the others are known by name."""
    made = {
        name: network.ec2.create_managed_prefix_list(
            PrefixListName=name, AddressFamily="IPv4", MaxEntries=5, Entries=[{"Cidr": "198.51.100.0/24"}]
        )["PrefixList"]["PrefixListId"]
        for name in ("used", "unused")
    }
    group = network.ec2.create_security_group(GroupName="g", Description="g", VpcId=network.vpc)["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "PrefixListIds": [{"PrefixListId": made["used"]}]}
    network.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    aws.forget_calls()
    found = read_once(access, [network.interfaces[0]])
    asked = [
        call["parameters"]["PrefixListId"] for call in aws.calls() if call["action"] == "GetManagedPrefixListEntries"
    ]
    assert asked == [made["used"]]
    used, unused = (found.prefix_list(made[name]) for name in ("used", "unused"))
    assert used is not None
    assert unused is not None
    assert (len(used.entries), len(unused.entries), unused.name) == (1, 0, "unused")


def test_what_is_denied_is_named_and_the_rest_read(network: Network, access: Access, aws: EmbeddedAws) -> None:
    """Also VPCs: then all of the Region is read."""
    aws.inject([{**DENIED, "action": "DescribeVpcs"}])
    found = read_once(access, [network.interfaces[0]])
    assert found.scope == ()
    assert not found.has("vpcs")
    assert found.has(*(part for part in READ if part != "vpcs"))
    assert found.missing[0].startswith("ec2:DescribeVpcs is denied")
    aws.inject([])


def test_what_passes_is_borne_and_what_does_not_is_raised(network: Network, access: Access, aws: EmbeddedAws) -> None:
    """A throttled or broken call is made again; expired credentials, a VPC that is not there and `stop` end it."""
    aws.inject(
        [{"kind": "error", "code": "RequestLimitExceeded", "status": 503, "times": 3, "action": "DescribeSubnets"}]
    )
    assert read_once(access, [network.interfaces[0]]).has(*READ)
    aws.inject([{"kind": "error", "code": "RequestExpired", "status": 400, "times": None, "action": "DescribeSubnets"}])
    with pytest.raises(SourceError) as told:
        read_once(access, [network.interfaces[0]])
    assert told.value.exit_code == 3
    aws.inject([])
    with pytest.raises(SourceError, match="no VPC of eu-west-1 is 'vpc-nope'") as wrong:
        read_once(access, [], ["vpc-nope"])
    assert wrong.value.exit_code == 2
    stop = Event()
    stop.set()
    with pytest.raises(SourceError, match="not done answering in time"):
        read_once(access, [], [], stop)
