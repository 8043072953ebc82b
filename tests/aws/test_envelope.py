"""Envelopes: what a span keeps, whatever the times in a record or around it."""

from __future__ import annotations

from tui.aws.decode import Event
from tui.aws.envelope import Opener, Span
from tui.aws.target import Target
from tui.flows.logformat import DEFAULT_LAYOUT

SINCE = 1_790_000_000
LINE = "2 123456789012 eni-0a1b2c3d4e5f67890 10.0.1.7 10.0.2.9 40312 5432 6 10 900 {} {} ACCEPT OK"


def event(number: int, stamp: int, message: str) -> Event:
    """A log event of the time `stamp`, in seconds; 0: AWS told none."""
    return Event(str(number), "eni-0a1b2c3d4e5f67890-all", stamp * 1000, message, (SINCE + 400) * 1000)


def test_a_span_loses_nothing_to_a_time_that_makes_no_sense() -> None:
    """Only what surely ended before the span is left out: a missing time or an end before its start is no such thing."""
    early = LINE.format(SINCE - 600, SINCE - 540)
    reaching = LINE.format(SINCE - 30, SINCE + 29)
    backwards = LINE.format(SINCE + 60, 5)
    events = [
        event(1, SINCE - 600, early),
        event(2, SINCE - 30, reaching),
        event(3, SINCE + 60, backwards),
        event(4, 0, LINE.format("-", "-")),
        event(5, 0, "no record"),
        event(6, SINCE - 600, "no record either"),
    ]
    batch = Opener(Target("/vpc/payments", (DEFAULT_LAYOUT,))).batch(events, Span(since=SINCE), SINCE + 500)
    assert [each for records in batch.records for each in records.frame["@event-id"]] == ["2", "3", "4"]
    assert [each.event_id for each in batch.unparsed] == ["5"]
