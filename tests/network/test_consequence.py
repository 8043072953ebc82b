"""What an order breaks, in sentences, from what is known of the network."""

from __future__ import annotations

from tui.network.consequence import consequences
from tui.network.inventory import Inventory
from tui.network.order import (
    AnswerConnection,
    CreateEndpoint,
    DeleteEndpoint,
    ModifyEndpoint,
    Order,
    ResetToDefault,
    SetPolicy,
)
from tui.network.rules import Endpoint

VPC = "vpc-0a1b2c3d4e5f67890"
S3 = Endpoint("vpce-0a1b2c3d4e5f60001", "Gateway", "com.amazonaws.eu-west-1.s3", VPC, route_tables=("rtb-1", "rtb-2"))
KMS = Endpoint(
    "vpce-0a1b2c3d4e5f60002",
    "Interface",
    "com.amazonaws.eu-west-1.kms",
    VPC,
    subnets=("subnet-1",),
    interfaces=("eni-1",),
    private_dns=True,
)
KNOWN = Inventory(endpoints=(S3, KMS))


def told(order: Order, inventory: Inventory = KNOWN) -> str:
    """All of it."""
    return " ".join(consequences(order, inventory))


def test_a_policy_drops_no_connection() -> None:
    """A change of a policy is in effect some minutes later, for each request."""
    for order in (SetPolicy(S3.id, "{}", ""), ResetToDefault(S3.id, "")):
        assert "some minutes later. No connection is dropped" in told(order)


def test_a_deleted_endpoint_leaves_routes_names_and_policies_behind() -> None:
    """Of a gateway the routes go, of an interface its addresses and names; policies that name either refuse."""
    gateway = told(DeleteEndpoint(S3.id))
    assert "The routes to s3 leave 2 route tables (rtb-1, rtb-2)" in gateway
    assert "aws:SourceVpce" in gateway
    interface = told(DeleteEndpoint(KMS.id))
    assert "network interface eni-1 goes" in interface
    assert "Names of kms lead to its public addresses again" in interface
    assert "is dropped" in told(DeleteEndpoint("vpce-unknown"))


def test_each_part_of_a_change_is_told() -> None:
    """Subnets, route tables, groups and names: what each of them takes away or opens."""
    without = told(ModifyEndpoint(KMS.id, remove_subnets=("subnet-1",), remove_groups=("sg-1",), private_dns=False))
    assert "connections through it are dropped" in without
    assert "nobody reaches it" in without
    assert "Clients that only security group sg-1 lets in are refused." in without
    assert "whoever has no way to the internet fails" in without
    routes = told(ModifyEndpoint(S3.id, add_route_tables=("rtb-3",), remove_route_tables=("rtb-1",)))
    assert "Open connections to s3 from subnets of route table rtb-3 are dropped" in routes
    assert "Subnets of route table rtb-1 reach s3 by their other routes" in routes
    assert told(ModifyEndpoint(KMS.id)) == ""


def test_a_quota_is_told_when_it_is_near() -> None:
    """The fiftieth interface endpoint of a VPC is the last that the default quota allows."""
    many = Inventory(endpoints=tuple(Endpoint(f"vpce-{number}", "Interface", vpc=VPC) for number in range(49)))
    order = CreateEndpoint(VPC, "com.amazonaws.eu-west-1.kms", "Interface", private_dns=True)
    assert "There are 49 already; the quota is 50 interface and Gateway Load Balancer endpoints" in told(order, many)
    assert "quota" not in told(order)
    assert "by the hour" in told(order)
    assert "route table rtb-1" in told(CreateEndpoint(VPC, S3.service, "Gateway", route_tables=("rtb-1",)))


def test_an_answer_opens_or_closes_a_connection() -> None:
    """Accepted, its owner gets in; rejected, he is out."""
    assert "can open connections" in told(AnswerConnection("vpce-svc-1", KMS.id, accept=True))
    assert "open ones are dropped" in told(AnswerConnection("vpce-svc-1", KMS.id, accept=False))
