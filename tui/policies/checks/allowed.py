"""What the Allow statements of an endpoint policy come to: nothing, too much, or actions of another service.

An endpoint policy grants nothing by itself; it only lets through. What no statement allows is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tui.policies.case import Case
from tui.policies.checks.endpoint import is_full_access
from tui.policies.finding import Finding
from tui.policies.glob import covers
from tui.policies.knowledge import services
from tui.policies.model import Condition, Statement
from tui.policies.text import Node, shown
from tui.policies.wildcard import has_wildcard
from tui.policies.written_arn import is_fixed, read_arn

_MOST_PAIRS = 10_000  # patterns that are compared
_OF_REQUEST = re.compile(r"\$\{\s*([^},]*?)\s*[},]")  # a value that begins with a policy variable
_NAME = re.compile(r"[A-Za-z0-9]{4,}")
_WHO = {
    *("aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "aws:principalarn", "aws:userid"),
    *("aws:principalservicename", "aws:principalservicenameslist", "kms:calleraccount"),
}
_WHAT = {
    *(
        "aws:resourceorgid",
        "aws:resourceorgpaths",
        "aws:resourceaccount",
        "s3:resourceaccount",
        "s3:dataaccesspointarn",
    ),
    *("s3:dataaccesspointaccount",),
}


def check_any_allowed(case: Case) -> Iterator[Finding]:
    """VPCE_NOTHING_ALLOWED: without an Allow everything is refused."""
    statements = case.policy.statements
    if statements and all(statement.effect == "Deny" for statement in statements):
        told = "no statement allows anything: every request through the endpoint is refused"
        fix = 'Add {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}; what is denied stays denied.'
        yield case.error("VPCE_NOTHING_ALLOWED", case.policy.node.name_of("Statement") or case.policy.node, told, fix)


def check_services(case: Case) -> Iterator[Finding]:
    """VPCE_ACTION_OF_, VPCE_RESOURCE_OF_OTHER_SERVICE, VPCE_RESOURCE_OF_OTHER_REGION, VPCE_NO_ACTION_OF_SERVICE."""
    own = case.service.prefixes
    if not own:
        return
    some_allowed = False
    for statement in case.policy.statements:
        if statement.not_action:
            some_allowed |= statement.effect == "Allow"
        else:
            ours = [action for action in statement.actions if _is_of(action.partition(":")[0].lower(), own)]
            some_allowed |= statement.effect == "Allow" and bool(ours)
        for node in statement.action_nodes:
            prefix = node.text.partition(":")[0].lower()
            if ":" in node.text and prefix in services() and prefix not in own:
                told = f"{shown(node.text)} never comes through an endpoint of {case.service.name}"
                fix = f"Write actions that begin with {' or '.join(own)}, or remove it."
                yield case.warning("VPCE_ACTION_OF_OTHER_SERVICE", node, told, fix)
        yield from _other_resources(case, statement, own)
        yield from _other_regions(case, statement)
    allows = [statement for statement in case.policy.statements if statement.effect == "Allow" and statement.actions]
    if allows and not some_allowed:
        told = f"no action of {case.service.name} is allowed: every request through the endpoint is refused"
        fix = f"Allow actions that begin with {' or '.join(own)}."
        yield case.error("VPCE_NO_ACTION_OF_SERVICE", allows[0].name_of("Action"), told, fix)


def _is_of(prefix: str, own: tuple[str, ...]) -> bool:
    """Whether a prefix is of the service, or may be: wildcards and words that nobody knows."""
    return prefix in own or prefix not in services()


def _other_resources(case: Case, statement: Statement, own: tuple[str, ...]) -> Iterator[Finding]:
    for node in statement.resource_nodes:
        arn = read_arn(node.text)
        # Only where the service is one, and its ARNs bear the names of its actions.
        if (
            arn is None
            or not is_fixed(arn.service)
            or arn.service in own
            or case.service.name not in {"s3", "dynamodb"}
        ):
            continue
        if arn.service in services() and arn.service not in {"s3express", "s3-outposts", "dax"}:
            told = f"{shown(node.text)} is nothing of {case.service.name}"
            yield case.warning("VPCE_RESOURCE_OF_OTHER_SERVICE", node, told, "Remove it.")


def _other_regions(case: Case, statement: Statement) -> Iterator[Finding]:
    """An endpoint is one of the service in one Region, whose name its own name bears."""
    for node in statement.resource_nodes:
        arn = read_arn(node.text)
        if (
            arn is None
            or arn.service not in case.service.prefixes
            or not is_fixed(arn.region)
            or not case.service.region
        ):
            continue
        if arn.region != case.service.region:
            told = f"{shown(node.text)} is not in {case.service.region}, where this endpoint leads"
            fix = f"Write {case.service.region}, or remove it."
            yield case.warning("VPCE_RESOURCE_OF_OTHER_REGION", node, told, fix)


def check_open(case: Case) -> Iterator[Finding]:
    """VPCE_FULL_ACCESS, VPCE_OPEN, VPCE_ANY_RESOURCE, VPCE_ANY_PRINCIPAL.

    The Principal of a gateway endpoint must be "*": it is the conditions that say who. An organization, account or ARN
    protects; IfExists and ForAllValues do not, since they hold where the key is absent. A Deny may protect as well.
    """
    if is_full_access(case):
        told = "anybody may do anything to anything through this endpoint: it is the default policy"
        fix = "Allow only your organization's principals and resources: aws:PrincipalOrgID, aws:ResourceOrgID."
        yield case.finding("security", "VPCE_FULL_ACCESS", case.policy.statements[0].node, told, fix)
        return
    for statement in case.policy.statements:
        if statement.effect != "Allow" or not statement.principals:
            continue
        who = _named_who(statement) or any(_protects(condition, _WHO) for condition in statement.conditions)
        what = _named_what(statement) or any(_protects(condition, _WHAT) for condition in statement.conditions)
        who, what = who or _denied(case, statement, _WHO), what or _denied(case, statement, _WHAT)
        # "Of the caller's own account" says whose only where something says who the caller is, and the other way round.
        tied = _are_tied(case, statement)
        yield from _judge(case, statement, who=who or (tied and what), what=what or (tied and who))


def _judge(case: Case, statement: Statement, *, who: bool, what: bool) -> Iterator[Finding]:
    node: Node = statement.node
    fix_who = "Add aws:PrincipalOrgID, aws:PrincipalAccount or aws:PrincipalArn to the Condition."
    fix_what = "Name the resources, or add aws:ResourceOrgID or aws:ResourceAccount to the Condition."
    if not who and not what:
        told = "this lets anybody reach anybody's resources: no condition says whose principals or whose resources"
        yield case.finding("security", "VPCE_OPEN", node, told, f"{fix_who[:-1]}, or name the resources.")
    elif not who:
        told = "this lets anybody reach these resources, also with credentials of other accounts"
        yield case.suggestion("VPCE_ANY_PRINCIPAL", node, told, fix_who)
    elif not what and not any(is_service(condition) for condition in statement.conditions):
        told = "this lets these principals reach resources of any account: data can leave through it"
        yield case.suggestion("VPCE_ANY_RESOURCE", node, told, fix_what)


def is_service(condition: Condition) -> bool:
    """Whether it is about AWS's own services, which are let through to any resource in AWS's own samples."""
    key, values = condition.key.lower(), [value.lower() for value in condition.values]
    if condition.if_exists or condition.qualifier == "ForAllValues":
        return False
    if key == "aws:principalisawsservice":
        return condition.operator == "Bool" and values == ["true"]
    return key.startswith("aws:principalservicename") and condition.operator in {"StringEquals", "StringLike"}


def _named_who(statement: Statement) -> bool:
    return (
        bool(statement.principals)
        and not statement.not_principal
        and all(principal.value != "*" for principal in statement.principals)
    )


def _named_what(statement: Statement) -> bool:
    return bool(statement.resources) and not statement.not_resource and all(map(_is_somebodys, statement.resources))


def _is_somebodys(resource: str) -> bool:
    """Whether a resource is of one account: by the account in its ARN, or by a name that is unique in the world."""
    arn = read_arn(resource)
    if arn is None:
        return False
    if arn.account:
        return not has_wildcard(arn.account)
    return arn.resource.partition("/")[0].strip("*?") != ""


def _protects(condition: Condition, keys: set[str]) -> bool:
    """Whether an Allow with this condition is for somebody's principals or resources only."""
    if condition.if_exists or condition.qualifier == "ForAllValues" or not condition.values:
        return False
    key = condition.key.lower()
    if key == "aws:principalisawsservice" and "aws:principalarn" in keys:
        return condition.operator == "Bool" and condition.values[0].lower() == "true"
    positive = condition.operator in {"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"}
    return positive and key in keys and all(_is_somebody(key, value) for value in condition.values)


