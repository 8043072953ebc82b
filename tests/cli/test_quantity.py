from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.cli.quantity import QuantityError, is_counted, parse_duration, parse_moment, parse_size, parse_zone

NOW = datetime(2026, 3, 29, 12, 0, tzinfo=UTC).timestamp()  # the day Europe changes to summer time
ZURICH = ZoneInfo("Europe/Zurich")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("5m", 300),
        ("2h", 7200),
        ("1h30m", 5400),
        ("1h 30m", 5400),
        ("500ms", 0.5),
        ("1.5h", 5400),
        ("1d", 86400),
        ("60", 60),
        ("10M", 600),
        ("0s", 0),
    ],
)
def test_a_duration_is_read_in_seconds(text: str, seconds: float) -> None:
    """Durations have units; a bare number is seconds."""
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text", ["", " ", "5x", "m", "-5m", "5m5m", "5m10", "1e9", "nan", "inf", "9999999d", "5 minutes"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    """Anything else is refused with a sentence that shows how to write it."""
    with pytest.raises(QuantityError):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("256MB", 256 << 20),
        ("1G", 1 << 30),
        ("64KiB", 65536),
        ("1.5gb", 3 << 29),
        ("1048576", 1 << 20),
        ("2 MB", 2 << 20),
    ],
)
def test_a_size_counts_in_1024s(text: str, size: int) -> None:
    """Memory is counted in powers of two, however the unit is spelled."""
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "MB", "-1MB", "256XB", "1e3", "99999999T"])
def test_what_is_no_size_is_refused(text: str) -> None:
    """Anything else is refused."""
    with pytest.raises(QuantityError):
        parse_size(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-29T10:00:00Z", "2026-03-29T10:00:00+00:00"),
        ("2026-03-29T10:00+02:00", "2026-03-29T08:00:00+00:00"),
        ("2026-03-29 10:00", "2026-03-29T10:00:00+00:00"),
        ("2026-03-28", "2026-03-28T00:00:00+00:00"),
        ("11:30", "2026-03-29T11:30:00+00:00"),
        ("11:30:15", "2026-03-29T11:30:15+00:00"),
        ("12:30", "2026-03-28T12:30:00+00:00"),  # not yet today, so yesterday
        ("5m", "2026-03-29T11:55:00+00:00"),
        ("now", "2026-03-29T12:00:00+00:00"),
        ("1774778400", "2026-03-29T10:00:00+00:00"),
        ("1774778400000", "2026-03-29T10:00:00+00:00"),
    ],
)
def test_a_moment_is_read(text: str, expected: str) -> None:
    """ISO 8601, a clock time, a duration ago, or Unix time."""
    assert parse_moment(text, now=NOW, zone=UTC) == datetime.fromisoformat(expected).timestamp()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12:30", "2026-03-29T12:30:00+00:00"),
        ("11:30", "2026-03-30T11:30:00+00:00"),
        ("12:00", "2026-03-30T12:00:00+00:00"),
    ],
)
def test_a_clock_time_after_a_moment_is_the_next_one(text: str, expected: str) -> None:
    """`--until 11:30` at noon means tomorrow."""
    assert parse_moment(text, now=NOW, zone=UTC, after=NOW) == datetime.fromisoformat(expected).timestamp()


def test_a_clock_time_keeps_its_hour_over_a_change_of_summer_time() -> None:
    """Yesterday's 15:00 in Zurich was winter time, 14:00 UTC, though today's is 13:00 UTC."""
    assert parse_moment("15:00", now=NOW, zone=ZURICH) == datetime(2026, 3, 28, 14, 0, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "text", ["", "soon", "25:00", "12:99", "300", "2026-13-01", "9999999999999999", "-5m", "0001-01-01"]
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    """A bare number would be a guess, and the rest is no time at all."""
    with pytest.raises(QuantityError):
        parse_moment(text, now=NOW, zone=ZURICH if text == "0001-01-01" else UTC)


@pytest.mark.parametrize("text", ["Mars/Olympus", "", "../etc/passwd", "Europe"])
def test_an_unknown_zone_is_refused(text: str) -> None:
    """A zone is one of the IANA database."""
    with pytest.raises(QuantityError):
        parse_zone(text)


@given(st.text(max_size=20))
def test_reading_raises_nothing_but_its_own_error(text: str) -> None:
    """Whatever is typed, the answer is a value or one sentence."""
    for read in (parse_duration, parse_size, parse_zone, lambda text: parse_moment(text, now=NOW, zone=UTC)):
        try:
            read(text)
        except QuantityError as error:
            said = str(error)
            assert "\n" not in said


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("5m", True),
        (" now ", True),
        ("1h30m", True),
        ("14:05", False),
        ("2026-01-31T14:05Z", False),
        ("1769868300", False),
    ],
)
def test_a_moment_is_counted_from_now_or_told_by_a_clock(text: str, *, counted: bool) -> None:
    """What is so long ago moves with the clock; a time of day does not."""
    assert is_counted(text) is counted
