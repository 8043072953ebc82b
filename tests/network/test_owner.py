from __future__ import annotations

from dataclasses import replace

import pytest

from tui.network.owner import KINDS, TYPES, Owner, owner_of
from tui.network.place import Instance, Interface
from tui.network.rules import Endpoint

ENI = Interface("eni-0aa11bb22cc33dd44", kind="interface")
UUID = "5e3a1b9c-0f4d-4f7c-8a53-5d3f1c2b7e10"
WEB = Instance("i-0123456789abcdef0", "web-1")


@pytest.mark.parametrize(
    ("description", "owner"),
    [
        ("ELB app/payments-web/3af128fe0d84b2b9", Owner("alb", "payments-web", "alb payments-web")),
        ("ELB net/payments-api/3af128fe0d84b2b9", Owner("nlb", "payments-api", "nlb payments-api")),
        ("ELB gwy/inspection/3af128fe0d84b2b9", Owner("gwlb", "inspection", "gwlb inspection")),
        ("ELB old-web", Owner("clb", "old-web", "clb old-web")),
        ("Interface for NAT Gateway nat-0a1b2c3d4e5f60718", Owner("nat", "nat-0a1b2c3d4e5f60718", "")),
        (
            "Network Interface for Transit Gateway Attachment tgw-attach-0a1b2c3d4e5f60718",
            Owner("tgw", "tgw-attach-0a1b2c3d4e5f60718", ""),
        ),
        ("VPC Endpoint Interface vpce-0a1b2c3d4e5f60718", Owner("vpce", "vpce-0a1b2c3d4e5f60718", "")),
        ("RDSNetworkInterface", Owner("rds", "", "rds")),
        ("Network interface for DBProxy payments-proxy", Owner("rds-proxy", "payments-proxy", "")),
        ("ElastiCache sessions-0001-001", Owner("elasticache", "sessions-0001-001", "")),
        ("ElastiCache+sessions", Owner("elasticache", "sessions", "")),
        ("RedshiftNetworkInterface", Owner("redshift", "", "redshift")),
        ("DMSNetworkInterface", Owner("dms", "", "dms")),
        ("DAX carts", Owner("dax", "carts", "")),
        (f"AWS Lambda VPC ENI-settle-payments-{UUID}", Owner("lambda", "settle-payments", "")),
        ("AWS Lambda VPC ENI-settle-payments", Owner("lambda", "settle-payments", "")),
        (f"AWS Lambda VPC ENI: {UUID}", Owner("lambda", "", "lambda")),
        (f"arn:aws:ecs:eu-west-1:123456789012:attachment/{UUID}", Owner("ecs", UUID, "")),
        (f"arn:aws-cn:ecs:cn-north-1:123456789012:attachment/{UUID}", Owner("ecs", UUID, "")),
        ("Amazon EKS platform", Owner("eks", "platform", "")),
        ("aws-k8s-branch-eni", Owner("eks", "", "eks")),
        ("aws-K8S-i-0123456789abcdef0", Owner("eks", "i-0123456789abcdef0", "")),
        (
            "EFS mount target for fs-0c51f4bd27d1ab3c9 (fsmt-0a9b4d7712c6e3f58)",
            Owner("efs", "fs-0c51f4bd27d1ab3c9", ""),
        ),
        ("AWS ElasticMapReduce j-2AXXXXXXGAPLF", Owner("emr", "j-2AXXXXXXGAPLF", "")),
        ("AWS ElasticMapReduce", Owner("emr", "", "emr")),
        ("AWS created network interface for directory d-93671f2a0c", Owner("directory", "d-93671f2a0c", "")),
        ("Created By Amazon Workspaces for AWS Account ID 123456789012", Owner("workspaces", "", "workspaces")),
        ("CloudHSM Managed Interface", Owner("cloudhsm", "", "cloudhsm")),
        ("CloudHsm ENI hsm-lnl5ydqbnpk", Owner("cloudhsm", "hsm-lnl5ydqbnpk", "")),
        ("ENI managed by APIGateway", Owner("apigateway", "", "apigateway")),
        ("AWS CodeStar Connections something", Owner("codestar", "", "codestar")),
        (
            "[arn:aws:sagemaker:eu-west-1:123456789012:notebook-instance/fraud] more",
            Owner("sagemaker", "fraud", ""),
        ),
        ("Route 53 Resolver: rslvr-in-0a1b2c3d4e5f60718:rni-1", Owner("resolver", "rslvr-in-0a1b2c3d4e5f60718", "")),
        ("Amazon MSK network interface for cluster ledger", Owner("msk", "ledger", "")),
        ("ES search-orders", Owner("opensearch", "search-orders", "")),
    ],
)
def test_each_description_tells_its_owner(description: str, owner: Owner) -> None:
    """Every row of the table of descriptions, with the name that the description holds."""
    twice = owner.name.startswith(owner.kind)
    expected = replace(owner, label=owner.label or (owner.name if twice else f"{owner.kind} {owner.name}"))
    assert owner_of(replace(ENI, description=description, requester_managed=True), {}) == expected
    assert owner.kind in KINDS


