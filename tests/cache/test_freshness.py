"""How fresh an interface's records are, as a table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tui.cache.freshness import Freshness, Sighting, cadence_of, counts, freshness_of, readings
from tui.flows.source import FlowLogState

NOW = 1_790_000_340.0
ENI = "eni-1235b8ca123456789"
GROUP = "/vpc/payments"
STATE = FlowLogState("fl-0123456789abcdef0", GROUP, "vpc-0a1b2c3d4e5f67890", 600)


@pytest.mark.parametrize(
    ("age", "status", "cadence", "lateness", "failing", "word"),
    [
        (200, "OK", 60, 300, False, Freshness.FRESH),
        (360, "OK", 60, 300, False, Freshness.FRESH),
        (361, "OK", 60, 300, False, Freshness.DUE),
        (421, "OK", 60, 300, False, Freshness.LATE),
        (1080, "OK", 60, 300, False, Freshness.LATE),
        (1081, "OK", 60, 300, False, Freshness.STALLED),
        (900, "OK", 600, 300, False, Freshness.FRESH),
        (901, "OK", 600, 300, False, Freshness.DUE),
        (1501, "OK", 600, 300, False, Freshness.LATE),
        (2701, "OK", 600, 300, False, Freshness.STALLED),
        (361, "OK", 60, 700, False, Freshness.FRESH),  # records have been coming later than Amazon says
        (361, "OK", 60, 10, False, Freshness.DUE),  # never stricter than Amazon's own five minutes
        (200, "NODATA", 60, 300, False, Freshness.NO_TRAFFIC),
        (2000, "NODATA", 60, 300, False, Freshness.STALLED),
        (200, "SKIPDATA", 60, 300, False, Freshness.LOST),
        (400, "SKIPDATA", 60, 300, False, Freshness.LOST),
        (500, "SKIPDATA", 60, 300, False, Freshness.LATE),
        (200, "OK", 60, 300, True, Freshness.FRESH),  # another flow log delivers
        (361, "OK", 60, 300, True, Freshness.FAILING),
        (-900, "OK", 60, 300, False, Freshness.FRESH),  # its clock is ahead of ours
    ],
)
def test_the_word_follows_from_age_status_and_cadence(
    age: float, status: str, cadence: int, lateness: float, *, failing: bool, word: Freshness
) -> None:
    """Fresh until the next record should be here, due for one more, late up to the allowance, then stalled."""
    assert freshness_of(NOW - age, status, cadence, lateness, NOW, failing=failing) is word


@pytest.mark.parametrize(
    ("length", "windows", "interval", "cadence"),
    [(60, 5, 600, 60), (55, 5, 600, 60), (60, 2, 600, 600), (600, 5, 600, 600), (590, 9, 600, 600), (900, 9, 600, 600), (0, 0, 60, 60)],
)  # fmt: skip
def test_what_an_interface_shows_wins_over_the_setting(length: int, windows: int, interval: int, cadence: int) -> None:
    """Nitro interfaces deliver each minute whatever is set; one short window proves nothing."""
    assert cadence_of(Sighting(ENI, 0, "OK", length, windows), interval) == cadence


def test_the_worst_come_first_with_the_error_amazon_gives() -> None:
    """Words are counted, and a failing delivery names its reason."""
    fine = Sighting("eni-0f0f0f0f0f0f0f0f0", int(NOW) - 200, "OK", 60, 9, ("/vpc/other",))
    quiet = replace(fine, interface="eni-0e0e0e0e0e0e0e0e0", end=int(NOW) - 3000)
    failing = Sighting(ENI, int(NOW) - 1200, "OK", 600, 9, (GROUP,))
    state = replace(STATE, delivery="FAILED", error="Access error")
    found = readings([fine, failing, quiet], [state], 60, 300, NOW)
    assert [(each.interface, each.freshness, each.error) for each in found] == [
        (ENI, Freshness.FAILING, "Access error"),
        (quiet.interface, Freshness.STALLED, ""),
        (fine.interface, Freshness.FRESH, ""),
    ]
    assert counts(found) == [(Freshness.FAILING, 1), (Freshness.STALLED, 1), (Freshness.FRESH, 1)]


def test_a_flow_log_of_one_interface_says_nothing_of_the_others() -> None:
    """Its failure is not theirs, though they share the log group."""
    state = replace(STATE, resource="eni-0f0f0f0f0f0f0f0f0", delivery="FAILED", error="Rate limited")
    (found,) = readings([Sighting(ENI, int(NOW) - 400, "OK", 60, 9, (GROUP,))], [state], 60, 300, NOW)
    assert (found.freshness, found.error) == (Freshness.DUE, "")


@pytest.mark.parametrize(
    ("traffic", "status", "age", "word"),
    [
        (("REJECT",), "OK", 86_400, Freshness.NO_TRAFFIC),
        (("ACCEPT",), "OK", 86_400, Freshness.NO_TRAFFIC),
        (("REJECT", "REJECT"), "OK", 700, Freshness.NO_TRAFFIC),
        (("REJECT",), "OK", 200, Freshness.FRESH),
        (("REJECT",), "SKIPDATA", 400, Freshness.LOST),
        (("REJECT",), "SKIPDATA", 86_400, Freshness.NO_TRAFFIC),
        (("ALL",), "OK", 86_400, Freshness.STALLED),
        (("REJECT", "ACCEPT"), "OK", 86_400, Freshness.STALLED),
        (("REJECT", "ALL"), "OK", 86_400, Freshness.STALLED),
    ],
)
def test_an_interface_with_nothing_to_report_is_silent_by_right(
    traffic: tuple[str, ...], status: str, age: int, word: Freshness
) -> None:
    """Where only rejected traffic is logged, silence is good news, not a stall; what is logged in full must come."""
    states = [replace(STATE, interval=60, traffic=each) for each in traffic]
    (found,) = readings([Sighting(ENI, int(NOW) - age, status, 60, 9, (GROUP,))], states, 60, 300, NOW)
    assert found.freshness is word


def test_a_failing_delivery_is_told_whatever_is_logged() -> None:
    """Of rejected traffic alone too."""
    state = replace(STATE, traffic="REJECT", delivery="FAILED", error="Access error")
    (found,) = readings([Sighting(ENI, int(NOW) - 5000, "OK", 60, 9, (GROUP,))], [state], 60, 300, NOW)
    assert found.freshness is Freshness.FAILING
