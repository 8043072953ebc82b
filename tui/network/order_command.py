"""The `aws` command that does what an order does: to be read before it is confirmed, or run by hand instead."""

from __future__ import annotations

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
)


def command_of(order: Order, region: str, kind: str = "", default_policy: str = "") -> str:
    """The command, an option a line, quoted for a POSIX shell.

    Args:
        order: what is ordered.
        region: where; '' for that of the reader's own settings.
        kind: the type of the endpoint, for a reset: only of a gateway endpoint ResetPolicy is documented.
        default_policy: the text that a reset of another puts into force.

    Source: https://docs.aws.amazon.com/cli/latest/reference/ec2/modify-vpc-endpoint.html and its neighbours.
    """
    verb, *options = _parts(order, kind, default_policy)
    placed = [f"--region {shlex.quote(region)}"] if region else []
    return " \\\n  ".join([f"aws ec2 {verb}", *placed, *options])


def _parts(order: Order, kind: str, default_policy: str) -> Iterator[str]:
    """The name of the command, then its options."""
    match order:
        case SetPolicy():
            yield "modify-vpc-endpoint"
            yield from _option("vpc-endpoint-id", order.endpoint)
            yield from _policy(order.text)
        case ResetToDefault():
            yield "modify-vpc-endpoint"
            yield from _option("vpc-endpoint-id", order.endpoint)
            yield from ["--reset-policy"] if kind.lower() == "gateway" else _policy(default_policy)
        case CreateEndpoint():
            yield from _create(order)
        case ModifyEndpoint():
            yield from _modify(order)
        case DeleteEndpoint():
            yield "delete-vpc-endpoints"
            yield from _option("vpc-endpoint-ids", order.endpoint)
        case AnswerConnection():
            yield f"{'accept' if order.accept else 'reject'}-vpc-endpoint-connections"
            yield from _option("service-id", order.service)
            yield from _option("vpc-endpoint-ids", order.endpoint)


def _create(order: CreateEndpoint) -> Iterator[str]:
    yield "create-vpc-endpoint"
    yield from _option("vpc-id", order.vpc)
    yield from _option("service-name", order.service)
    yield from _option("vpc-endpoint-type", order.kind)
    yield from _option("subnet-ids", *order.subnets)
    yield from _option("route-table-ids", *order.route_tables)
    yield from _option("security-group-ids", *order.groups)
    if order.kind.lower() == "interface":
        yield _switch("private-dns-enabled", is_on=order.private_dns)
    yield from _policy(order.policy)
    if order.name:
        name = order.name.replace("\\", "\\\\").replace('"', '\\"')
        yield from _option("tag-specifications", f'ResourceType=vpc-endpoint,Tags=[{{Key=Name,Value="{name}"}}]')


def _modify(order: ModifyEndpoint) -> Iterator[str]:
    yield "modify-vpc-endpoint"
    yield from _option("vpc-endpoint-id", order.endpoint)
    yield from _option("add-subnet-ids", *order.add_subnets)
    yield from _option("remove-subnet-ids", *order.remove_subnets)
    yield from _option("add-route-table-ids", *order.add_route_tables)
    yield from _option("remove-route-table-ids", *order.remove_route_tables)
    yield from _option("add-security-group-ids", *order.add_groups)
    yield from _option("remove-security-group-ids", *order.remove_groups)
    if order.private_dns is not None:
        yield _switch("private-dns-enabled", is_on=order.private_dns)


def _option(name: str, *values: str) -> Iterator[str]:
    """`--name value value`; nothing without a value."""
    if any(values):
        yield " ".join([f"--{name}", *(shlex.quote(value) for value in values)])


def _switch(name: str, *, is_on: bool) -> str:
    return f"--{name}" if is_on else f"--no-{name}"


def _policy(text: str) -> Iterator[str]:
    """The policy as one word; what cannot be seen is written as JSON writes it, which means the same."""
    seen = "".join(each if each.isprintable() or each in "\n\t" else _escaped(each) for each in text)
    yield from _option("policy-document", seen)


def _escaped(character: str) -> str:
    """As JSON escapes it: one unit of UTF-16, or two beyond U+FFFF (RFC 8259 section 7)."""
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
