"""Log groups and their events, in the order in which FilterLogEvents tells them.

Each event is turned into its piece of JSON once, when it arrives: a page is then slices of pieces, joined. Events lie in
buckets of ten seconds of event time, so one that comes late disturbs its own bucket and no other.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from threading import Lock
from zlib import crc32

import msgspec

# An event: its place in the order of the log group, its JSON, its size as Amazon counts it, its stream.
# A plain tuple of plain values: Python's garbage collector leaves those out of its rounds.
Event = tuple[int, bytes, int, str]

# The place of an event: timestamp, ingestion time, arrival, packed into one number so that one comparison decides.
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
TIME_SHIFT = 88
INGESTION_SHIFT = 44
END = 1 << 140

BUCKET = 10_000  # ms
OVERHEAD = 26  # bytes that Amazon counts for an event besides its message
COST = 345  # bytes of memory for an event besides its message, measured

_encode = msgspec.json.Encoder().encode


def place_of(timestamp: int) -> int:
    """The place before every event of this timestamp (ms)."""
    return timestamp << TIME_SHIFT


@dataclass(slots=True)
class Bucket:
    """The events of ten seconds, put in order when they are read."""

    events: list[Event] = field(default_factory=list)
    ordered: bool = True

    def add(self, event: Event) -> None:
        """Take one event in."""
        if self.events and event[0] < self.events[-1][0]:
            self.ordered = False
        self.events.append(event)

    def between(self, low: int, high: int) -> list[Event]:
        """The events from place `low` to before `high`."""
        events = self.events
        if not self.ordered:
            events.sort()
            self.ordered = True
        if not events or (low <= events[0][0] and events[-1][0] < high):
            return events.copy()
        return events[bisect_left(events, (low,)) : bisect_left(events, (high,))]


@dataclass(slots=True)
class Stream:
    """What DescribeLogStreams tells of a log stream; times in ms."""

    name: str
    created: int
    first: int | None = None
    last: int | None = None
    ingested: int | None = None


class Group:
    """One log group: its streams, and its events by time."""

    def __init__(self, name: str, created: int) -> None:
        self.name = name
        self.created = created
        self.retention: int | None = None
        self.log_class = "STANDARD"
        self.tags: dict[str, str] = {}
        self.streams: dict[str, Stream] = {}
        self.bytes = 0  # of memory
        self.stored = 0  # as Amazon counts what it stored
        self.lock = Lock()
        self._buckets: dict[int, Bucket] = {}
        self._numbers: list[int] = []
        self._arrivals = 0
        self._salt = crc32(name.encode()) << 48  # ids are unique among all log groups

    def put(self, stream: str, events: Iterable[tuple[int, int, str]]) -> None:
        """Take in events of one stream, each (timestamp ms, ingestion ms, message). The stream is made if need be."""
        head = b'{"logStreamName":' + _encode(stream) + b',"timestamp":'
        with self.lock:
            known = self.streams.get(stream)
            for timestamp, ingestion, message in events:
                if known is None:
                    known = self.streams[stream] = Stream(stream, ingestion)
                self._arrivals += 1
                fragment = b'%b%d,"message":%b,"ingestionTime":%d,"eventId":"%b"}' % (
                    head,
                    timestamp,
                    _encode(message),
                    ingestion,
                    event_id(timestamp, self._salt | self._arrivals),
                )
                length = len(message) if message.isascii() else len(message.encode())
                place = timestamp << TIME_SHIFT | ingestion << INGESTION_SHIFT | self._arrivals
                self._bucket(timestamp // BUCKET).add((place, fragment, length + OVERHEAD, known.name))
                self.bytes += length + OVERHEAD + COST
                self.stored += length + OVERHEAD
                known.first = timestamp if known.first is None else min(known.first, timestamp)
                known.last = timestamp if known.last is None else max(known.last, timestamp)
                known.ingested = ingestion

    def runs(self, low: int, high: int, *, backwards: bool = False) -> Iterator[list[Event]]:
        """Runs of events from place `low` to before `high`, oldest first, or newest first if `backwards`.

        The log group may take in events between two runs.
        """
        number = (high - 1 if backwards else low) >> TIME_SHIFT
        number //= BUCKET
        while (found := self._run(number, low, high, backwards=backwards)) is not None:
            number, events = found
            if events:
                yield events
            number += -1 if backwards else 1

    def trim(self, before: int) -> None:
        """Forget the buckets that end before this timestamp (ms)."""
        with self.lock:
            while self._numbers and (self._numbers[0] + 1) * BUCKET <= before:
                self._drop_oldest()

    def shrink(self, limit: int) -> None:
        """Forget the oldest buckets until the events take at most `limit` bytes."""
        with self.lock:
            while self.bytes > limit and len(self._numbers) > 1:
                self._drop_oldest()

    def forget(self, stream: str) -> None:
        """Delete a stream with its events."""
        with self.lock:
            del self.streams[stream]
            for bucket in self._buckets.values():
                kept = [event for event in bucket.events if event[3] != stream]
                self.bytes -= _weight(bucket.events) - _weight(kept)
                bucket.events = kept

    def _bucket(self, number: int) -> Bucket:
        bucket = self._buckets.get(number)
        if bucket is None:
            bucket = self._buckets[number] = Bucket()
            insort(self._numbers, number)
        return bucket

    def _run(self, number: int, low: int, high: int, *, backwards: bool) -> tuple[int, list[Event]] | None:
        with self.lock:
            at = bisect_left(self._numbers, number)
            if backwards and (at == len(self._numbers) or self._numbers[at] > number):
                at -= 1
            if not 0 <= at < len(self._numbers):
                return None
            number = self._numbers[at]
            if place_of(number * BUCKET) >= high or place_of((number + 1) * BUCKET) <= low:
                return None
            events = self._buckets[number].between(low, high)
        if backwards:
            events.reverse()
        return number, events

    def _drop_oldest(self) -> None:
        bucket = self._buckets.pop(self._numbers.pop(0))
        self.bytes -= _weight(bucket.events)


def _weight(events: list[Event]) -> int:
    return sum(event[2] for event in events) + COST * len(events)


def event_id(timestamp: int, arrival: int) -> bytes:
    """A 56-digit id, made as CloudWatch's seem to be: the time in the high bits, and below it what nobody can guess."""
    return b"%056d" % ((timestamp << 144) + (arrival * 0x9E3779B97F4A7C15F39CC0605CEDC8341082 & ((1 << 144) - 1)))
