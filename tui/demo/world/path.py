"""The interfaces that a conversation passes, what each records of it, and which of them lets it through."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from tui.demo.world.judge import Judge, Packet
from tui.demo.world.line import Sight
from tui.demo.world.tap import Tap

Write = Callable[..., str]


class Hop(NamedTuple):
    """One place on the way where records are taken.

    `reply` is the way back; `translated` is beyond the NAT gateway, where the client's port is another.
    """

    sight: Sight
    reply: bool
    translated: bool
    lines: tuple[tuple[Tap, Write], ...]


class Line(NamedTuple):
    """One record to be written for each window: where, how, of which hop, with which action."""

    tap: Tap
    write: Write
    reply: bool
    translated: bool
    action: str
    hop: int


class Outcome(NamedTuple):
    """How far packets come. `open`: both ways; `actions` by hop, None for one that is not reached."""

    open: bool
    lines: tuple[Line, ...]
    actions: tuple[str | None, ...]


class Path:
    """The hops from a client to a server and, unless nobody answers there, back.

    `alive` ends when a changed route leads another way.
    """

    __slots__ = ("_outcomes", "_translated", "alive", "answers", "hops", "judge", "protocol")

    def __init__(self, hops: Iterable[Hop], protocol: int, judge: Judge, *, answers: bool) -> None:
        self.hops, self.protocol, self.judge, self.answers = tuple(hops), protocol, judge, answers
        self.alive = True
        self._translated = any(hop.translated for hop in self.hops)
        self._outcomes: dict[tuple[int, int, int, int], Outcome] = {}

    def outcome(self, client_port: int, server_port: int, translated_port: int) -> Outcome:
        """What becomes of a connection with these ports, under the rules of this moment."""
        judge = self.judge
        beyond = judge.band(translated_port, reply=True) if self._translated else 0
        key = (judge.epoch, server_port, judge.band(client_port, reply=True), beyond)
        outcome = self._outcomes.get(key)
        if outcome is None:
            outcome = self._outcomes[key] = self._judge(client_port, server_port, translated_port)
        return outcome

    def _judge(self, client_port: int, server_port: int, translated_port: int) -> Outcome:
        lines: list[Line] = []
        actions: list[str | None] = [None] * len(self.hops)
        passed = True
        for place, hop in enumerate(self.hops):
            sight = hop.sight
            back = translated_port if hop.translated else client_port
            packet = Packet(
                sight.interface.id,
                sight.direction,
                sight.packet_source,
                sight.packet_destination,
                back if hop.reply else server_port,
                self.protocol,
                hop.reply,
            )
            passed = self.judge.judge(packet).accepted
            action = actions[place] = "ACCEPT" if passed else "REJECT"
            lines += (Line(tap, write, hop.reply, hop.translated, action, place) for tap, write in hop.lines)
            if not passed:
                break
        return Outcome(passed and self.answers, tuple(lines), tuple(actions))