def _is_somebody(key: str, value: str) -> bool:
    """Whether a value stands for somebody in particular."""
    if _OF_REQUEST.match(value):
        return False  # whatever the request itself brings: see _are_tied
    arn = read_arn(value)
    if arn is not None and key.endswith("arn"):
        return not has_wildcard(arn.account) and bool(arn.account) and "${" not in arn.account
    # Of a pattern some letters and digits in a row are left: o-*, arn:*, *:* and their like are anybody.
    return not has_wildcard(value) or _NAME.search(value) is not None


def _are_tied(case: Case, statement: Statement) -> bool:
    """Whether caller and resource must be of the same account or organization, whichever that is."""

    def ties(condition: Condition) -> bool:
        key = condition.key.lower()
        other = _WHAT if key in _WHO else _WHO if key in _WHAT else set()
        named = [found[1].lower() for value in condition.values if (found := _OF_REQUEST.match(value))]
        return bool(named) and len(named) == len(condition.values) and other.issuperset(named)

    def allows(condition: Condition) -> bool:
        equal = condition.operator in {"StringEquals", "StringEqualsIgnoreCase", "StringLike"}
        return equal and not condition.if_exists and condition.qualifier != "ForAllValues" and ties(condition)

    denies = [deny for deny in case.policy.statements if deny.effect == "Deny" and _is_for_all(case, deny, statement)]
    return any(map(allows, statement.conditions)) or any(
        all(condition.operator.startswith("StringNot") and ties(condition) for condition in named)
        for named in map(_named_conditions, denies)
        if named
    )


