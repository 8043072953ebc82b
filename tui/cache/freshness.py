"""How fresh each network interface's flow records are, in a word, by what it has delivered so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from tui.flows.source import FlowLogState

# Amazon: "typically about 5 minutes" to CloudWatch Logs, best effort; a quarter of an hour is the allowance.
# https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
DELIVERY = 300.0
ALLOWANCE = 900.0
# Windows an interface must have shown before their length is believed over the setting.
_ENOUGH = 3
_MINUTE = 60


class Freshness(Enum):
    """The words, best first."""

    FRESH = "fresh"
    NO_TRAFFIC = "no traffic"  # the last record is NODATA, a heartbeat; or nothing that its flow log is to report
    DUE = "due"  # the next record may come any moment
    LOST = "AWS lost data"  # the last record is SKIPDATA
    LATE = "late"
    STALLED = "stalled"
    FAILING = "delivery failing"  # DescribeFlowLogs says so, and records have stopped


WORST_FIRST = tuple(reversed(Freshness))
_STATUS = {"NODATA": Freshness.NO_TRAFFIC, "SKIPDATA": Freshness.LOST}


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one interface has delivered. `end` of its newest window in Unix seconds, `status` the log status there.

    `length` is that of its longest recent window in seconds, of `windows` seen.
    """

    interface: str
    end: int
    status: str = "OK"
    length: int = 0
    windows: int = 0
    log_groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """One interface's word, the age of its newest record and how often it delivers, in seconds, and AWS's error."""

    interface: str
    freshness: Freshness
    age: float
    cadence: int
    error: str = ""


def cadence_of(sighting: Sighting, interval: int) -> int:
    """Seconds from one record to the next: what the interface has shown wins over the setting.

    Interfaces of Nitro instances deliver every 60 s whatever the flow log's MaxAggregationInterval says.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html
    """
    if sighting.windows < _ENOUGH or not sighting.length:
        return interval
    return min(interval, max(_MINUTE, -(-sighting.length // _MINUTE) * _MINUTE))


def freshness_of(
    end: float,
    status: str,
    cadence: int,
    lateness: float,
    now: float,
    *,
    failing: bool = False,
    partial: bool = False,
) -> Freshness:
    """The word for an interface.

    Args:
        end: of its newest capture window, Unix seconds.
        status: the log status of its newest record.
        cadence: seconds from one record to the next.
        lateness: seconds that records usually take from their window's end to us.
        now: the clock, Unix seconds.
        failing: DescribeFlowLogs says FAILED of a flow log that delivers for it.
        partial: only accepted or only rejected traffic is logged, so that silence proves nothing.
    """
    age = now - end
    expected = cadence + max(lateness, DELIVERY)
    if age <= expected:
        return _STATUS.get(status, Freshness.FRESH)
    if failing:
        return Freshness.FAILING
    if age <= expected + cadence and status == "SKIPDATA":
        return Freshness.LOST
    if partial:
        return Freshness.NO_TRAFFIC
    if age <= expected + cadence:
        return Freshness.DUE
    return Freshness.LATE if age <= 3 * cadence + max(lateness, ALLOWANCE) else Freshness.STALLED


def is_partial(states: Iterable[FlowLogState]) -> bool:
    """Whether only accepted or only rejected traffic is logged; ACCEPT by one flow log and REJECT by another are all."""
    return {state.traffic for state in states} in ({"ACCEPT"}, {"REJECT"})


def readings(
    sightings: Iterable[Sighting], states: Sequence[FlowLogState], interval: int, lateness: float, now: float
) -> list[Reading]:
    """Every interface's reading, worst first, the oldest of each word first.

    `interval` counts, in seconds, where no state tells a log group's own.
    """
    found = []
    for sighting in sightings:
        mine = [
            state
            for state in states
            if state.resource == sighting.interface
            or (state.log_group in sighting.log_groups and not state.resource.startswith("eni-"))
        ]
        cadence = cadence_of(sighting, min((state.interval for state in mine), default=interval))
        error = next((state.error or "no reason given" for state in mine if state.delivery == "FAILED"), "")
        partial = is_partial(mine)
        word = freshness_of(sighting.end, sighting.status, cadence, lateness, now, failing=bool(error), partial=partial)
        found.append(Reading(sighting.interface, word, now - sighting.end, cadence, error))
    found.sort(key=lambda each: (WORST_FIRST.index(each.freshness), -each.age, each.interface))
    return found


def failing_flow_logs(states: Iterable[FlowLogState]) -> list[FlowLogState]:
    """Flow logs whose delivery DescribeFlowLogs calls FAILED, also where nothing has ever come."""
    return [state for state in states if state.delivery == "FAILED"]


def counts(found: Iterable[Reading]) -> list[tuple[Freshness, int]]:
    """How many interfaces have each word, worst first, without those that none has."""
    number = Counter(each.freshness for each in found)
    return [(word, number[word]) for word in WORST_FIRST if number[word]]
