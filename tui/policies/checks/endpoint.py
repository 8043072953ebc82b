"""Rules that hold for endpoint policies and for no other kind of policy.

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html. Whether the service refuses what is against
the rules on wildcards and numbers is not known: those are warnings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from tui.policies.case import GATEWAY, Case
from tui.policies.condition_keys import SYSTEM_IDS
from tui.policies.finding import Finding
from tui.policies.grammar import finding_at
from tui.policies.json_reader import MORE_TEXT
from tui.policies.model import Condition, Statement
from tui.policies.text import Document, Node, shown
from tui.policies.written_arn import ACCOUNT, read_arn

LONGEST = 20_480  # characters, white space included
_ROOM = LONGEST - 1024
_BESIDE = 6  # characters without a wildcard before or behind each one
_ROOT = re.compile(r"arn:[a-z-]+:iam::[0-9]{12}:root")
_WILD = re.compile(r"[*?]")
# Beside one of these the address may be meant for requests that come another way.
_NETWORK = frozenset({"aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn", "aws:vpcsourceip", "aws:vpceaccount"}) | {
    *("aws:vpceorgid", "aws:vpceorgpaths"),
}
_VARIABLE = re.compile(r"\$\{[^}]*\}")


def check_size(document: Document) -> Iterator[Finding]:
    """VPCE_POLICY_TOO_LONG, VPCE_POLICY_NEARLY_TOO_LONG: counted on the text that is sent."""
    length = len(document.text)
    if length <= _ROOM:
        return
    shortest = _minified(document)
    fix = "Divide the access among several endpoints, or name fewer resources."
    if shortest <= LONGEST < length:
        fix = f"Send it without white space: that are {shortest:,} characters."
    if length > LONGEST:
        told = f"the policy has {length:,} characters with its white space; {LONGEST:,} are allowed"
        yield finding_at(document, "error", "VPCE_POLICY_TOO_LONG", LONGEST, told, fix)
    else:
        told = f"the policy has {length:,} of the {LONGEST:,} characters that are allowed, white space included"
        yield finding_at(document, "suggestion", "VPCE_POLICY_NEARLY_TOO_LONG", 0, told, "Send it without white space.")


def _minified(document: Document) -> int:
    """Characters of the policy without white space between its elements."""
    return sum(_own_length(node) for node in document.root.walk()) if document.root is not None else len(document.text)


def _own_length(node: Node) -> int:
    """What a node adds: its own text, or brackets, commas and colons."""
    if node.kind == "object":
        return 2 + max(0, len(node.members) - 1) + len(node.members)
    if node.kind == "array":
        return 2 + max(0, len(node.items) - 1)
    return node.end - node.start


def check_single(document: Document) -> Iterator[Finding]:
    """VPCE_MORE_THAN_ONE_POLICY: an endpoint has exactly one; several in an array or one after the other are none."""
    fix = "Put the statements of all of them into one Statement array."
    told = "an endpoint has exactly one policy"
    if document.root is not None and document.root.kind == "array":
        policies = [item for item in document.root.items if item.get("Statement") is not None]
        if len(policies) > 1:
            at = policies[1].start
            yield finding_at(document, "error", "VPCE_MORE_THAN_ONE_POLICY", at, told, fix)
    elif document.complaints and document.complaints[-1].message == MORE_TEXT:
        at = document.complaints[-1].at
        if document.text.startswith("{", at) and '"Statement"' in document.text[at:]:
            yield finding_at(document, "error", "VPCE_MORE_THAN_ONE_POLICY", at, told, fix)


def check_policy_support(case: Case) -> Iterator[Finding]:
    """VPCE_POLICY_NOT_SUPPORTED: not every service takes a policy, and then access is full."""
    if case.policy.statements and not is_full_access(case):
        kind = "a Gateway Load Balancer endpoint" if case.kind == "gatewayloadbalancer" else ""
        if case.service.foreign:
            kind = "an endpoint of somebody's own service"
        if case.takes_policy is False and not kind:
            kind = f"an endpoint of {case.service.name or 'this service'}"
        if kind:
            told = f"{kind} takes no policy: access through it is always full"
            fix = "Restrict it with security groups, and on the service's side."
            yield case.error("VPCE_POLICY_NOT_SUPPORTED", case.policy.node, told, fix)


def is_full_access(case: Case) -> bool:
    """Whether it means what the default policy means, however it is written, and nothing else."""
    statements = case.policy.statements
    return bool(statements) and all(
        statement.effect == "Allow"
        and any(principal.value == "*" and principal.kind in {"*", "AWS"} for principal in statement.principals)
        and not (statement.not_principal or statement.not_action or statement.not_resource or statement.conditions)
        and not _conditions_lost(statement.node)
        and any(action.strip("*") == "" for action in statement.actions)
        and any(resource.strip("*") == "" for resource in statement.resources)
        for statement in statements
    )


def _conditions_lost(node: Node) -> bool:
    """Whether a Condition was written, but could not be read."""
    written = node.get("Condition")
    return written is not None and bool(written.members)


def check_gateway_principals(case: Case) -> Iterator[Finding]:
    """VPCE_GATEWAY_PRINCIPAL, VPCE_GATEWAY_ACCOUNT_PRINCIPAL.

    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#gateway-endpoint-principals
    """
    if case.kind != GATEWAY:
        return
    fix = 'Write "Principal": "*", and name who may in the Condition: "ArnLike": {"aws:PrincipalArn": …}.'
    for statement in case.policy.statements:
        for principal in statement.principals:
            if principal.value == "*" and principal.kind in {"*", "AWS"}:
                continue
            if statement.not_principal:
                # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html has
                # endpoint policies among those that take it, of whatever type.
                told = f"whether a gateway endpoint knows {shown(principal.value)} under NotPrincipal is not documented"
                fix_other = 'Write "Principal": "*" and "ArnNotEquals": {"aws:PrincipalArn": …} in the Condition.'
                yield case.warning("VPCE_GATEWAY_PRINCIPAL", principal.node, told, fix_other)
            elif ACCOUNT.fullmatch(principal.value) or _ROOT.fullmatch(principal.value):
                told = f"at a gateway endpoint {shown(principal.value)} is the root user alone, not the account's users and roles"
                fix_account = 'Write "Principal": "*" and "StringEquals": {"aws:PrincipalAccount": …} in the Condition.'
                yield case.error("VPCE_GATEWAY_ACCOUNT_PRINCIPAL", principal.node, told, fix_account)
            else:
                told = f'at a gateway endpoint the Principal must be "*", not {shown(principal.value)}'
                yield case.error("VPCE_GATEWAY_PRINCIPAL", principal.node, told, fix)


def check_wildcards(case: Case) -> Iterator[Finding]:
    """VPCE_SYSTEM_ID_WILDCARD, VPCE_SYSTEM_ID_NUMERIC, VPCE_SHORT_WILDCARD."""
    for _, condition in case.conditions():
        system = condition.key.lower() in SYSTEM_IDS
        if system and condition.operator.startswith("Numeric"):
            told = f"{condition.key} is an id that AWS makes up: endpoint policies may not compare it as a number"
            fix = "Write StringEquals."
            yield case.warning("VPCE_SYSTEM_ID_NUMERIC", condition.operator_node, told, fix)
        for node in condition.value_nodes:
            plain = _VARIABLE.sub("xxxxxx", node.text)
            if not _WILD.search(plain) or "Like" not in condition.operator:
                continue
            if system:
                told = f"{condition.key} is an id that AWS makes up: endpoint policies may not compare it by wildcards"
                yield case.warning(
                    "VPCE_SYSTEM_ID_WILDCARD", node, told, "Write the ids themselves, with StringEquals."
                )
            elif condition.operator.startswith("String") and not _has_company(plain):
                told = f"a wildcard of {shown(node.text)} has fewer than {_BESIDE} characters before and behind it"
                fix = f"Give at least {_BESIDE} characters before or behind each wildcard."
                yield case.warning("VPCE_SHORT_WILDCARD", node, told, fix)


def _has_company(text: str) -> bool:
    """Whether each wildcard has enough characters in a row before or behind it."""
    runs = [len(run) for run in _WILD.split(text)]
    return all(max(before, behind) >= _BESIDE for before, behind in pairwise(runs))


def check_accounts(case: Case) -> Iterator[Finding]:
    """VPCE_ARN_ACCOUNT_MIX: the account of an ARN is an id or a wildcard, not both."""
    for statement in case.policy.statements:
        nodes = [*statement.resource_nodes, *(node for each in statement.conditions for node in each.value_nodes)]
        for node in nodes:
            arn = read_arn(node.text) if node.text.startswith("arn:") else None
            if arn is not None and _WILD.search(arn.account) and arn.account.strip("*?"):
                told = f"the account {shown(arn.account)} is part id, part wildcard"
                yield case.warning("VPCE_ARN_ACCOUNT_MIX", node, told, "Write the 12 digits, or * alone.")


def check_source(case: Case) -> Iterator[Finding]:
    """VPCE_SOURCE_IP_ABSENT, VPCE_OTHER_ENDPOINT, VPCE_OTHER_VPC: what no request through this endpoint can meet.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip
    """
    for statement, condition in case.conditions():
        lower = condition.key.lower()
        if lower == "aws:sourceip" and condition.operator != "Null":
            yield _source_ip(case, statement, condition)
        elif lower == "aws:sourcevpce" and case.endpoint:
            yield from _other(case, statement.effect, condition, case.endpoint, "VPCE_OTHER_ENDPOINT")
        elif lower == "aws:sourcevpc" and case.vpc:
            yield from _other(case, statement.effect, condition, case.vpc, "VPCE_OTHER_VPC")


def _source_ip(case: Case, statement: Statement, condition: Condition) -> Finding:
    fix = "Write aws:VpcSourceIp, the private address of whoever comes through the endpoint."
    told = "aws:SourceIp is absent from what comes through an endpoint"
    effect = statement.effect
    negated = "Not" in condition.operator and condition.qualifier != "ForAnyValue"
    holds = negated or condition.if_exists or condition.qualifier == "ForAllValues"
    others = {other.key.lower() for other in statement.conditions}
    if holds and effect == "Deny" and not others & _NETWORK:
        message = f"{told}: this denies whatever address a request has"
    elif holds:
        return case.warning("VPCE_SOURCE_IP_ABSENT", condition.node, f"{told}: this restricts nothing", fix)
    elif effect == "Deny":
        return case.warning("VPCE_SOURCE_IP_ABSENT", condition.node, f"{told}: this never denies anything", fix)
    else:
        message = f"{told}: this never allows anything"
    return case.error("VPCE_SOURCE_IP_ABSENT", condition.node, message, fix)


def _other(case: Case, effect: str, condition: Condition, own: str, code: str) -> Iterator[Finding]:
    """A key that always is the endpoint's own id, compared with ids of others only."""
    if condition.operator not in {"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringLike"}:
        return
    if any(own == value or _WILD.search(value) or "${" in value for value in condition.values) or not condition.values:
        return
    holds = condition.operator == "StringNotEquals"
    told = f"every request here has {condition.key} {own}: the condition {'always' if holds else 'never'} holds"
    fix = f"Write {own}, or remove the key."
    node = condition.value_nodes[0]
    if holds == (effect == "Deny"):  # what it allows is never allowed, what it denies always denied
        yield case.error(code, node, told, fix)
    else:
        yield case.warning(code, node, told, fix)
