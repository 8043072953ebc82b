"""FilterLogEvents, GetLogEvents and TestMetricFilter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from tui.demo.logs.arguments import Arguments
from tui.demo.logs.page import Choice, Position, page, piece_of
from tui.demo.logs.pattern import Matcher, PatternError, compile_pattern
from tui.demo.logs.refusal import invalid
from tui.demo.logs.region import LogsRegion
from tui.demo.logs.store import END, place_of

MOST = 10_000  # events in one answer
NEWEST_FIRST_FROM = 1_704_067_200_000  # ms, 2024-01-01: newest first cannot reach behind it


def filter_log_events(logs: LogsRegion, asked: Arguments) -> bytes:
    """FilterLogEvents: across streams by timestamp, then ingestion, then arrival; both ends inclusive.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
    """
    group = logs.group(asked)
    since, until = asked.whole("startTime"), asked.whole("endTime")
    choice = Choice(
        low=place_of(since or 0),
        high=END if until is None else place_of(until + 1),
        limit=asked.whole("limit", 1, MOST) or MOST,
        streams=_streams(asked),
        pattern=_pattern(asked),
    )
    if token := asked.text("nextToken"):
        start = Position.of(token, group.name, logs.now)
    elif asked.flag("startFromHead", default=True):
        start = Position(choice.low)
    elif since is None or since < NEWEST_FIRST_FROM:
        raise invalid("startFromHead may be false only with a startTime of 2024-01-01 or later.")
    else:
        start = Position(choice.high, backwards=True)
    found = page(group, choice, start, logs.limits)
    token_part = b'],"searchedLogStreams":[]'
    if found.following is not None:
        token_part += b',"nextToken":"%b"' % found.following.token(group.name, logs.now).encode()
    return b"".join((b'{"events":[', b",".join(map(piece_of, found.events)), token_part, b"}"))


def get_log_events(logs: LogsRegion, asked: Arguments) -> dict[str, Any]:
    """GetLogEvents: one stream, the end exclusive, the newest events if not from the head, tokens for both ways.

    A token that comes back as it was sent says that there is nothing more that way.
    """
    group = logs.group(asked)
    stream = logs.stream(group, asked).name
    until = asked.whole("endTime")
    low, high = place_of(asked.whole("startTime") or 0), END if until is None else place_of(until)
    forwards = asked.flag("startFromHead", default=False)
    place = low if forwards else high
    if token := asked.text("nextToken"):
        way, _, rest = token.partition("/")
        if way not in {"f", "b"}:
            raise invalid("The specified nextToken is invalid.")
        forwards, place = way == "f", Position.of(rest, f"{group.name}/{stream}", logs.now).place
    choice = Choice(low, high, asked.whole("limit", 1, MOST) or MOST, lambda name: name == stream)
    found = page(group, choice, Position(place, backwards=not forwards), replace(logs.limits, hiccups=False, scan=END))
    told = found.events if forwards else found.events[::-1]
    first, after = (told[0][0], told[-1][0] + 1) if told else (place, place)
    tokens = {
        f"next{name}Token": f"{way}/{Position(at).token(f'{group.name}/{stream}', 0)}"
        for name, way, at in (("Forward", "f", after), ("Backward", "b", first))
    }
    decoded = (msgspec.json.decode(event[1]) for event in told)
    return {
        "events": [{key: event[key] for key in ("timestamp", "message", "ingestionTime")} for event in decoded],
        **tokens,
    }


def test_metric_filter(logs: LogsRegion, asked: Arguments) -> dict[str, Any]:  # noqa: ARG001 - one shape for all
    """TestMetricFilter: which of up to 50 messages a pattern lets through. Values are not extracted."""
    matches = _pattern(asked)
    return {
        "matches": [
            {"eventNumber": number, "eventMessage": message, "extractedValues": {}}
            for number, message in enumerate(asked.texts("logEventMessages", 50) or (), 1)
            if matches is None or matches(message)
        ]
    }


def _pattern(asked: Arguments) -> Matcher | None:
    try:
        return compile_pattern(asked.text("filterPattern") or "")
    except PatternError as error:
        raise invalid(str(error)) from None


def _streams(asked: Arguments) -> Callable[[str], bool] | None:
    names, prefix = asked.texts("logStreamNames"), asked.text("logStreamNamePrefix")
    if names is not None and prefix is not None:
        raise invalid("logStreamNames and logStreamNamePrefix are mutually exclusive.")
    if names is not None:
        return frozenset(names).__contains__
    if prefix is not None:
        return lambda name: name.startswith(prefix)
    return None
