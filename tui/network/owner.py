"""Whose an interface is: the table of what tells it, and the order in which it is believed.

What it is attached to, its type, its description, who asked for it, who manages it, its tags. Descriptions of one's own
interfaces are free text, so they are a hint that comes after what only AWS can write.

Sources: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html,
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html (interface-type)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tui.network.place import Instance, Interface
from tui.network.rules import Endpoint

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owns an interface. `kind` is a short word (ec2, alb, rds …), '' when nobody is known to.

    `name` is the resource's name or id, '' when it is not told; `label` is what to show for it, never ''.
    """

    kind: str
    name: str
    label: str


# The first pattern that fits a description names the owner; its group `name`, if it has one, names the resource.
DESCRIPTIONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"ELB app/(?P<name>[^/]+)/", "alb"),
        (r"ELB net/(?P<name>[^/]+)/", "nlb"),
        (r"ELB gwy/(?P<name>[^/]+)/", "gwlb"),
        (r"ELB (?P<name>[^/]+)$", "clb"),
        (r"Interface for NAT Gateway (?P<name>nat-\w+)", "nat"),
        (r"Network Interface for Transit Gateway Attachment (?P<name>tgw-attach-\w+)", "tgw"),
        (r"VPC Endpoint Interface (?P<name>vpce-\w+)", "vpce"),
        (r"RDSNetworkInterface", "rds"),
        (r"Network interface for DBProxy *(?P<name>\S*)", "rds-proxy"),
        (r"ElastiCache[ +](?P<name>\S+)", "elasticache"),
        (r"RedshiftNetworkInterface", "redshift"),
        (r"DMSNetworkInterface", "dms"),
        (r"DAX (?P<name>\S+)", "dax"),
        (rf"AWS Lambda VPC ENI: *(?:{_UUID})?(?P<name>.*)", "lambda"),
        (rf"AWS Lambda VPC ENI-(?P<name>.+?)(?:-{_UUID})?$", "lambda"),
        (r"arn:aws[\w-]*:ecs:[^:]*:[^:]*:attachment/(?P<name>\S+)", "ecs"),
        (r"Amazon EKS (?P<name>\S+)", "eks"),
        (r"aws-k8s-branch-eni", "eks"),
        (r"aws-K8S-(?P<name>i-\w+)?", "eks"),
        (r"EFS mount target for (?P<name>fs-\w+)", "efs"),
        (r"AWS ElasticMapReduce(?:.*?(?P<name>j-\w+))?", "emr"),
        (r"AWS created network interface for directory (?P<name>d-\w+)", "directory"),
        (r"Created By Amazon Workspaces", "workspaces"),
        (r"CloudHSM Managed Interface", "cloudhsm"),
        (r"CloudHsm ENI *(?P<name>\S*)", "cloudhsm"),
        (r"ENI managed by APIGateway", "apigateway"),
        (r"AWS CodeStar Connections", "codestar"),
        (r"\[?arn:aws[\w-]*:sagemaker:[^\]]*?notebook-instance/(?P<name>[^\]\s]+)", "sagemaker"),
        (r"Route 53 Resolver: (?P<name>rslvr-\w+-\w+)", "resolver"),
        (r"Amazon MSK network interface for cluster (?P<name>\S+)", "msk"),
        (r"ES (?P<name>\S+)$", "opensearch"),
    )
)
# InterfaceType as it is on the wire, all small: the model's enum misspells one and lacks some.
TYPES = {
    "api_gateway_managed": "apigateway",
    "aws_codestar_connections_managed": "codestar",
    "branch": "eks",
    "ec2_instance_connect_endpoint": "eice",
    "efs": "efs",
    "evs": "evs",
    "gateway_load_balancer": "gwlb",
    "gateway_load_balancer_endpoint": "vpce",
    "global_accelerator_managed": "globalaccelerator",
    "iot_rules_managed": "iot",
    "lambda": "lambda",
    "load_balancer": "elb",
    "nat_gateway": "nat",
    "natgateway": "nat",
    "network_load_balancer": "nlb",
    "quicksight": "quicksight",
    "regional_nat_gateway": "nat",
    "transit_gateway": "tgw",
    "trunk": "eks",
    "vpc_endpoint": "vpce",
}
# Types that several owners share: a description that names one of them is believed.
_LOOSE_TYPES = {"load_balancer", "branch", "trunk"}
REQUESTERS = {
    "amazon-elb": "elb",
    "amazon-rds": "rds",
    "amazon-elasticache": "elasticache",
    "amazon-redshift": "redshift",
    "amazon-dax": "dax",
    "amazon-dms": "dms",
    "amazon-elasticmapreduce": "emr",
    "amazon-msk": "msk",
    "amazon-es": "opensearch",
    "amazon-workspaces": "workspaces",
}
# A tag that a service writes, and the owner it tells of; the tag's value is the name.
TAGS = {
    "aws:ecs:serviceName": "ecs",
    "aws:ecs:clusterName": "ecs",
    "eks:eni:owner": "eks",
    "cluster.k8s.amazonaws.com/name": "eks",
    "node.k8s.amazonaws.com/instance_id": "eks",
    "aws:elasticmapreduce:job-flow-id": "emr",
}
KINDS = frozenset(
    {"ec2", "managed", *(kind for _, kind in DESCRIPTIONS), *TYPES.values(), *REQUESTERS.values(), *TAGS.values()}
)


