"""Short ways for tests to write a policy, a request, and to judge one by the other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tui.policies.arn import parse_caller
from tui.policies.context import EndpointKind, Request, Way
from tui.policies.evaluate import Verdict, evaluate
from tui.policies.grammar import Form, read_policy
from tui.policies.model import Policy

BOB = "arn:aws:iam::111122223333:user/bob"
ROLE = "arn:aws:iam::111122223333:role/payments-app"
SESSION = "arn:aws:sts::111122223333:assumed-role/payments-app/i-0abc"
ROOT = "arn:aws:iam::111122223333:root"
STRANGER = "arn:aws:iam::444455556666:user/eve"
OBJECT = "arn:aws:s3:::payments-ledger/2026/11.csv"
INTERFACE, GATEWAY = Way("interface"), Way("gateway")


def policy(*statements: Mapping[str, Any], version: str | None = "2012-10-17", form: Form = Form.ENDPOINT) -> Policy:
    """The policy of these statements; an assertion fails if its grammar is wrong."""
    document = {"Version": version} if version else {}
    read = read_policy(json.dumps(document | {"Statement": list(statements)}), form)
    assert read.policy is not None, read.findings
    return read.policy


def allow(**elements: Any) -> dict[str, Any]:
    """An Allow statement, for all where nothing else is said."""
    return statement("Allow", elements)


def deny(**elements: Any) -> dict[str, Any]:
    """A Deny statement, for all where nothing else is said."""
    return statement("Deny", elements)


def statement(effect: str, elements: dict[str, Any]) -> dict[str, Any]:
    """A statement for all where nothing else is said."""
    whole = {"Effect": effect, "Principal": "*", "Action": "*", "Resource": "*"}
    for element in ("Principal", "Action", "Resource"):
        if f"Not{element}" in elements:
            del whole[element]
    return whole | elements


def values(context: Mapping[str, Any]) -> dict[str, tuple[str, ...] | None]:
    """A context as tests write it: a text, a list of texts, or None for a key that is not in the request."""
    made: dict[str, tuple[str, ...] | None] = {}
    for key, value in context.items():
        made[key] = value if value is None else tuple(value) if isinstance(value, list | tuple) else (str(value),)
    return made


def ask(
    asked: Policy,
    principal: str = BOB,
    action: str = "s3:GetObject",
    resource: str = OBJECT,
    context: Mapping[str, Any] | None = None,
    kind: EndpointKind = "interface",
    account: str = "",
) -> Verdict:
    """The verdict of a policy on a request."""
    request = Request(parse_caller(principal), action, resource, account, values(context or {}))
    return evaluate(asked, request, Way(kind))


def said(asked: Policy, *args: Any, **more: Any) -> str:
    """The decision alone."""
    return str(ask(asked, *args, **more).decision)
