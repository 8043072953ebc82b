"""Flow records as a delivery of ours brings them: late, in no order, each known to the test that compares."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event

from tui.aws.tail import Tail
from tui.demo.embedded import EmbeddedAws
from tui.flows.source import EVENT_ID, LATE, Batch, SourceError
from tui.flows.write import write_lines

START = 1_767_225_600  # Unix seconds, where the data's time begins


@dataclass
class Clock:
    """The data's time, which goes on when a test says so."""

    at: float = float(START)

    def __call__(self) -> float:
        """Unix seconds."""
        return self.at


@dataclass(frozen=True)
class Arrival:
    """One record, and when CloudWatch has it."""

    at: float
    stream: str
    start: int
    line: str


def arrivals(seed: int, count: int, seconds: int, interval: int = 60, most_late: int = 840) -> list[Arrival]:
    """Records of twelve interfaces over some seconds, each delivered up to `most_late` seconds after its window."""
    chance = random.Random(seed)
    found = []
    for each in range(count):
        interface = f"eni-{chance.randrange(12):017x}"
        start = START + chance.randrange(seconds)
        end = start + chance.randrange(1, interval + 1)
        port = 32768 + each % 28000
        line = f"2 123456789012 {interface} 10.0.1.{each % 250} 10.0.2.9 {port} 443 6 9 {each + 40} {start} {end} ACCEPT OK"
        late = chance.choice((5, 60, 300, most_late)) * chance.random()
        found.append(Arrival(end + late, f"{interface}-all", start, line))
    return sorted(found, key=lambda arrival: arrival.at)


@dataclass
class Delivery:
    """Puts records into a log group as the clock passes their arrival; those of a time when it is `held` come after."""

    aws: EmbeddedAws
    group: str
    clock: Clock
    waiting: list[Arrival]
    delivered: list[str] = field(default_factory=list)
    held: bool = False
    kept_back: list[Arrival] = field(default_factory=list)
    put: list[Arrival] = field(default_factory=list)

    def go_on(self, seconds: float) -> None:
        """Let time go by, and deliver what has arrived by then."""
        self.clock.at += seconds
        while self.waiting and self.waiting[0].at <= self.clock.at:
            self.kept_back.append(self.waiting.pop(0))
        if not self.held:
            self._put(self.kept_back)
            self.kept_back = []

    def take_back(self) -> None:
        """What was delivered so far comes again, later: the log group is about to be deleted."""
        self.kept_back = [*self.put, *self.kept_back]
        self.put, self.delivered = [], []

    def _put(self, arrivals: list[Arrival]) -> None:
        streams: dict[str, list[tuple[int, int, str]]] = {}
        self.put += arrivals
        for arrival in arrivals:
            event = (arrival.start * 1000, int(arrival.at * 1000), arrival.line)
            streams.setdefault(arrival.stream, []).append(event)
            self.delivered.append(arrival.line)
        for stream, events in streams.items():
            self.aws.put(self.group, stream, events)


@dataclass
class Received:
    """What a tail brought."""

    ids: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    unparsed: list[str] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    refusals: list[SourceError] = field(default_factory=list)

    def take(self, batch: Batch) -> None:
        """Keep a batch, its records as lines again."""
        self.batches.append(batch)
        for records in batch.records:
            lines = write_lines(records.layout, records.frame)
            self.lines += lines
            self.ids += records.frame[EVENT_ID].to_list()
            late = records.frame[LATE].to_list()
            self.late += [line for line, was in zip(lines, late, strict=True) if was]
        self.unparsed += [each.line for each in batch.unparsed]


def follow(tail: Tail, received: Received, stop: Event | None = None, refusals: int = 100) -> Iterator[Batch]:
    """The batches of a tail, taken down, asked again after each refusal that is not fatal."""
    stop = stop or Event()
    while True:
        try:
            for batch in tail.batches(stop):
                received.take(batch)
                yield batch
        except SourceError as error:
            received.refusals.append(error)
            if error.fatal or len(received.refusals) > refusals:
                raise
        else:
            return
