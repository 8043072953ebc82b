"""What a policy says of a request that is being written: found in the desk's thread, with what may complete it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from textual.message import Message

from tui.flows.clean import clean
from tui.screen.glyphs import Glyphs
from tui.screen.panes.policy_part import decision_mark, in_ascii
from tui.screen.policy_showing import service_of, subject_of, why_no_policy
from tui.screen.widgets.drawn import Line

if TYPE_CHECKING:
    from tui.network.inventory import Inventory
    from tui.network.rules import Endpoint
    from tui.network.service import Service
    from tui.policies.completing import Fields, Surroundings
    from tui.policies.context import Request
    from tui.policies.evaluate import Judgement, Verdict
    from tui.policies.model import Policy

LOG = logging.getLogger(__name__)
_LONGEST = 1_000
MOST_POLICIES = 100  # of other endpoints
MOST_RESOURCES = 2_000  # of a kind
# The answers, as a reader says them.
WORDS = {
    "allowed": "ALLOWED",
    "explicit-deny": "DENIED",
    "implicit-deny": "DENIED, for want of an Allow",
    "depends": "IT DEPENDS",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where requests are tried: an endpoint, and the text of a policy, '' for the one in force there."""

    endpoint: Endpoint
    service: Service | None
    text: str
    account: str
    inventory: Inventory
    recent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WhatIfAsk:
    """What stands in the form; `field` is the one the reader is in. None for the first: it is to be filled in."""

    place: Place
    fields: Fields | None
    field: str
    glyphs: Glyphs


@dataclass(eq=False)
class WhatIfAnswered(Message):
    """The answer, line by line; `candidates` may complete the field.

    `request` is None where the form is no request yet; `allowed` None where it depends. `trouble` is the field at fault.
    """

    ask: WhatIfAsk
    fields: Fields
    lines: tuple[Line, ...]
    candidates: tuple[str, ...] = ()
    request: Request | None = None
    allowed: bool | None = None
    trouble: str = ""


def place_of(inventory: Inventory, endpoint: Endpoint, text: str | None, recent: tuple[str, ...]) -> Place:
    """Where requests are tried; `text` None is the policy in force."""
    policy = endpoint.policy if text is None else text
    return Place(
        endpoint, service_of(inventory, endpoint), policy, endpoint.account or inventory.account, inventory, recent
    )


def answer_what_if(ask: WhatIfAsk) -> WhatIfAnswered:
    """What the policy says of the form, and how the form may go on. Never raises: an error of ours is logged and said."""
    from tui.policies.completing import Fields

    try:
        return _answered(ask)
    except Exception:  # a bug there must not take the screen down
        LOG.exception("a request could not be tried")
        text = "This could not be told for an error of vpctop's own; the log has the details."
        return WhatIfAnswered(ask, ask.fields or Fields(), (((text, "stalled"),),))


def _answered(ask: WhatIfAsk) -> WhatIfAnswered:
    from tui.policies.comparison import DEFAULT_TEXT
    from tui.policies.completing import Fields, UnreadableError, candidates, first_fields, read_fields
    from tui.policies.evaluate import evaluate
    from tui.policies.grammar import read_policy

    policy = read_policy(ask.place.text or DEFAULT_TEXT).policy
    if policy is None:
        text = "The text is no policy: what it lets through cannot be told."
        return WhatIfAnswered(ask, ask.fields or Fields(), (((text, "reject"),),))
    around = _around(ask.place)
    fields = ask.fields or first_fields(policy, around)
    offered = candidates(ask.field, fields, policy, around) if ask.field else ()
    try:
        request = read_fields(fields)
    except UnreadableError as error:
        said = clean(str(error), _LONGEST)
        return WhatIfAnswered(ask, fields, (((said, "skipped"),),), offered, trouble=error.field)
    verdict = evaluate(policy, request, subject_of(ask.place.endpoint, ask.place.service).way)
    lines = _lines(ask, request, verdict)
    if ask.glyphs.ellipsis.isascii():
        lines = [in_ascii(line, ask.glyphs) for line in lines]
    allowed = None if verdict.decision == "depends" else verdict.decision == "allowed"
    return WhatIfAnswered(ask, fields, tuple(lines), offered, request, allowed)


def _around(place: Place) -> Surroundings:
    from tui.policies.completing import Surroundings
    from tui.policies.services import read_service

    service = read_service(place.endpoint.service)
    others, arns = _known(place.inventory)
    return Surroundings(service.prefixes, place.account, service.region, place.recent, others, arns)


@lru_cache(maxsize=1)
def _known(inventory: Inventory) -> tuple[tuple[Policy, ...], tuple[str, ...]]:
    """The policies of all endpoints, and the ARNs of what there is in the VPCs."""
    from tui.policies.completing import partition_of
    from tui.policies.grammar import read_policy

    read = (read_policy(each.policy).policy for each in inventory.endpoints[:MOST_POLICIES] if each.policy)
    head = f"arn:{partition_of(inventory.region)}:ec2:{inventory.region}:{inventory.account}"
    parts = (
        ("instance", inventory.instances),
        ("network-interface", inventory.interfaces),
        ("subnet", inventory.subnets),
        ("vpc", inventory.vpcs),
        ("security-group", inventory.groups),
        ("vpc-endpoint", inventory.endpoints),
        ("route-table", inventory.route_tables),
    )
    arns = tuple(f"{head}:{kind}/{each.id}" for kind, all_of in parts for each in all_of[:MOST_RESOURCES])
    return tuple(each for each in read if each is not None), arns


def _lines(ask: WhatIfAsk, request: Request, verdict: Verdict) -> list[Line]:
    from tui.policies.operations import doubt_of

    mark, role = decision_mark(verdict.decision, ask.glyphs)
    word = WORDS[verdict.decision]
    lines: list[Line] = [((f"{mark} {word}: ", role), (clean(verdict.because, _LONGEST), ""))]
    if any(key not in verdict.because for key in verdict.missing):
        told = "it depends on" if verdict.decision == "depends" else "another answer is possible with"
        lines.append(((f"  Not told: {told} {clean(', '.join(verdict.missing), _LONGEST)}.", "skipped"),))
    doubts = (doubt_of(request.action), why_no_policy(ask.place.endpoint, ask.place.service))
    lines += [((f"  {clean(said, _LONGEST)}", "skipped"),) for said in doubts if said]
    deciding = verdict.deciding
    ordered = sorted(verdict.judgements, key=lambda each: (each.statement is not deciding, each.statement.index))
    lines += [_judged(each, ask.glyphs, is_deciding=each.statement is deciding) for each in ordered]
    if verdict.decision == "allowed":
        text = "  The endpoint grants nothing by itself: the policies of the caller and of the resource decide too."
        lines.append(((text, "muted"),))
    return lines


def _judged(judgement: Judgement, glyphs: Glyphs, *, is_deciding: bool) -> Line:
    """Whether a statement applies, and why not."""
    effect = judgement.statement.effect
    name = clean(judgement.name, 120)
    if judgement.applies:
        mark, role = (glyphs.accept, "accept") if effect == "Allow" else (glyphs.reject, "reject")
        how = "applies, and decides" if is_deciding else "applies"
    else:
        mark, role = ("?", "skipped") if judgement.applies is None else (glyphs.dot, "muted")
        how = clean(judgement.why, _LONGEST)
    return (
        (f"  {mark} {effect:<5} ", role),
        (f"{name} ", "muted"),
        (how, "" if judgement.applies is not False else "muted"),
    )
