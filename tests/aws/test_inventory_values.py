from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import botocore.session
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.aws import inventory_place as place
from tui.aws import inventory_rules as rules
from tui.aws import inventory_service as service
from tui.network.owner import owner_of
from tui.network.rules import ANY, AclEntry, GroupRule, PrefixList, short_service

EC2 = botocore.session.get_session().get_service_model("ec2")
HOSTILE = "\x1b]0;owned\x07[red]\u202eevil\u200b" + "x" * 400

texts = st.sampled_from(["", "-1", "tcp", "10.0.0.0/8", "10.0.0.5", "2001:db8::/32", "999.0.0.0/99", HOSTILE, "vpc-1"])


def answers(shape: Any, depth: int = 0) -> st.SearchStrategy[Any]:
    """Anything that botocore may make of an answer of this shape: each member there or not."""
    match shape.type_name:
        case "structure":
            if depth > 4:
                return st.just({})
            return st.fixed_dictionaries({}, optional={k: answers(v, depth + 1) for k, v in shape.members.items()})
        case "list":
            return st.lists(answers(shape.member, depth + 1), max_size=2)
        case "boolean":
            return st.booleans()
        case "integer" | "long":
            return st.integers(-1, 70_000)
        case "timestamp":
            return st.datetimes()
    return texts


def is_harmless(value: Any) -> bool:
    """Whether every text in a value, but a policy, can be shown on a terminal."""
    if isinstance(value, str):
        return value.isprintable() and len(value) <= 256
    if isinstance(value, tuple | list):
        return all(map(is_harmless, value))
    if hasattr(value, "__slots__") and hasattr(value, "__dataclass_fields__"):
        return all(is_harmless(getattr(value, name)) for name in value.__dataclass_fields__ if name != "policy")
    return True


SHAPES = {
    "Vpc": place.vpc,
    "Subnet": place.subnet,
    "VpcPeeringConnection": place.peering,
    "Instance": place.instance,
    "NetworkInterface": place.interface,
    "SecurityGroup": rules.group,
    "NetworkAcl": rules.acl,
    "RouteTable": rules.route_table,
    "VpcEndpoint": rules.endpoint,
}
SERVICE_SHAPES: dict[str, Callable[[Any], Any]] = {
    "ServiceDetail": lambda item: service.services([item, item]),
    "ServiceConfiguration": service.owned_service,
    "VpcEndpointConnection": service.connection,
}


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_whatever_is_told_or_left_out_is_read(shape: str, data: st.DataObject) -> None:
    """No answer that fits the model breaks it, and no text comes through that a terminal would obey."""
    notes: list[str] = []
    read: Any = SHAPES[shape]
    made = read(data.draw(answers(EC2.shape_for(shape))), notes)
    assert is_harmless(made)
    assert is_harmless(notes)
    assert isinstance(made.id, str)
    if shape == "NetworkInterface":
        assert owner_of(made, {}).kind is not None


