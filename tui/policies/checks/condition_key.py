"""Checks of the keys of conditions: whether there is such a key, and whether it can be met here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.policies.case import Case
from tui.policies.condition_keys import GLOBAL, MULTIVALUED, REPLACED, SPELLED, TAGGED
from tui.policies.finding import Finding
from tui.policies.knowledge import data_date, is_key_prefix, key_of, keys_of, services
from tui.policies.model import Condition, Statement
from tui.policies.spelling import nearest
from tui.policies.text import shown

# What always is the same in a policy of an endpoint: the endpoint's own id, account and organization.
_CONSTANT = {"aws:sourcevpce", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths"}
_KEY = re.compile(r"[A-Za-z0-9_.\-]+:\S.*", re.DOTALL)


def check_keys(case: Case) -> Iterator[Finding]:
    """INVALID_CONDITION_KEY_FORMAT, INVALID_GLOBAL_CONDITION_KEY, INVALID_SERVICE_CONDITION_KEY and their like."""
    for _, condition in case.conditions():
        key, lower = condition.key, condition.key.lower()
        prefix = lower.partition(":")[0]
        if lower.rstrip("/") in {tag.rstrip("/") for tag in TAGGED}:
            told = f"{shown(key)} needs the key of a tag behind it"
            yield case.error("MISSING_TAG_KEY_IN_CONDITION", condition.node, told, f"Write {key.rstrip('/')}/TAG-KEY.")
        elif not _KEY.fullmatch(key) and "/" not in prefix:
            told = f"{shown(key)} is not a condition key"
            yield case.error(
                "INVALID_CONDITION_KEY_FORMAT", condition.node, told, "Write PREFIX:NAME, as aws:PrincipalArn."
            )
        elif lower in REPLACED:
            told = f"{key} is not supported any more"
            yield case.error("UNSUPPORTED_GLOBAL_CONDITION_KEY", condition.node, told, f"Write {REPLACED[lower]}.")
        elif prefix == "aws":
            yield from _check_global(case, condition)
        elif not is_key_prefix(prefix):
            yield _unknown_prefix(case, condition, prefix)
        elif prefix in services():
            yield from _check_of_service(case, condition, prefix)


def _check_global(case: Case, condition: Condition) -> Iterator[Finding]:
    if key_of(condition.key) is not None:
        return
    near = nearest(condition.key, SPELLED.values())
    told = f"there is no global condition key {shown(condition.key)}"
    if near:
        yield case.error("INVALID_GLOBAL_CONDITION_KEY", condition.node, told, f"Did you mean {near}?")
    else:
        told += f" that is known (as of {data_date()})"
        fix = "Look it up in the list of global condition keys."
        yield case.warning("INVALID_GLOBAL_CONDITION_KEY", condition.node, told, fix)


def _unknown_prefix(case: Case, condition: Condition, prefix: str) -> Finding:
    near = nearest(prefix, (*services(), "aws")) if len(prefix) > 2 else ""
    told = f"no service is known whose condition keys begin with {shown(prefix)} (as of {data_date()})"
    return case.warning(
        "INVALID_SERVICE", condition.node, told, f"Did you mean {near}?" if near else "Look the key up."
    )


def _check_of_service(case: Case, condition: Condition, prefix: str) -> Iterator[Finding]:
    known = key_of(condition.key)
    if known is not None and known.deprecated:
        # Access Analyzer has this for global keys only.
        fix = "See the key's description in the Service Authorization Reference."
        told = f"{known.spelled} is deprecated"
        yield case.warning("DEPRECATED_SERVICE_CONDITION_KEY", condition.node, told, fix)
    if known is not None:
        return
    # Behind the slash stands the reader's own part, as a tag's key.
    head, slash, own = condition.key.partition("/")
    near = nearest(head, (known.partition("/")[0] for known in keys_of(prefix)))
    told = f"{prefix} has no condition key {shown(condition.key)} (as of {data_date()})"
    if near:
        yield case.error("INVALID_SERVICE_CONDITION_KEY", condition.node, told, f"Did you mean {near}{slash}{own}?")
    else:
        fix = "Look it up in the Service Authorization Reference."
        yield case.warning("INVALID_SERVICE_CONDITION_KEY", condition.node, told, fix)


def check_deprecated(case: Case) -> Iterator[Finding]:
    """DEPRECATED_GLOBAL_CONDITION_KEY: keys that still work, and have a better successor.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceowner
    """
    for _, condition in case.conditions():
        if condition.key.lower() == "aws:sourceowner":
            told = "aws:SourceOwner is deprecated: services send aws:SourceAccount"
            fix = "Write aws:SourceAccount or aws:SourceArn."
            yield case.warning("DEPRECATED_GLOBAL_CONDITION_KEY", condition.node, told, fix)


def check_qualifiers(case: Case) -> Iterator[Finding]:
    """MISSING_QUALIFIER, FORALLVALUES_WITH_SINGLE_VALUED_KEY, NULL_WITH_QUALIFIER.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    """
    for statement, condition in case.conditions():
        if condition.operator == "Null":
            if condition.qualifier:
                told = f"Null with {condition.qualifier} always gives the same answer"
                yield case.suggestion("NULL_WITH_QUALIFIER", condition.operator_node, told, "Write Null alone.")
            continue
        known = key_of(condition.key)
        if known is None:
            continue
        if known.multivalued and not condition.qualifier:
            told = (
                f"a request may have several values of {condition.key}, which {condition.operator} alone cannot compare"
            )
            fix = f"Write ForAnyValue:{condition.operator} or ForAllValues:{condition.operator}."
            yield case.error("MISSING_QUALIFIER", condition.operator_node, told, fix)
        elif condition.qualifier == "ForAllValues" and not known.multivalued:
            yield _for_all_values(case, statement, condition)


def _for_all_values(case: Case, statement: Statement, condition: Condition) -> Finding:
    result = "lets through" if statement.effect == "Allow" else "denies"
    told = f"ForAllValues also holds where {condition.key} is absent, so that this {result} whoever comes without it"
    code = "FORALLVALUES_WITH_SINGLE_VALUED_KEY"
    return case.finding("security", code, condition.operator_node, told, f"Write {condition.operator} alone.")


def check_pairs(case: Case) -> Iterator[Finding]:
    """MISSING_PAIRED_CONDITION_KEYS.

    A warning here, not the security finding that Access Analyzer has: whoever comes through a gateway endpoint, or by
    default through an interface endpoint, is in its VPC; only peers and networks connected to it may have the same
    addresses.
    """
    for statement in case.policy.statements:
        keys = {condition.key.lower(): condition for condition in statement.conditions}
        alone = keys.get("aws:vpcsourceip")
        if (
            alone is not None
            and statement.effect == "Allow"
            and not keys.keys() & {"aws:sourcevpc", "aws:sourcevpcarn"}
        ):
            told = "private addresses are the same in many networks: aws:VpcSourceIp alone does not tell which"
            yield case.warning("MISSING_PAIRED_CONDITION_KEYS", alone.node, told, "Add aws:SourceVpc to the Condition.")


def check_constant_keys(case: Case) -> Iterator[Finding]:
    """IRRELEVANT_CONDITION_KEY_IN_POLICY: what is the same for every request that this policy ever sees."""
    for _, condition in case.conditions():
        if condition.key.lower() in _CONSTANT:
            told = f"{condition.key} is the same for every request through one endpoint"
            fix = "It belongs into the policies of buckets, roles and the like."
            yield case.suggestion("IRRELEVANT_CONDITION_KEY_IN_POLICY", condition.node, told, fix)


def is_multivalued_global(key: str) -> bool:
    """Whether it is a global key of which a request may have several values."""
    return key.lower() in GLOBAL and key.lower() in MULTIVALUED
