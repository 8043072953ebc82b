"""All that a reader wants to know of one endpoint policy, in one answer: words, findings, changes, expectations."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui.policies.comparison import Comparison, compare_texts
from tui.policies.context import EndpointKind, Way
from tui.policies.difference import MOST_REQUESTS, Difference, difference
from tui.policies.english import Explanation, explain, is_full_access
from tui.policies.expectation import Expectation, Tried, tried
from tui.policies.finding import Finding
from tui.policies.grammar import Reading, read_policy
from tui.policies.knowledge import data_date
from tui.policies.laid_out import LaidOut, lay_out
from tui.policies.lint import lint

OLDER = 500  # requests that are tried at most for a change that is not the newest


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
        laid: the text as it is to be shown.
        past: what each of the earlier changes that were given means, in their order.
        is_full_access: whether it lets everything through, as the default policy does.
        data_date: the day of what is known of actions and keys, as 2026-10-27.
    """

    subject: Subject
    text: str
    reading: Reading
    findings: tuple[Finding, ...]
    explanation: Explanation | None
    changes: Difference | None
    tried: tuple[Tried, ...]
    laid: LaidOut = field(default_factory=lambda: LaidOut(""))
    past: tuple[Comparison, ...] = ()
    is_full_access: bool = False
    data_date: str = ""


def survey(
    subject: Subject,
    text: str,
    against: str | None = None,
    expectations: tuple[Expectation, ...] = (),
    past: tuple[tuple[str, str], ...] = (),
) -> Survey:
    """Everything of a text. Never raises, whatever it is.

    Args:
        subject: the endpoint it is for.
        text: as it is sent: white space counts for its size.
        against: the text that is in force, or was.
        expectations: the requests to try.
        past: earlier changes, newest first: the texts before and after each. The newest is compared most thoroughly.
    """
    reading = read_policy(text)
    kind = subject.endpoint_kind
    findings = lint(
        text,
        subject.kind,
        subject.service,
        endpoint_id=subject.id,
        vpc=subject.vpc,
        takes_policy=subject.takes_policy,
    )
    policy = reading.policy
    old = None if against is None else read_policy(against).policy
    return Survey(
        subject,
        text,
        reading,
        findings,
        None if policy is None else explain(policy, kind),
        None if old is None or policy is None else difference(old, policy, kind or "interface"),
        () if policy is None else tried(policy, expectations, subject.way),
        lay_out(reading.document),
        tuple(compare_texts(*texts, kind, OLDER if at else MOST_REQUESTS) for at, texts in enumerate(past)),
        policy is not None and is_full_access(policy),
        data_date(),
    )
