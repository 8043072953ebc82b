"""Checks of policy variables, `${aws:username}`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

from collections.abc import Iterator

from tui.policies.case import Case
from tui.policies.checks.condition_value import family
from tui.policies.finding import Finding
from tui.policies.knowledge import key_of
from tui.policies.model import NEW_VERSION, Statement
from tui.policies.text import Node, shown

_WITHOUT = {"Numeric", "Date", "Binary", "IpAddress", "Null"}
_LITERALS = {"*", "?", "$"}  # ${*} is the character itself


def check_variables(case: Case) -> Iterator[Finding]:
    """How variables are written, and whether they stand where they are replaced."""
    for statement in case.policy.statements:
        for node in _elements(statement):
            if "${" in node.text:
                told = "policy variables are replaced only in Resource and in the values of conditions"
                yield case.error("VARIABLE_UNSUPPORTED_IN_ELEMENT", node, told, "Write the value itself.")
        for node in statement.resource_nodes:
            if "${" in node.text:
                yield from _check_text(case, node)
                yield from _check_place(case, node)
        for condition in statement.conditions:
            for node in condition.value_nodes:
                if "${" not in node.text:
                    continue
                if family(condition.operator) in _WITHOUT:
                    told = f"{condition.operator} replaces no policy variables"
                    yield case.error("INVALID_VARIABLE_FOR_OPERATOR", node, told, "Write the value itself.")
                else:
                    yield from _check_text(case, node)


def _elements(statement: Statement) -> Iterator[Node]:
    """The strings in which a variable stays as it is written."""
    yield from statement.action_nodes
    yield from (principal.node for principal in statement.principals)
    yield from (condition.node for condition in statement.conditions)
    sid = statement.node.get("Sid")
    if sid is not None:
        yield sid


def _check_place(case: Case, node: Node) -> Iterator[Finding]:
    """In an ARN a variable may stand only behind the fifth colon."""
    before = node.text.partition("${")[0]
    if before.startswith("arn") and before.count(":") < 5:
        told = "a policy variable is replaced only in the last part of an ARN, behind the fifth colon"
        yield case.error(
            "VARIABLE_UNSUPPORTED_IN_ELEMENT", node, told, "Write the service, Region and account themselves."
        )


def _check_text(case: Case, node: Node) -> Iterator[Finding]:
    """Each `${…}` of a string: one finding a string, the first."""
    for part in node.text.split("${")[1:]:
        inside, brace, _ = part.partition("}")
        finding = _check_inside(case, node, inside) if brace else _unclosed(case, node)
        if finding is not None:
            yield finding
            return
    if case.policy.version != NEW_VERSION and any(_name(part) not in _LITERALS for part in node.text.split("${")[1:]):
        version = f"Version {case.policy.version}" if case.policy.version else "no Version"
        told = f"with {version} the variable in {shown(node.text)} is plain text"
        yield case.error("VARIABLE_UNSUPPORTED_IN_VERSION", node, told, f'Write "Version": "{NEW_VERSION}".')


def _name(part: str) -> str:
    return part.partition("}")[0].partition(",")[0].strip()


def _unclosed(case: Case, node: Node) -> Finding:
    return case.error(
        "MISSING_BRACE_IN_VARIABLE", node, f"the variable in {shown(node.text)} is not closed", "Close it with }."
    )


def _check_inside(case: Case, node: Node, inside: str) -> Finding | None:
    name, comma, default = inside.partition(",")
    if not name.strip():
        told = f"the variable in {shown(node.text)} is empty"
        return case.error("EMPTY_VARIABLE", node, told, "Write a condition key in it, as ${aws:username}.")
    if " " in name.rstrip() or (name != name.rstrip() and not comma):
        told = f"the variable in {shown(node.text)} has a space"
        return case.error("UNSUPPORTED_SPACE_IN_VARIABLE", node, told, "Remove the space.")
    value = default.strip()
    if comma and not (len(value) >= 2 and value[0] == value[-1] == "'"):
        told = f"the default value of the variable in {shown(node.text)} is not in single quotes"
        return case.error("MISSING_QUOTE_IN_VARIABLE", node, told, "Write ${KEY, 'default'}.")
    known = key_of(name.strip())
    if known is not None and known.multivalued:
        told = f"a request may have several values of {name.strip()}, so that it cannot be a variable"
        return case.error("MULTIVALUED_KEY_AS_VARIABLE", node, told, "Compare the key itself in the Condition.")
    return None
