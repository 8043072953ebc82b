"""What comes of an order, found out beside the screen's thread: what it breaks, what AWS would not take, its command."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.message import Message

from tui.flows.clean import clean
from tui.network.order import CreateEndpoint, Order
from tui.screen.glyphs import Glyphs
from tui.screen.ordering import command_in, command_lines
from tui.screen.policy_file import PolicyFileError, read_policy_text
from tui.screen.widgets.drawn import BLANK_LINE, Line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui.network.inventory import Inventory

LOG = logging.getLogger(__name__)
_MOST_FINDINGS = 12


@dataclass(frozen=True, slots=True)
class Judgement:
    """What comes of an order. `wrong` is why it cannot be ordered as it stands, `refused` what AWS would say to it.

    `findings` are what else there is to say of its policy; `clients` are how many there are in each subnet.
    """

    order: Order
    command: str
    wrong: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    clients: Mapping[str, int] | None = None


@dataclass(eq=False)
class OrderJudged(Message):
    """An order has been judged; `number` is that of the question."""

    number: int
    judgement: Judgement


def judge(order: Order, inventory: Inventory, policy: str = "") -> Judgement:
    """Judge an order; of one for a new endpoint `policy` is the path of its policy's file, '' for the default.

    Never raises: the reader waits for an answer.
    """
    try:
        return _judged(order, inventory, policy)
    except Exception as error:  # a bug of ours
        LOG.exception("an order could not be judged: %s", type(order).__name__)
        told = f"vpctop met an error of its own ({type(error).__name__}); the log has the details."
        return Judgement(order, "", (told,))


def _judged(order: Order, inventory: Inventory, policy: str) -> Judgement:
    from tui.network.clients import by_subnet
    from tui.network.consequence import consequences
    from tui.network.order_refusal import refusals, unready

    wrong: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    clients: Mapping[str, int] | None = None
    if isinstance(order, CreateEndpoint):
        order, wrong, findings = _with_policy(order, inventory, policy)
        clients = by_subnet(inventory, order.vpc)
    if lacks := unready(order, inventory):
        return Judgement(order, "", (*lacks, *wrong), clients=clients)
    broken = tuple(dict.fromkeys(consequences(order, inventory)))
    command = "" if wrong else command_in(order, inventory)
    return Judgement(order, command, wrong, refusals(order, inventory), broken, findings, clients)


def _with_policy(
    order: CreateEndpoint, inventory: Inventory, path: str
) -> tuple[CreateEndpoint, tuple[str, ...], tuple[str, ...]]:
    """The order with the text of a file, why that cannot be, and what else there is to say of it."""
    if not path.strip() or order.kind not in {"Interface", "Gateway"}:
        return order, (), ()
    try:
        written = read_policy_text(path)
    except PolicyFileError as error:
        return order, (f"Policy: {error}",), ()
    from tui.network.consequence import to_be
    from tui.policies.survey import survey
    from tui.screen.dialogs.edited import findings_of, refused_for, to_send
    from tui.screen.policy_showing import service_of, subject_of

    new = to_be(order, inventory)
    found = survey(subject_of(new, service_of(inventory, new)), written)
    errors = refused_for(found)
    wrong = tuple(f"Policy, line {each.line}: {each.message} {each.fix}".rstrip() for each in errors[:3])
    others = [each for each in findings_of(found) if each not in errors]
    said = tuple(f"{each.severity} {each.line}:{each.column} {each.message} {each.fix}".rstrip() for each in others)
    return order if wrong else replace(order, policy=to_send(written)), wrong, said[:_MOST_FINDINGS]


def judged_lines(judgement: Judgement, glyphs: Glyphs, *, with_command: bool = True) -> Iterator[Line]:
    """What is wrong first, then what AWS would refuse, what it breaks, what the policy's checks say, the command."""
    for sentence in judgement.wrong:
        yield ((f"{glyphs.reject} ", "reject"), (clean(sentence, 1_000), "reject"))
    for sentence in judgement.refused:
        yield ((f"{glyphs.reject} AWS would refuse it: ", "reject"), (clean(sentence, 1_000), ""))
    yield from (((f"  {clean(sentence, 1_000)}", ""),) for sentence in judgement.broken)
    if judgement.findings:
        yield BLANK_LINE
        yield (("Its policy", "heading"),)
        yield from (((f"  {clean(each, 1_000)}", "lagging"),) for each in judgement.findings)
    if with_command:
        yield from command_lines(judgement.command)


def counted(judgement: Judgement) -> str:
    """`AWS would refuse it`, or what else stands first."""
    if judgement.wrong:
        return "Not ready"
    return "AWS would refuse it" if judgement.refused else "What comes of it"