def owner_of(
    interface: Interface, instances: Mapping[str, Instance], endpoints: Mapping[str, Endpoint] | None = None
) -> Owner:
    """The owner, by what is most to be trusted first.

    Args:
        interface: any, also one that is gone.
        instances: by id; one that is not in it is called by its id.
        endpoints: by id; they lend an endpoint's interfaces the name of its service.
    """
    if interface.instance:
        return _instance(interface, instances.get(interface.instance))
    described, name = _described(interface.description)
    kind = _kind(interface, described)
    if not kind:
        return Owner("", "", interface.name or _description(interface) or interface.id)
    name = name if described == kind or kind in {"elb", "managed"} else ""
    name = name or _name_from(interface, kind)
    endpoint = (endpoints or {}).get(name)
    if endpoint is not None and endpoint.short:
        own = endpoint.short.startswith("vpce-svc-") and endpoint.name  # a private service has but an id
        return Owner(kind, name, _label(kind, own or endpoint.short))
    shown = interface.name if interface.name and (not name or _is_id(name)) else name
    return Owner(kind, name or interface.name, _label(kind, shown))


def _label(kind: str, shown: str) -> str:
    """Both, unless one says it already: rds db-writer, but nat-a."""
    return shown if shown.lower().startswith(kind) else f"{kind} {shown}".rstrip()


def _instance(interface: Interface, instance: Instance | None) -> Owner:
    name = interface.name if instance is None else instance.name or interface.name or instance.group
    return Owner("ec2", name or interface.instance, name or interface.instance)


def _kind(interface: Interface, described: str) -> str:
    """The short word, by type, description, requester, manager and tags, in this order."""
    by_type = TYPES.get(interface.kind.lower(), "")
    if by_type and not (described and interface.kind.lower() in _LOOSE_TYPES):
        return by_type
    if described:
        return described
    for told in (interface.requester.partition(":")[0], interface.attachment_owner):
        if told in REQUESTERS:
            return REQUESTERS[told]
    by_operator = interface.operator.partition(".")[0]  # lambda.amazonaws.com
    if by_operator:
        return {"elasticloadbalancing": "elb", "es": "opensearch", "kafka": "msk"}.get(by_operator, by_operator)
    tags = dict(interface.tags)
    by_tag = next((kind for key, kind in TAGS.items() if key in tags), "")
    return by_tag or ("managed" if interface.requester_managed else "")


def _described(description: str) -> tuple[str, str]:
    """The kind and the name that the description tells; '' what it does not."""
    for pattern, kind in DESCRIPTIONS:
        found = pattern.match(description)
        if found:
            return kind, (found.groupdict().get("name") or "").strip()
    return "", ""


def _name_from(interface: Interface, kind: str) -> str:
    """A name from elsewhere: Lambda's function is in the requester, ECS and EKS write tags."""
    role, _, function = interface.requester.partition(":")
    if kind == "lambda" and role.startswith("ARO"):
        return function
    tags = dict(interface.tags)
    tagged = next((tags[key] for key, told in TAGS.items() if told == kind and tags.get(key)), "")
    return tagged or (interface.requester if kind == "managed" else "")


def _is_id(name: str) -> bool:
    """Whether a name is an id, which says less than a Name tag."""
    return bool(re.fullmatch(rf"[a-z]+(?:-attach)?-[0-9a-f]{{8,17}}|{_UUID}", name))


def _description(interface: Interface) -> str:
    return "" if interface.description in {"", "Primary network interface"} else interface.description
