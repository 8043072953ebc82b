"""The aws command that does what an order does, to be run by hand or kept in a ticket."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator

from tui.network.order import (
    AnswerConnection,
    CreateEndpoint,
    DeleteEndpoint,
    ModifyEndpoint,
    Order,
    ResetToDefault,
    SetPolicy,
    dns_options,
)

# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html: "the default endpoint policy"
_DEFAULT_POLICY = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'


def command_of(order: Order, region: str = "", profile: str = "", *, kind: str = "") -> str:
    """`aws ec2 …`, one line but for line breaks inside a policy, each word quoted for a POSIX shell.

    Args:
        order: what is to be done.
        region: the Region, '' for the one the reader's shell has.
        profile: the profile, likewise.
        kind: the endpoint's type; it is asked for by a reset, which AWS documents for gateway endpoints only:
            https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
    """
    words = ["aws", "ec2", *_words(order, kind)]
    words += [word for name, value in (("--region", region), ("--profile", profile)) if value for word in (name, value)]
    return shlex.join(words)


def _words(order: Order, kind: str) -> Iterator[str]:
    match order:
        case SetPolicy():
            yield from ("modify-vpc-endpoint", "--vpc-endpoint-id", order.endpoint, "--policy-document", order.text)
        case ResetToDefault():
            yield from ("modify-vpc-endpoint", "--vpc-endpoint-id", order.endpoint)
            yield from ("--reset-policy",) if kind.lower() == "gateway" else ("--policy-document", _DEFAULT_POLICY)
        case CreateEndpoint():
            yield from _create(order)
        case ModifyEndpoint():
            yield from _modify(order)
        case DeleteEndpoint():
            yield from ("delete-vpc-endpoints", "--vpc-endpoint-ids", order.endpoint)
        case AnswerConnection():
            yield f"{'accept' if order.accept else 'reject'}-vpc-endpoint-connections"
            yield from ("--service-id", order.service, "--vpc-endpoint-ids", order.endpoint)


def _create(order: CreateEndpoint) -> Iterator[str]:
    yield from ("create-vpc-endpoint", "--vpc-id", order.vpc, "--service-name", order.service)
    yield from ("--vpc-endpoint-type", order.kind)
    yield from _listed("--subnet-ids", order.subnets)
    yield from _listed("--route-table-ids", order.route_tables)
    yield from _listed("--security-group-ids", order.groups)
    if order.kind == "Interface":  # of the others AWS does not take it
        yield _switch("private-dns-enabled", is_on=order.private_dns)
    yield from _addressed(order)
    if order.region:
        yield from ("--service-region", order.region)
    if order.policy.strip():
        yield from ("--policy-document", order.policy)
    if order.name:  # as JSON: in the shorthand a comma or a bracket of a name would be syntax
        tags = [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "Name", "Value": order.name}]}]
        yield from ("--tag-specifications", json.dumps(tags, ensure_ascii=False, separators=(",", ":")))


def _modify(order: ModifyEndpoint) -> Iterator[str]:
    yield from ("modify-vpc-endpoint", "--vpc-endpoint-id", order.endpoint)
    yield from _listed("--add-subnet-ids", order.add_subnets)
    yield from _listed("--remove-subnet-ids", order.remove_subnets)
    yield from _listed("--add-route-table-ids", order.add_route_tables)
    yield from _listed("--remove-route-table-ids", order.remove_route_tables)
    yield from _listed("--add-security-group-ids", order.add_groups)
    yield from _listed("--remove-security-group-ids", order.remove_groups)
    if order.private_dns is not None:
        yield _switch("private-dns-enabled", is_on=order.private_dns)
    yield from _addressed(order)


def _addressed(order: CreateEndpoint | ModifyEndpoint) -> Iterator[str]:
    if order.ip_type:
        yield from ("--ip-address-type", order.ip_type)
    if options := dns_options(order):
        yield from ("--dns-options", json.dumps(options, separators=(",", ":")))


def _listed(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
    return (name, *values) if values else ()


def _switch(name: str, *, is_on: bool) -> str:
    return f"--{name}" if is_on else f"--no-{name}"
