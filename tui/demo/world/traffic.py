"""Turns the table of conversations into connections, and these into the lines of flow records, second by second."""

from __future__ import annotations

from collections import defaultdict
from fnmatch import fnmatchcase
from itertools import accumulate
from math import exp, pi, sin, sqrt
from random import Random
from typing import NamedTuple

from tui.demo.world.flow import Fate, Flow, Load
from tui.demo.world.load import attempt, loads_of, stalled
from tui.demo.world.path import Outcome, Write
from tui.demo.world.talk import ICMP, TALKS, TCP, Talk
from tui.demo.world.tap import Tap
from tui.demo.world.topology import Interface
from tui.demo.world.wiring import End, Wiring

NEVER = 1 << 62
LINUX, ANY_PORT = (32768, 28232), (1024, 64512)  # first ephemeral port and how many
KNOCK = Load(0, 1, 44, 1, 44)
ANSWERED_KNOCK = Load(0, 2, 84, 1, 44)


class Cast(NamedTuple):
    """A conversation with its players: every client may talk to every server."""

    talk: Talk
    clients: list[End]
    servers: list[End]
    loads: list[Load]


class Slot:
    """A standing connection, to be opened again when it ends."""

    __slots__ = ("cast", "client", "flow", "server")

    def __init__(self, cast: Cast, client: End, server: End) -> None:
        self.cast, self.client, self.server = cast, client, server
        self.flow: Flow | None = None


class Again(NamedTuple):
    """A refused connection that its client will try once more."""

    cast: Cast
    client: End
    server: End
    tries: int


class Piece(NamedTuple):
    """What is yet to be written of a flow at one tap, from the second under which it is kept."""

    flow: Flow
    hop: int
    tap: Tap
    write: Write