@pytest.mark.parametrize("shape", SERVICE_SHAPES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_whatever_is_told_of_services_is_read(shape: str, data: st.DataObject) -> None:
    """Likewise what is told of endpoint services and of the connections to them."""
    assert is_harmless(SERVICE_SHAPES[shape](data.draw(answers(EC2.shape_for(shape)))))


@settings(max_examples=40, deadline=None)
@given(st.lists(answers(EC2.shape_for("SecurityGroupRule")), max_size=4))
def test_any_rule_is_read(told: list[dict[str, Any]]) -> None:
    """Rules of DescribeSecurityGroupRules, however little they say."""
    notes: list[str] = []
    made = rules.group({"GroupId": "sg-1"}, notes, told)
    assert is_harmless(made)
    assert len(made.rules) + len(notes) == len(told)


def test_a_cidr_that_is_none_is_left_out_with_a_note() -> None:
    """A rule with it is not guessed at: it is not there, and the note names it."""
    notes: list[str] = []
    told = [
        {"SecurityGroupRuleId": "sgr-1", "GroupId": "sg-1", "IpProtocol": "tcp", "CidrIpv4": "10.0.0.0/33"},
        {"SecurityGroupRuleId": "sgr-2", "GroupId": "sg-1", "IpProtocol": "50", "CidrIpv4": "10.0.0.5/8"},
    ]
    (rule,) = rules.group({"GroupId": "sg-1"}, notes, told).rules
    assert rule == GroupRule("sgr-2", "sg-1", protocol="50", network=ip_network("10.0.0.0/8"))
    assert (rule.number, rule.first, rule.last) == (50, ANY, ANY)
    assert notes == ["sgr-1 has '10.0.0.0/33', which is no CIDR block"]
    acl = rules.acl({"NetworkAclId": "acl-1", "Entries": [{"RuleNumber": 1, "CidrBlock": "x"}]}, notes)
    assert acl.entries == ()
    assert notes[1:] == ["acl-1 has 'x', which is no CIDR block"]


def test_an_acl_entry_has_its_ports_or_its_icmp_type() -> None:
    """Ports from a range, ICMP by type and code, and everything where none is told."""
    told = [
        {"RuleNumber": 100, "Protocol": "1", "RuleAction": "allow", "CidrBlock": "0.0.0.0/0",
         "IcmpTypeCode": {"Type": 8, "Code": -1}},
        {"RuleNumber": 90, "Protocol": "6", "RuleAction": "deny", "Ipv6CidrBlock": "::/0",
         "PortRange": {"From": 22, "To": 22}},
    ]  # fmt: skip
    acl = rules.acl({"NetworkAclId": "acl-1", "Entries": told}, [])
    assert acl.entries == (
        AclEntry(90, egress=False, allow=False, protocol="6", network=ip_network("::/0"), first=22, last=22),
        AclEntry(100, egress=False, allow=True, protocol="1", network=ip_network("0.0.0.0/0"), icmp_type=8),
    )


def test_an_interface_has_all_its_addresses() -> None:
    """The primary first, then the others and IPv6 as flow records spell it; what the internet sees; what is delegated."""
    made = place.interface(
        {
            "NetworkInterfaceId": "eni-1",
            "PrivateIpAddress": "10.0.0.5",
            "PrivateIpAddresses": [
                {"PrivateIpAddress": "10.0.0.6", "Association": {"PublicIp": "203.0.113.6"}},
                {"PrivateIpAddress": "10.0.0.5", "Primary": True},
            ],
            "Ipv6Addresses": [{"Ipv6Address": "2001:0DB8:0:0::5"}],
            "Association": {"PublicIp": "203.0.113.5", "CarrierIp": None},
            "Ipv4Prefixes": [{"Ipv4Prefix": "10.0.0.32/28"}],
            "InterfaceType": "something_of_2031",
        },
        [],
    )
    assert made.addresses == ("10.0.0.5", "10.0.0.6", "2001:db8::5")
    assert made.publics == ("203.0.113.5", "203.0.113.6")
    assert made.prefixes == (ip_network("10.0.0.32/28"),)
    assert made.kind == "something_of_2031"


@pytest.mark.parametrize("state", ["available", "Available", "pendingAcceptance", "PendingAcceptance", ""])
def test_a_state_is_spelled_in_one_way(state: str) -> None:
    """The wire and the model differ in the first letter."""
    assert rules.endpoint({"State": state}, []).state in {"available", "pendingAcceptance", ""}


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("com.amazonaws.eu-west-1.s3", "s3"),
        ("com.amazonaws.eu-west-1.ecr.api", "ecr.api"),
        ("com.amazonaws.global.cloudfront.origin-facing", "cloudfront.origin-facing"),
        ("aws.api.eu-west-1.kendra-ranking", "kendra-ranking"),
        ("com.amazonaws.vpce.eu-west-1.vpce-svc-0f61a3d2b94c85e70", "vpce-svc-0f61a3d2b94c85e70"),
        ("cn.com.amazonaws.cn-north-1.ecr.api", "ecr.api"),
        ("office", "office"),
        ("", ""),
    ],
)
def test_a_service_has_a_short_name(name: str, short: str) -> None:
    """What all services' names begin with is left out."""
    assert short_service(name) == short
    assert PrefixList("pl-1", "office", "123456789012").service == ""


def test_a_subnet_tells_what_block_public_access_lets_it_do() -> None:
    """The mode as EC2 reckons it for the subnet, exclusions counted in; '' where the answer has none."""
    item = {"SubnetId": "subnet-1", "BlockPublicAccessStates": {"InternetGatewayBlockMode": "block-ingress"}}
    assert place.subnet(item, []).public_access == "block-ingress"
    assert place.subnet({"SubnetId": "subnet-1"}, []).public_access == ""