def _denied(case: Case, statement: Statement, keys: set[str]) -> bool:
    """Whether a Deny keeps everybody out of what a statement allows but those that it names."""
    return any(_denies(case, deny, statement, keys) for deny in case.policy.statements if deny.effect == "Deny")


def _denies(case: Case, deny: Statement, allow: Statement, keys: set[str]) -> bool:
    named = _named_conditions(deny)
    return bool(named) and all(_is_other(condition, keys) for condition in named) and _is_for_all(case, deny, allow)


def _named_conditions(deny: Statement) -> list[Condition]:
    return [condition for condition in deny.conditions if not _spares_services(condition)]


def _is_for_all(case: Case, deny: Statement, allow: Statement) -> bool:
    """Whether a Deny is about everybody, and about whatever another statement allows."""
    everyone = any(principal.value == "*" for principal in deny.principals) and not deny.not_principal
    if not everyone or deny.not_action or deny.not_resource:
        return False
    actions = ["*"] if allow.not_action else [action.lower() for action in allow.actions]
    if "*" in actions and case.service.prefixes:  # no others come through
        actions = [f"{prefix}:*" for prefix in case.service.prefixes]
    resources = ["*"] if allow.not_resource else allow.resources
    return _cover([action.lower() for action in deny.actions], actions) and _cover(deny.resources, resources)


def _cover(patterns: Sequence[str], others: Sequence[str]) -> bool:
    """Whether each of the others is covered by one of the patterns. Of very many only a `*` is looked for."""
    if any(pattern.strip("*") == "" and pattern for pattern in patterns):
        return True
    few = len(patterns) * len(others) <= _MOST_PAIRS
    return few and all(any(covers(pattern, other) for pattern in patterns) for other in others)


def _is_other(condition: Condition, keys: set[str]) -> bool:
    """Whether it holds for whoever is not named, the key absent or not."""
    key = condition.key.lower()
    negated = condition.operator.startswith(("StringNot", "ArnNot")) and condition.qualifier != "ForAnyValue"
    return negated and key in keys and all(_is_somebody(key, value) for value in condition.values)


def _spares_services(condition: Condition) -> bool:
    """Whether it holds for everybody but AWS's own services."""
    spared = condition.key.lower() in {"aws:principalisawsservice", "aws:viaawsservice"}
    return spared and condition.operator == "Bool" and [value.lower() for value in condition.values] == ["false"]
