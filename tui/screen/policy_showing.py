"""What the Policy pane is told of an endpoint: found in the desk's thread, from the text and what changed of it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from tui.flows.clean import clean
from tui.screen import format as fmt
from tui.screen.panes.policy_line import heads_of, parts_of
from tui.screen.panes.policy_part import Shown, Style, Told
from tui.screen.panes.policy_rows import rows_of

if TYPE_CHECKING:
    from tui.network.change import Change
    from tui.network.inventory import Inventory
    from tui.network.rules import Endpoint
    from tui.network.service import Service
    from tui.policies.expectation import Expectation, Tried
    from tui.policies.survey import Subject

LOG = logging.getLogger(__name__)
MOST_COMPARED = 10  # changes of one policy that are compared
_WITH_POLICY = {"interface", "gateway"}


@dataclass(frozen=True, slots=True)
class Showing:
    """All that the pane's answer depends on: where two are equal, nothing need be asked again."""

    endpoint: Endpoint
    service: Service | None
    changes: tuple[Change, ...]  # of its policy, newest first
    expectations: tuple[Expectation, ...]
    trouble: str
    style: Style
    width: int  # cells of a row
    stale: float | None = None  # when it was read, where it could not be read again since


@dataclass(eq=False)
class PolicyShown(Message):
    """What there is to show."""

    showing: Showing
    shown: Shown


@dataclass(eq=False)
class CasesTried(Message):
    """What must stay allowed was tried against what is in force now."""

    endpoint: Endpoint
    tried: tuple[Tried, ...]


def service_of(inventory: Inventory, endpoint: Endpoint) -> Service | None:
    """The service that an endpoint leads to, where it is known."""
    return next((each for each in inventory.services if each.name == endpoint.service), None)


def policy_changes(changes: Iterable[Change], endpoint: str) -> tuple[Change, ...]:
    """The changes of the policy of an endpoint, newest first."""
    return tuple(
        each for each in changes if each.part == "endpoints" and each.id == endpoint and texts_of(each) is not None
    )[::-1]


def texts_of(change: Change) -> tuple[str, str] | None:
    """The policy before and after a change of an endpoint; None where it stayed what it was."""
    before, after = (getattr(each, "policy", None) for each in (change.before, change.after))
    return None if before is None or after is None or before == after else (before, after)


def why_no_policy(endpoint: Endpoint, service: Service | None) -> str:
    """Why nothing limits what goes through an endpoint, as sentences; '' where its policy does.

    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    kind = clean(endpoint.kind, 40) or "An endpoint of unknown type"
    if endpoint.kind.lower() not in _WITH_POLICY and not endpoint.policy:
        named = f"A {kind} endpoint" if endpoint.kind else kind
        return (
            f"{named} takes no policy: only interface and gateway endpoints do. Whatever is routed to it goes through."
        )
    name = clean(endpoint.short, 80)
    if service is not None and service.takes_policy is False:
        return f"The service {name} does not support endpoint policies: full access, whatever a policy says."
    if endpoint.policy:
        return ""
    if ".vpce-svc-" in endpoint.service or endpoint.service.startswith("vpce-svc-"):
        return f"{name} is no service of AWS's own: endpoint policies do not work for it, so it is full access."
    return "AWS tells of no policy here. An endpoint without one of its own has the default: full access."


def subject_of(endpoint: Endpoint, service: Service | None) -> Subject:
    """The endpoint as policies are judged for it."""
    from tui.policies.survey import Subject

    takes = None if service is None else service.takes_policy
    return Subject(endpoint.id, endpoint.kind, endpoint.service, endpoint.vpc, takes)


def show_policy(showing: Showing) -> PolicyShown:
    """Find out all that is to be shown. Never raises: what goes wrong is logged, and said."""
    try:
        return PolicyShown(showing, _shown(showing))
    except Exception:  # a bug in a check must not take the screen down
        LOG.exception("the policy of %s could not be told", showing.endpoint.id)
        told = Told(why_none="This policy could not be told for an error of vpctop's own; the log has the details.")
        rows = rows_of(parts_of(told, showing.style), showing.width)
        return PolicyShown(showing, Shown(rows, showing.width, titles=titles_of(showing)))


def _shown(showing: Showing) -> Shown:
    from tui.policies.survey import survey

    endpoint = showing.endpoint
    subject = subject_of(endpoint, showing.service)
    pairs = [texts for change in showing.changes[:MOST_COMPARED] if (texts := texts_of(change)) is not None]
    found = survey(subject, endpoint.policy, None, showing.expectations, tuple(pairs))
    why = why_no_policy(endpoint, showing.service)
    told = Told(found if endpoint.policy else None, showing.changes, found.past, why, showing.trouble)
    rows = rows_of(parts_of(told, showing.style), showing.width)
    heads = heads_of(found) if endpoint.policy else ()
    return Shown(rows, showing.width, heads, titles_of(showing), _note(showing, found.tried))


def _note(showing: Showing, tried: tuple[Tried, ...]) -> str:
    if broken := sum(each.met is False for each in tried):
        return f"{broken} BROKEN"
    if showing.stale is not None:
        return f"as of {fmt.time_of_day(showing.stale, utc=showing.style.utc, pattern='%H:%M')}"
    if showing.changes:
        return f"changed {fmt.time_of_day(showing.changes[0].at, utc=showing.style.utc, pattern='%H:%M')}"
    return ""


def titles_of(showing: Showing) -> tuple[str, ...]:
    """Which endpoint it is, the longest first."""
    endpoint = showing.endpoint
    short, kind = clean(endpoint.short, 60), clean(endpoint.kind, 30).lower()
    name = clean(endpoint.name, 60)
    named = f"{name} {endpoint.id}" if name and name != short else endpoint.id
    which = f"{short} {kind}".strip()
    return (
        f"{which} {named}",
        f"{which} {endpoint.id}",
        f"{short} {endpoint.id}",
        which,
        short,
        fmt.end(short, 20),
    )


def try_cases(endpoint: Endpoint, service: Service | None, expectations: tuple[Expectation, ...]) -> CasesTried:
    """Try what must stay allowed against what is in force: without a policy of its own, that is the default."""
    from tui.policies.comparison import DEFAULT_TEXT
    from tui.policies.expectation import tried
    from tui.policies.grammar import read_policy

    policy = read_policy(endpoint.policy or DEFAULT_TEXT).policy
    found = () if policy is None else tried(policy, expectations, subject_of(endpoint, service).way)
    return CasesTried(endpoint, found)
