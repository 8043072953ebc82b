"""What the demo's two VPCs are made of, as tables: subnets, interfaces, routes and flow logs.

Addresses outside the VPCs are from the ranges kept for documentation (RFC 5737, RFC 3849), so no stranger's is shown.
"""

from __future__ import annotations

from typing import NamedTuple


class SubnetPlan(NamedTuple):
    """One subnet: its VPC, which of the Region's zones, its range, its tier (network ACL and route table)."""

    name: str
    vpc: str
    zone: int
    cidr: str
    tier: str
    route_table: str
    cidr6: str = ""


class Kind(NamedTuple):
    """How interfaces of one kind look in DescribeNetworkInterfaces and in flow records.

    `description` may hold {resource}, {hex}, {uuid}, {account}; `code` is the record's interface-type;
    `owner` and `requester` are Attachment.InstanceOwnerId and RequesterId; `known` tells whether records
    carry the account's id (they say `unknown` for endpoints and load balancers of the network kind).
    """

    interface_type: str
    description: str
    requester: str
    owner: str
    code: str = "-"
    known: bool = True


class InterfacePlan(NamedTuple):
    """One interface: name, kind, subnet, security groups; `resource` is what its description names."""

    name: str
    kind: str
    subnet: str
    groups: tuple[str, ...] = ()
    resource: str = ""
    public: str = ""
    team: str = "payments"


VPCS = {"payments": "10.0.0.0/16", "shared": "10.1.0.0/16"}
VPC_CIDR6 = {"payments": "2001:db8:1a00:f000::/56"}

SUBNETS = (
    SubnetPlan("public-a", "payments", 0, "10.0.0.0/24", "public", "public", "2001:db8:1a00:f000::/64"),
    SubnetPlan("public-b", "payments", 1, "10.0.1.0/24", "public", "public", "2001:db8:1a00:f001::/64"),
    SubnetPlan("private-a", "payments", 0, "10.0.16.0/20", "private", "private-a"),
    SubnetPlan("private-b", "payments", 1, "10.0.32.0/20", "private", "private-b"),
    SubnetPlan("data-c", "payments", 2, "10.0.48.0/24", "data", "data"),
    SubnetPlan("shared-c", "shared", 2, "10.1.16.0/20", "shared", "shared"),
)

# Descriptions and owners as Amazon writes them; `domain.md` has the table with its sources.
KINDS = {
    "instance": Kind("interface", "Primary network interface", "", ""),
    "alb": Kind("interface", "ELB app/{resource}/{hex}", "amazon-elb", "amazon-elb"),
    "nlb": Kind(
        "network_load_balancer",
        "ELB net/{resource}/{hex}",
        "amazon-elb",
        "amazon-aws",
        "network_load_balancer",
        known=False,
    ),
    "nat": Kind("nat_gateway", "Interface for NAT Gateway {resource}", "440055006600", "amazon-aws", "nat_gateway"),
    "tgw": Kind(
        "transit_gateway",
        "Network Interface for Transit Gateway Attachment {resource}",
        "440055006600",
        "amazon-aws",
        "transit_gateway",
    ),
    "rds": Kind("interface", "RDSNetworkInterface", "amazon-rds", "amazon-rds"),
    "rds-proxy": Kind("interface", "Network interface for DBProxy {resource}", "amazon-rds", "amazon-rds"),
    "elasticache": Kind("interface", "ElastiCache {resource}", "amazon-elasticache", "amazon-elasticache"),
    "redshift": Kind("interface", "RedshiftNetworkInterface", "amazon-redshift", "amazon-redshift"),
    "lambda": Kind("lambda", "AWS Lambda VPC ENI-{resource}-{uuid}", "AROAEXAMPLELAMBDAROLE:{resource}", "amazon-aws"),
    "workspaces": Kind(
        "interface", "Created By Amazon Workspaces for AWS Account ID {account}", "444455556666", "444455556666"
    ),
    "directory": Kind(
        "interface", "AWS created network interface for directory {resource}", "555566667777", "555566667777"
    ),
    "efs": Kind("efs", "EFS mount target for {resource}", "666677778888", "amazon-aws"),
    "endpoint": Kind(
        "vpc_endpoint", "VPC Endpoint Interface {resource}", "777788889999", "amazon-aws", "vpc_endpoint", known=False
    ),
    "gwlb-endpoint": Kind(
        "gateway_load_balancer_endpoint",
        "VPC Endpoint Interface {resource}",
        "777788889999",
        "amazon-aws",
        "vpc_endpoint",
        known=False,
    ),
}


def _several(  # as many parts as an interface has
    pattern: str, kind: str, places: str, groups: tuple[str, ...], resource: str = "", team: str = "payments"
) -> list[InterfacePlan]:
    """Numbered interfaces, one per word of `places`."""
    return [
        InterfacePlan(pattern.format(place), kind, subnet, groups, resource.format(place), team=team)
        for place, subnet in enumerate(places.split(), 1)
    ]


