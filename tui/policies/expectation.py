"""Expectations: requests whose answer must stay what it is, whoever edits the policy."""

from __future__ import annotations

from dataclasses import dataclass

from tui.policies.context import Request, Way
from tui.policies.evaluate import Decision, Verdict, evaluate
from tui.policies.model import Policy


@dataclass(frozen=True, slots=True)
class Expectation:
    """A request, and whether it must be let through; `name` is the reader's, '' for none."""

    request: Request
    allowed: bool = True
    name: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """An expectation, and what a policy says of it. `met` None: it depends on what is not told of the request."""

    expectation: Expectation
    verdict: Verdict

    @property
    def met(self) -> bool | None:
        """Whether the answer is the expected one."""
        if self.verdict.decision is Decision.DEPENDS:
            return None
        return (self.verdict.decision is Decision.ALLOWED) is self.expectation.allowed


def tried(policy: Policy, expectations: tuple[Expectation, ...], way: Way) -> tuple[Tried, ...]:
    """Every expectation against a policy."""
    return tuple(Tried(each, evaluate(policy, each.request, way)) for each in expectations)
