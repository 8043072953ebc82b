"""Checks of what may be done."""

from __future__ import annotations

from collections.abc import Iterator

from tui.policies.case import Case
from tui.policies.finding import Finding
from tui.policies.knowledge import actions, data_date, matching_actions, services
from tui.policies.spelling import nearest
from tui.policies.text import Node, shown


def check_actions(case: Case) -> Iterator[Finding]:
    """INVALID_ACTION, INVALID_SERVICE_IN_ACTION.

    What is one slip away from a known action is an error; what is like nothing known may be newer than the data.
    """
    for statement in case.policy.statements:
        for node in statement.action_nodes:
            text = node.text
            prefix, colon, name = text.partition(":")
            if text == "*" or "${" in text:  # variables have a check of their own
                continue
            if not colon or not prefix or not name:
                fix = 'Write SERVICE:ACTION, as s3:GetObject, or "*" for all.'
                yield case.error("INVALID_ACTION", node, f"{shown(text)} is not an action", fix)
            elif "*" in prefix or "?" in prefix:
                told = f"the service of {shown(text)} has a wildcard, which IAM refuses"
                yield case.error(
                    "INVALID_SERVICE_IN_ACTION", node, told, 'Name the service, or write "*" for all actions.'
                )
            elif prefix.lower() not in services():
                yield _unknown_service(case, node, prefix, name)
            elif not matching_actions(text):
                yield _unknown_action(case, node, prefix.lower(), name)


def _unknown_service(case: Case, node: Node, prefix: str, name: str) -> Finding:
    near = nearest(prefix, services())
    told = f"no service is known whose actions begin with {shown(prefix)} (as of {data_date()})"
    if near and ("*" in name or name.lower() in actions(near)):
        return case.error("INVALID_SERVICE_IN_ACTION", node, told, f"Did you mean {near}:{name}?")
    return case.warning("INVALID_SERVICE_IN_ACTION", node, told, "Look it up in the Service Authorization Reference.")


def _unknown_action(case: Case, node: Node, prefix: str, name: str) -> Finding:
    if "*" in name or "?" in name:
        told = f"{shown(node.text)} matches no action that is known (as of {data_date()})"
        return case.warning("INVALID_ACTION", node, told, "Look it up in the Service Authorization Reference.")
    near = nearest(name, (action.name for action in actions(prefix).values()))
    told = f"{prefix} has no action {shown(name)} (as of {data_date()})"
    if near:
        return case.error("INVALID_ACTION", node, told, f"Did you mean {prefix}:{near}?")
    return case.warning("INVALID_ACTION", node, told, "Look it up in the Service Authorization Reference.")
