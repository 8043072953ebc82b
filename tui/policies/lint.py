"""What is wrong with an endpoint policy: all checks, over one text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from tui.policies.case import GATEWAY, Case
from tui.policies.checks import (
    action,
    allowed,
    condition_id,
    condition_key,
    condition_value,
    cut_off,
    endpoint,
    key_support,
    principal,
    redundant,
    resource,
    statement,
    variable,
)
from tui.policies.finding import SEVERITIES, Finding
from tui.policies.grammar import finding_at, read_document
from tui.policies.json_reader import read_bytes, read_json
from tui.policies.services import GATEWAY_SERVICE, read_service
from tui.policies.text import Document

MOST_FINDINGS = 1000
MUCH_TOO_LONG = 5 * endpoint.LONGEST  # characters; of a longer text only JSON and grammar are told

CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    statement.check_version,
    statement.check_characters,
    statement.check_sids,
    statement.check_empty_elements,
    statement.check_empty_values,
    principal.check_principals,
    principal.check_not_principal,
    principal.check_service_principals,
    action.check_actions,
    resource.check_resources,
    condition_key.check_keys,
    condition_key.check_deprecated,
    condition_key.check_qualifiers,
    condition_key.check_pairs,
    condition_key.check_constant_keys,
    condition_value.check_types,
    condition_value.check_values,
    condition_value.check_source_addresses,
    condition_id.check_ids,
    key_support.check_support,
    key_support.check_resource_tags,
    variable.check_variables,
    redundant.check_lists,
    redundant.check_numbers,
    redundant.check_statements,
    endpoint.check_policy_support,
    endpoint.check_gateway_principals,
    endpoint.check_wildcards,
    endpoint.check_accounts,
    endpoint.check_source,
    allowed.check_any_allowed,
    allowed.check_services,
    allowed.check_open,
    cut_off.check_buckets,
    cut_off.check_federation,
)


def lint(
    text: str | bytes,
    kind: str = "",
    service: str = "",
    *,
    endpoint_id: str = "",
    vpc: str = "",
    takes_policy: bool | None = None,
) -> tuple[Finding, ...]:
    """All findings of a text, in its order; of one place the worst first. Never raises, whatever the text.

    Args:
        text: the policy as it is sent: white space counts for its size. Bytes must be UTF-8.
        kind: `gateway`, `interface` or another type of endpoint; '' is unknown: only what holds for both is told.
        service: `s3`, `ecr.api`, `com.amazonaws.eu-west-1.s3`; '' is unknown.
        endpoint_id: the endpoint's own id (vpce-…), where it is known.
        vpc: the endpoint's VPC.
        takes_policy: what DescribeVpcEndpointServices tells under VpcEndpointPolicySupported.
    """
    document = read_bytes(text) if isinstance(text, bytes) else read_json(text)
    reading = read_document(document)
    known = GATEWAY_SERVICE if kind.lower() == GATEWAY and not service else read_service(service)
    case = Case(document, reading.draft, kind.lower(), known, endpoint_id, vpc, takes_policy)
    found = [*reading.findings, *endpoint.check_size(document), *endpoint.check_single(document)]
    if document.root is not None and len(document.text) <= MUCH_TOO_LONG:
        for check in CHECKS:
            found.extend(islice(check(case), MOST_FINDINGS))
    return _in_order(document, found)


def _in_order(document: Document, found: Iterable[Finding]) -> tuple[Finding, ...]:
    ordered = sorted(
        dict.fromkeys(found), key=lambda each: (each.line, each.column, SEVERITIES.index(each.severity), each.code)
    )
    if len(ordered) <= MOST_FINDINGS:
        return tuple(ordered)
    told = f"{len(ordered):,} findings; the worst {MOST_FINDINGS:,} are told"
    worst = sorted(ordered, key=lambda each: SEVERITIES.index(each.severity))[:MOST_FINDINGS]
    kept = set(worst)
    more = finding_at(document, "warning", "TOO_MANY_FINDINGS", 0, told, "Mend these first.")
    return (more, *(finding for finding in ordered if finding in kept))
