"""All that a reader wants to know of one endpoint policy, in one answer: words, findings, changes, expectations."""

from __future__ import annotations

from dataclasses import dataclass

from tui.policies.context import EndpointKind, Way
from tui.policies.difference import Difference, difference
from tui.policies.english import Explanation, explain
from tui.policies.expectation import Expectation, Tried, tried
from tui.policies.finding import Finding
from tui.policies.grammar import Reading, read_policy
from tui.policies.lint import lint


@dataclass(frozen=True, slots=True)
class Subject:
    """The endpoint that a policy is of; '' and None are unknown.

    Attributes:
        kind: Interface, Gateway … as AWS writes it.
        service: its whole name.
        takes_policy: VpcEndpointPolicySupported of the service.
    """

    id: str = ""
    kind: str = ""
    service: str = ""
    vpc: str = ""
    takes_policy: bool | None = None

    @property
    def way(self) -> Way:
        """How requests come through it."""
        return Way(self.endpoint_kind, self.id, self.vpc)

    @property
    def endpoint_kind(self) -> EndpointKind:
        """The kind as policies are judged by; '' for the others."""
        kind = self.kind.lower()
        return "gateway" if kind == "gateway" else "interface" if kind == "interface" else ""


@dataclass(frozen=True, slots=True)
class Survey:
    """What there is to say of a text.

    Attributes:
        explanation: None of a text that is no policy.
        changes: against the other text; None if none was given, or one of the two is no policy.
        tried: () of a text that is no policy.
    """

    subject: Subject
    text: str
    reading: Reading
    findings: tuple[Finding, ...]
    explanation: Explanation | None
    changes: Difference | None
    tried: tuple[Tried, ...]


def survey(
    subject: Subject, text: str, against: str | None = None, expectations: tuple[Expectation, ...] = ()
) -> Survey:
    """Everything of a text. Never raises, whatever it is.

    Args:
        subject: the endpoint it is for.
        text: as it is sent: white space counts for its size.
        against: the text that is in force, or was.
        expectations: the requests to try.
    """
    reading = read_policy(text)
    findings = lint(
        text,
        subject.kind,
        subject.service,
        endpoint_id=subject.id,
        vpc=subject.vpc,
        takes_policy=subject.takes_policy,
    )
    policy = reading.policy
    if policy is None:
        return Survey(subject, text, reading, findings, None, None, ())
    kind = subject.endpoint_kind
    old = None if against is None else read_policy(against).policy
    changes = None if old is None else difference(old, policy, kind or "interface")
    return Survey(
        subject, text, reading, findings, explain(policy, kind), changes, tried(policy, expectations, subject.way)
    )
