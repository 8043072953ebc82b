"""A finding: one thing that is wrong with a policy, where it stands, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "security", "warning", "suggestion"]
SEVERITIES: tuple[Severity, ...] = ("error", "security", "warning", "suggestion")
FAILING = frozenset({"error", "security"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. Lines and columns count characters from 1; a column may stand one behind the end of its line.

    Attributes:
        code: its kind, in UPPER_SNAKE: where IAM Access Analyzer knows the check it is the title of that check,
            https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
        severity: `error` (it is refused, or never does what it says), `security`, `warning` or `suggestion`.
        message: one sentence.
        path: the element, as `Statement[0].Condition.StringEquals["aws:SourceVpc"][1]`; '' is the whole policy.
        fix: what to do, one sentence; '' if there is nothing to say.
    """

    code: str
    severity: Severity
    message: str
    line: int
    column: int
    path: str
    fix: str = ""
