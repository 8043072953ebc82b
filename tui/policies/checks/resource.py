"""Checks of what a statement is about: the ARNs under Resource.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from tui.policies.case import Case
from tui.policies.finding import Finding
from tui.policies.knowledge import data_date, resource_templates, services
from tui.policies.spelling import nearest
from tui.policies.text import Node, shown
from tui.policies.wildcard import has_wildcard, intersects
from tui.policies.written_arn import ACCOUNT, PARTITIONS, REGION, REGIONS, Arn, is_fixed, read_arn, split_arn

_PARTITION = re.compile(r"aws(-[a-z]+)+")
_LONGEST = 512  # characters of an ARN that are compared with the shapes that are known


def check_resources(case: Case) -> Iterator[Finding]:
    """Every ARN of every statement."""
    for statement in case.policy.statements:
        for node in statement.resource_nodes:
            yield from _check(case, node)


def _check(case: Case, node: Node) -> Iterator[Finding]:
    text = node.text
    if text.strip("*") == "" and text:
        return
    parts = split_arn(text)
    if parts[0] != "arn":
        # Where the whole ARN may begin with a wildcard, IAM takes it: "*:table/x" is refused, "arn*" too.
        fix = 'Write arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE, or "*" for all.'
        yield case.error("INVALID_ARN_PREFIX", node, f"{shown(text)} does not begin with arn:", fix)
        return
    arn = read_arn(text)
    if arn is None:
        if len(parts) > 1 and parts[-1].endswith("*"):  # arn:aws:s3* stands for longer ones
            told = f"{shown(text)} has {len(parts)} of the six parts of an ARN; its last wildcard must match the others"
            yield case.warning("MISSING_ARN_FIELD", node, told, "Write arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE.")
        else:
            told = f"{shown(text)} has {len(parts)} parts; an ARN has six, divided by colons"
            yield case.error(
                "MISSING_ARN_FIELD",
                node,
                told,
                "Write arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE; empty parts keep their colon.",
            )
        return
    yield from _check_parts(case, node, arn)


def _check_parts(case: Case, node: Node, arn: Arn) -> Iterator[Finding]:
    if arn.partition not in PARTITIONS and (is_fixed(arn.partition) or not arn.partition):
        told, fix = f"{shown(arn.partition)} is no partition", f"Write one of {', '.join(PARTITIONS[:3])}."
        if _PARTITION.fullmatch(arn.partition):  # one that is to come
            yield case.warning("INVALID_PARTITION", node, f"{told} that is known", fix)
        else:
            yield case.error("INVALID_PARTITION", node, told, fix)
    if has_wildcard(arn.service):
        told = f"the service {shown(arn.service)} has a wildcard: it also stands for services yet to come"
        yield case.suggestion("WILDCARD_IN_SERVICE_NAME", node, told, "Name the service.")
        return
    if is_fixed(arn.service) and arn.service != arn.service.lower():
        told = f"the service {shown(arn.service)} is written in lower case in ARNs"
        yield case.error("INVALID_ARN_SERVICE_CASE", node, told, f"Write {arn.service.lower()}.")
    elif is_fixed(arn.service) and arn.service not in services() and not _is_old_name(arn.service):
        told = f"no service is known by the name {shown(arn.service)} (as of {data_date()})"
        near = nearest(arn.service, services())
        yield case.warning("INVALID_SERVICE", node, told, f"Did you mean {near}?" if near else "Look the ARN up.")
    elif not arn.service:
        yield case.error("INVALID_SERVICE", node, "the ARN names no service", "Write arn:aws:SERVICE:…")
    yield from _check_region(case, node, arn)
    if is_fixed(arn.account) and not ACCOUNT.fullmatch(arn.account) and arn.account not in {"aws", "aws-managed"}:
        told = f"the account {shown(arn.account)} has not 12 digits"
        yield case.error("INVALID_ARN_ACCOUNT", node, told, "Write the account's 12 digits, or *.")
    if not arn.resource:
        yield case.error(
            "INVALID_ARN_RESOURCE", node, "the ARN names no resource", "Write it behind the fifth colon, or * for all."
        )
    else:
        yield from _check_shape(case, node, arn)


def _is_old_name(service: str) -> bool:
    """Services whose ARNs have another name than their actions: monitoring speaks of cloudwatch, and so on."""
    return service in {"monitoring", "catalog", "license-manager-user-subscriptions", "globalaccelerator"}


def _check_region(case: Case, node: Node, arn: Arn) -> Iterator[Finding]:
    if not is_fixed(arn.region) or arn.region in REGIONS:
        return
    near = nearest(arn.region, REGIONS)
    if near or not REGION.fullmatch(arn.region):
        fix = f"Did you mean {near}?" if near else "Write it as eu-west-1."
        yield case.error("INVALID_ARN_REGION", node, f"{shown(arn.region)} is no Region", fix)
    else:
        told = f"{shown(arn.region)} is no Region that is known"
        yield case.warning("INVALID_ARN_REGION", node, told, "Compare it with the list of Regions.")


def _check_shape(case: Case, node: Node, arn: Arn) -> Iterator[Finding]:
    """The shapes of the service's ARNs, as far as they are known; what they leave open is not judged."""
    templates = _templates(arn.service)
    if not templates or len(arn.resource) > _LONGEST:
        return
    resource = _open(arn.resource)
    like = [known for known in templates if intersects(resource, known.resource)]
    if not like:
        told = f"{arn.service} has no resource whose ARN ends like {shown(arn.resource)} (as of {data_date()})"
        shapes = ", ".join(dict.fromkeys(known.resource for known in templates[:3]))
        yield case.warning("INVALID_ARN_RESOURCE", node, told, f"Its resources are written as {shapes} and so on.")
        return
    name = f"this resource of {arn.service}"
    if is_fixed(arn.region) and not any(known.region for known in like):
        told = f"the ARN of {name} has no Region, so that it never matches"
        yield case.error("ARN_REGION_NOT_ALLOWED", node, told, "Leave the Region empty and keep its colons.")
    if not arn.region and all(known.region for known in like):
        told = f"the ARN of {name} has a Region, so that it never matches"
        yield case.error("MISSING_ARN_REGION", node, told, "Write the Region, or *.")
    if is_fixed(arn.account) and not any(known.account for known in like):
        told = f"the ARN of {name} has no account, so that it never matches"
        yield case.error("ARN_ACCOUNT_NOT_ALLOWED", node, told, "Leave the account empty and keep its colons.")
    if not arn.account and all(known.account == "*" for known in like):
        # No error: public parameters of Systems Manager have none, whatever the reference says.
        told = f"the ARN of {name} has an account"
        yield case.warning("INVALID_ARN_ACCOUNT", node, told, "Write the account's 12 digits, or *.")


@lru_cache(maxsize=512)
def _templates(service: str) -> tuple[Arn, ...]:
    return tuple(arn for template in resource_templates(service) if (arn := read_arn(template)) is not None)


def _open(resource: str) -> str:
    """A resource with each `${…}` as a star: a variable may stand for any text."""
    parts = resource.split("${")
    return parts[0] + "".join("*" + part.partition("}")[2] for part in parts[1:])