INTERFACES: tuple[InterfacePlan, ...] = (
    InterfacePlan("alb-web-a", "alb", "public-a", ("alb-web",), "payments-web", "203.0.113.20", team="edge"),
    InterfacePlan("alb-web-b", "alb", "public-b", ("alb-web",), "payments-web", "203.0.113.21", team="edge"),
    InterfacePlan("nlb-api-a", "nlb", "public-a", ("nlb-api",), "payments-api", "203.0.113.24", team="edge"),
    InterfacePlan("nlb-api-b", "nlb", "public-b", ("nlb-api",), "payments-api", "203.0.113.25", team="edge"),
    InterfacePlan("nat-a", "nat", "public-a", (), "", "203.0.113.10", team="platform"),
    InterfacePlan("nat-b", "nat", "public-b", (), "", "203.0.113.11", team="platform"),
    InterfacePlan("bastion", "instance", "public-a", ("bastion",), "", "203.0.113.30", team="security & access"),
    InterfacePlan("status-page", "instance", "public-b", ("status",), "", "203.0.113.31", team="edge"),
    *_several("web-{}", "instance", "private-a private-b private-a private-b", ("web",), team="web"),
    *_several("app-{}", "instance", "private-a private-b private-a private-b private-a private-b", ("app",)),
    *_several("batch-{}", "instance", "private-b private-b private-a", ("batch",), team="settlement"),
    *_several("alb-internal-{}", "alb", "private-a private-b", ("alb-internal",), resource="payments-internal"),
    InterfacePlan("lambda-settle", "lambda", "private-a", ("lambda",), "settle-payments", team="settlement"),
    InterfacePlan("lambda-webhooks", "lambda", "private-b", ("lambda",), "partner-webhooks"),
    InterfacePlan("tgw-a", "tgw", "private-a", team="network"),
    InterfacePlan("tgw-b", "tgw", "private-b", team="network"),
    InterfacePlan("db-writer", "rds", "data-c", ("db",), team="data"),
    InterfacePlan("db-reader", "rds", "data-c", ("db",), team="data"),
    InterfacePlan("db-proxy", "rds-proxy", "data-c", ("db-proxy",), "payments-proxy", team="data"),
    *_several("cache-{}", "elasticache", "data-c data-c data-c", ("cache",), resource="payments-sessions-0001-00{}"),
    InterfacePlan("redshift-leader", "redshift", "data-c", ("redshift",), team="analytics"),
    *_several("redshift-node-{}", "redshift", "data-c data-c", ("redshift",), team="analytics"),
    *_several("workspace-{}", "workspaces", "shared-c " * 6, ("workspaces",), team="office"),
    *_several("dns-{}", "instance", "shared-c shared-c", ("dns",), team="network"),
    InterfacePlan("wiki", "instance", "shared-c", ("wiki",), team="office"),
    InterfacePlan("prometheus", "instance", "shared-c", ("monitoring",), team="platform"),
    *_several("ci-{}", "instance", "shared-c shared-c", ("ci",), team="platform"),
    *_several("directory-{}", "directory", "shared-c shared-c", ("directory",), resource="d-93671f2a0c"),
    InterfacePlan("efs-ci", "efs", "shared-c", ("efs",), "fs-0c51f4bd27d1ab3c9 (fsmt-0a9b4d7712c6e3f58)"),
    InterfacePlan("tgw-shared", "tgw", "shared-c", team="network"),
)

# Route tables: destination -> target, by name. A gateway endpoint adds its own prefix-list route.
ROUTES: dict[str, tuple[str, dict[str, str]]] = {
    "public": ("payments", {"0.0.0.0/0": "igw", "::/0": "igw", "10.1.0.0/16": "peering", "10.9.0.0/16": "tgw"}),
    "private-a": ("payments", {"0.0.0.0/0": "nat-a", "10.1.0.0/16": "peering", "10.9.0.0/16": "tgw"}),
    "private-b": ("payments", {"0.0.0.0/0": "nat-b", "10.1.0.0/16": "peering", "10.9.0.0/16": "tgw"}),
    "data": ("payments", {"10.1.0.0/16": "peering", "10.9.0.0/16": "tgw"}),
    "shared": ("shared", {"0.0.0.0/0": "tgw", "10.0.0.0/16": "peering"}),
}

PREFIX_LISTS = {
    "office": (("198.51.100.240/29", "head office"), ("198.51.100.248/30", "on-call VPN")),
    "partners": (("203.0.113.128/26", "card schemes"), ("203.0.113.192/28", "fraud scoring")),
    "analysts": (("10.9.64.0/20", "on-premises analysts"), ("10.1.16.0/20", "WorkSpaces")),
}


class FlowLogPlan(NamedTuple):
    """One flow log; `by_arn` names its log group only inside LogDestination, as the console and Terraform do."""

    name: str
    resource: str
    group: str
    interval: int
    version: int
    fields: str
    by_arn: bool = False


DEFAULT_FIELDS = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
)
FLOW_LOGS = (
    FlowLogPlan("shared", "shared", "/vpc/shared/flow-logs", 600, 2, DEFAULT_FIELDS),
    FlowLogPlan(
        "payments",
        "payments",
        "/vpc/payments/flow-logs",
        60,
        5,
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action "
        "log-status vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id "
        "sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path",
    ),
    FlowLogPlan(
        "public-a",
        "public-a",
        "/vpc/payments/public-a",
        60,
        11,
        "version vpc-id subnet-id interface-id interface-type interface-tag instance-id instance-tag account-id "
        "flow-direction traffic-path srcaddr dstaddr srcport dstport protocol tcp-flags type pkt-srcaddr pkt-dstaddr "
        "pkt-src-aws-service pkt-dst-aws-service packets bytes start end action reject-reason az-id "
        "next-hop-interface-id next-hop-interface-type next-hop-subnet-id next-hop-az-id next-hop-vpc-id log-status",
        by_arn=True,
    ),
)