class Traffic:
    """The connections of the world; `step` writes the lines of those that begin or go on in a second.

    No record reaches over `cut`, the moment of the next change: what is before it and what is after may differ.
    """

    def __init__(self, wiring: Wiring, places: dict[str, list[End]], rate: float, random: Random) -> None:
        self.wiring, self.random = wiring, random
        self.cut = NEVER
        self._places = places
        self._later: dict[int, list[Piece]] = defaultdict(list)
        self._slots: dict[int, list[Slot]] = defaultdict(list)
        self._again: dict[int, list[Again]] = defaultdict(list)
        self._ports: dict[str, int] = {}
        casts = [self._cast(talk) for talk in TALKS]
        self._casts = [cast for cast in casts if cast.talk.share]
        self._weights = list(accumulate(cast.talk.share for cast in self._casts))
        standing = self._open_standing([cast for cast in casts if cast.talk.standing], rate)
        each = sum(cast.talk.share * self._records(cast) for cast in self._casts) / self._weights[-1]
        self._births = max(0.0, rate - standing) / each
        self._rate = self._mean = rate
        self._written = 0

    def _cast(self, talk: Talk) -> Cast:
        return Cast(talk, self._ends(talk.clients), self._ends(talk.servers), loads_of(talk, self.random))

    def _ends(self, pattern: str) -> list[End]:
        """The interfaces or addresses behind a pattern of the table."""
        if pattern in self._places:
            return self._places[pattern]
        return [each for name, each in self.wiring.topology.interfaces.items() if fnmatchcase(name, pattern)]

    def _open_standing(self, casts: list[Cast], rate: float) -> float:
        """Lay out the standing connections, spread over their first minute; returns their records a second."""
        start = min(tap.opened for taps in self.wiring.taps.of.values() for tap in taps)
        scale = min(4.0, max(0.1, rate / 200))
        records = 0.0
        for cast in casts:
            for client in cast.clients:
                wanted = max(1, round(cast.talk.standing * scale))
                if cast.talk.protocol == ICMP:
                    wanted = min(wanted, len(cast.servers))  # without ports, a second one would be the same flow
                for place in range(wanted):
                    slot = Slot(cast, client, cast.servers[place % len(cast.servers)])
                    self._slots[start + int(self.random.random() * 20)].append(slot)
                    path = self.wiring.path(client, slot.server, cast.talk.protocol)
                    outcome = path.outcome(40000, cast.talk.port, 40000) if path else None
                    records += sum(1 / line.tap.interval for line in outcome.lines) if outcome else 0
        return records

    def _records(self, cast: Cast) -> float:
        """How many records a connection of this kind makes, on average: one more for each window it reaches into."""
        seconds = sum(load.seconds for load in cast.loads) / len(cast.loads)
        found = []
        for client in cast.clients[:6]:
            for server in cast.servers[:6]:
                path = self.wiring.path(client, server, cast.talk.protocol)
                outcome = path.outcome(40000, cast.talk.port, 40000) if path else None
                long = seconds if outcome and outcome.open else 7
                found.append(sum(1 + long / line.tap.interval for line in outcome.lines) if outcome else 0.0)
        return sum(found) / len(found)

    def step(self, now: int) -> None:
        """Write what begins in the second from `now`, and the parts of older flows that begin in it."""
        for piece in self._later.pop(now, ()):
            self._go_on(piece, now)
        for slot in self._slots.pop(now, ()):
            self._reopen(slot, now)
        for again in self._again.pop(now, ()):
            self._begin(again.cast, again.client, again.server, now, tries=again.tries)
        swing = 1 + 0.14 * sin(2 * pi * now / 420) + 0.07 * sin(2 * pi * now / 97)
        count = self._poisson(self._births * swing * self._thrift())
        random = self.random.random
        for cast in self.random.choices(self._casts, cum_weights=self._weights, k=count):
            clients, servers, spread = cast.clients, cast.servers, random()
            self._begin(
                cast,
                clients[int(spread * spread * len(clients))]
                if len(clients) > 8
                else clients[int(spread * len(clients))],
                servers[int(random() * len(servers))],
                now,
            )

    def _thrift(self) -> float:
        """Keeps the rate: retries and detours make more records, so fewer connections begin, and the other way round."""
        self._mean += (self._written - self._mean) / 120
        self._written = 0
        return min(1.5, max(0.4, 1 + 2 * (self._rate - self._mean) / self._rate))

    def knock(self, source: str, target: Interface, port: int, now: int) -> None:
        """One probe of a scanner: a SYN, and where it is answered, a RST."""
        path = self.wiring.path(source, target, TCP)
        if not path:
            return
        flow = Flow(path, self._port(source, ANY_PORT), port, now, KNOCK)
        outcome = path.outcome(flow.client_port, port, flow.translated_port)
        flow.fate = Fate.KNOCK if outcome.open else Fate.REFUSED
        if outcome.open:
            flow.load = ANSWERED_KNOCK
        self._write(flow, outcome)

    def _begin(
        self, cast: Cast, client: End, server: End, now: int, *, tries: int = 0, slot: Slot | None = None
    ) -> Flow | None:
        """A connection that begins now; returns it, or None where no route leads."""
        talk = cast.talk
        path = self.wiring.path(client, server, talk.protocol)
        if not path:
            return None
        if talk.protocol == ICMP:
            port = 0
        elif isinstance(client, str):
            port = self._port(client, ANY_PORT)
        else:
            port = self._port(client.id, LINUX if client.kind in LINUX_KINDS else ANY_PORT)
        load = cast.loads[int(self.random.random() * len(cast.loads))]
        flow = Flow(path, port, talk.port, now, load)
        outcome = path.outcome(port, talk.port, flow.translated_port)
        if not outcome.open:
            self._refuse(flow, outcome)
            if tries < talk.retries:
                wait = flow.load.seconds + 1 + int(self.random.random() * 4)
                self._again[now + wait].append(Again(cast, client, server, tries + 1))
        flow.slot = slot
        self._write(flow, outcome)
        return flow

    def _refuse(self, flow: Flow, outcome: Outcome) -> None:
        flow.fate = Fate.REFUSED
        flow.load = attempt(flow.path.protocol, flow.load, answered=any(line.reply for line in outcome.lines))
        flow.end = flow.start + flow.load.seconds

    def _write(self, flow: Flow, outcome: Outcome) -> None:
        """The records of a flow in the windows that are open; what reaches beyond them comes later."""
        start, end, cut, load = flow.start, flow.end, self.cut, flow.load
        sport, cport, nport = flow.server_port, flow.client_port, flow.translated_port
        self._written += len(outcome.lines)
        asks, replies = flow.flags(start, end, reply=False), flow.flags(start, end, reply=True)
        for tap, write, reply, translated, action, hop in outcome.lines:
            if end > tap.edge or end > cut:
                self._go_on(Piece(flow, hop, tap, write), start)
                continue
            port = nport if translated else cport
            if reply:
                text = write(sport, port, load.got_packets, load.got, start, end, action, replies)
            else:
                text = write(port, sport, load.sent_packets, load.sent, start, end, action, asks)
            tap.held.append((start, text))

    def _go_on(self, piece: Piece, now: int) -> None:
        """Write the part of a flow that lies in the tap's open window, and keep the rest for later."""
        flow, hop, tap, write = piece
        if now >= flow.end:
            return
        if not flow.path.alive:
            self._drop(flow, now)
            return
        outcome = flow.path.outcome(flow.client_port, flow.server_port, flow.translated_port)
        if flow.fate is Fate.OPEN and not outcome.open:
            self._stall(flow, now)
        until = min(flow.end, tap.edge, self.cut)
        if until < flow.end:
            self._later[until].append(piece)
        action = outcome.actions[hop]
        if action is None:
            return
        reply = flow.path.hops[hop].reply
        packets, size = flow.share(now, until, reply=reply)
        if not packets:
            return
        port = flow.translated_port if flow.path.hops[hop].translated else flow.client_port
        ports = (flow.server_port, port) if reply else (port, flow.server_port)
        self._written += 1
        tap.held.append((now, write(*ports, packets, size, now, until, action, flow.flags(now, until, reply=reply))))

    def _stall(self, flow: Flow, now: int) -> None:
        """The replies of an open connection are refused from now on: it dies of it."""
        flow.fate = Fate.STALLED
        flow.load = stalled(6 + int(self.random.random() * 24))
        flow.since, flow.end = now, now + flow.load.seconds
        if isinstance(flow.slot, Slot):
            self._slots[flow.end + 1].append(flow.slot)

    def _drop(self, flow: Flow, now: int) -> None:
        """The route that an open connection used is gone, and the connection with it."""
        flow.end = now
        if isinstance(flow.slot, Slot):
            self._slots[now + 1].append(flow.slot)

    def _reopen(self, slot: Slot, now: int) -> None:
        """A standing connection ended, or was cut off: open it again."""
        if slot.flow and slot.flow.end > now:
            return
        slot.flow = self._begin(slot.cast, slot.client, slot.server, now, slot=slot)
        if slot.flow:
            self._slots[slot.flow.end + 1 + int(self.random.random() * 3)].append(slot)

    def _port(self, client: str, ports: tuple[int, int]) -> int:
        """A client's next ephemeral port: no port comes again within a window."""
        turn = self._ports[client] = self._ports.get(client, len(self._ports) * 613) + 1
        return ports[0] + turn * 7919 % ports[1]

    def _poisson(self, mean: float) -> int:
        if mean > 24:
            return max(0, round(self.random.gauss(mean, sqrt(mean))))
        limit, product, count = exp(-mean), self.random.random(), 0
        while product > limit:
            product *= self.random.random()
            count += 1
        return count


# Interfaces whose clients are Linux; load balancers, functions and desktops use all high ports.
LINUX_KINDS = frozenset({"instance", "rds", "rds-proxy", "elasticache", "redshift"})