@pytest.mark.parametrize(("kind", "owner"), TYPES.items())
def test_each_type_tells_its_owner(kind: str, owner: str) -> None:
    """A type that only AWS can give is enough, whatever is written beside it."""
    assert owner_of(replace(ENI, kind=kind), {}).kind == owner
    assert owner_of(replace(ENI, kind=kind.upper()), {}).kind == owner


def test_what_it_is_attached_to_is_believed_first() -> None:
    """An instance's interface is the instance's, though its description says otherwise."""
    lying = replace(ENI, instance=WEB.id, kind="lambda", description="RDSNetworkInterface", requester="amazon-elb")
    assert owner_of(lying, {WEB.id: WEB}) == Owner("ec2", "web-1", "web-1")


def test_a_type_is_believed_before_a_description() -> None:
    """The description of one's own interface is free text; its type is not."""
    lying = replace(ENI, kind="nat_gateway", description="ELB app/fake/123")
    assert owner_of(lying, {}) == Owner("nat", "", "nat")


def test_a_description_is_believed_before_the_requester() -> None:
    """Neptune, RDS Proxy and RDS have one requester: the description tells them apart."""
    proxy = replace(ENI, description="Network interface for DBProxy p", requester="amazon-rds")
    assert owner_of(proxy, {}).kind == "rds-proxy"


@pytest.mark.parametrize("description", ["", "Primary network interface"])
def test_an_instance_is_called_by_its_name_or_id(description: str) -> None:
    """The Name tag, else that of its interface, else its Auto Scaling group, else its id."""
    mine = replace(ENI, instance=WEB.id, description=description)
    assert owner_of(mine, {WEB.id: WEB}).label == "web-1"
    assert owner_of(replace(mine, name="web-1-eth1"), {}).label == "web-1-eth1"
    grouped = replace(WEB, name="", tags=(("aws:autoscaling:groupName", "web-asg"),))
    assert owner_of(mine, {WEB.id: grouped}).label == "web-asg"
    assert owner_of(mine, {}) == Owner("ec2", WEB.id, WEB.id)


@pytest.mark.parametrize(
    ("told", "owner"),
    [
        ({"requester": "amazon-elasticache"}, Owner("elasticache", "", "elasticache")),
        ({"attachment_owner": "amazon-rds"}, Owner("rds", "", "rds")),
        ({"requester": "amazon-elb"}, Owner("elb", "", "elb")),
        ({"operator": "kafka.amazonaws.com"}, Owner("msk", "", "msk")),
        ({"operator": "workspaces-web.amazonaws.com"}, Owner("workspaces-web", "", "workspaces-web")),
        ({"tags": (("aws:ecs:serviceName", "checkout"),)}, Owner("ecs", "checkout", "ecs checkout")),
        ({"tags": (("cluster.k8s.amazonaws.com/name", "prod"),)}, Owner("eks", "prod", "eks prod")),
        ({"requester_managed": True, "requester": "99"}, Owner("managed", "99", "managed 99")),
        ({"name": "spare"}, Owner("", "", "spare")),
        ({"description": "spare of ours"}, Owner("", "", "spare of ours")),
        ({}, Owner("", "", ENI.id)),
    ],
)
def test_without_type_and_description_others_tell(told: dict[str, str], owner: Owner) -> None:
    """The requester, the manager and the tags, in this order; else it is nobody's, and called by its own name."""
    assert owner_of(replace(ENI, **told), {}) == owner  # type: ignore[arg-type]  # a table of several types


def test_a_lambda_function_is_named_by_its_requester() -> None:
    """Older interfaces have the function's name only behind the role's id."""
    mine = replace(ENI, kind="lambda", description=f"AWS Lambda VPC ENI: {UUID}", requester="AROAEXAMPLEROLE:settle")
    assert owner_of(mine, {}) == Owner("lambda", "settle", "lambda settle")


def test_a_name_tag_says_more_than_an_id() -> None:
    """Where the owner's only name is an id, the interface's Name tag is shown; a load balancer's own name stays."""
    gateway = replace(ENI, name="nat-a", description="Interface for NAT Gateway nat-0a1b2c3d4e5f60718")
    assert owner_of(gateway, {}) == Owner("nat", "nat-0a1b2c3d4e5f60718", "nat-a")
    assert owner_of(replace(ENI, name="x", description="ELB app/web/1"), {}).label == "alb web"


def test_an_endpoint_is_called_by_its_service() -> None:
    """The endpoint's id stays its name."""
    endpoint = Endpoint("vpce-0a1b2c3d4e5f60718", service="com.amazonaws.eu-west-1.ecr.api")
    mine = replace(ENI, kind="vpc_endpoint", description=f"VPC Endpoint Interface {endpoint.id}")
    assert owner_of(mine, {}, {endpoint.id: endpoint}) == Owner("vpce", endpoint.id, "vpce ecr.api")
    private = replace(endpoint, service="com.amazonaws.vpce.eu-west-1.vpce-svc-0f61a3d2b94c85e70", name="inspection")
    assert owner_of(mine, {}, {endpoint.id: private}).label == "vpce inspection"
    assert owner_of(mine, {}, {endpoint.id: replace(private, name="")}).label == "vpce-svc-0f61a3d2b94c85e70"
