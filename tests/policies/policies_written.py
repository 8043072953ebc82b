"""Endpoint policies for tests, written as short as their point allows."""

from __future__ import annotations

import json
from typing import Any

from tui.policies.finding import Finding
from tui.policies.lint import lint

VERSION = "2012-10-17"


def statement(**changes: Any) -> dict[str, Any]:
    """A statement with nothing wrong: one organization may read one bucket. None takes an element away."""
    made = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::payments-archive/*",
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
        **changes,
    }
    return {element: value for element, value in made.items() if value is not None}


def where(**operators: Any) -> dict[str, Any]:
    """The statement with this Condition; `ForAnyValue__StringLike` stands for the operator with a colon."""
    return statement(Condition={name.replace("__", ":"): keys for name, keys in operators.items()})


def policy(*statements: dict[str, Any], **elements: Any) -> str:
    """A policy's text, indented by two."""
    made = {"Version": VERSION, **elements, "Statement": list(statements)}
    return json.dumps({name: value for name, value in made.items() if value is not None}, indent=2)


def findings(text: str | bytes, code: str = "", **known: Any) -> list[Finding]:
    """What lint finds, or what it finds of one code."""
    return [finding for finding in lint(text, **known) if code in {"", finding.code}]


def codes(text: str | bytes, **known: Any) -> set[str]:
    """The codes of all findings."""
    return {finding.code for finding in lint(text, **known)}
