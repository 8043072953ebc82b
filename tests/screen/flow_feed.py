"""Sources for the tests of the screen: scripted batches of real lines, read by the real parser."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import Event

import polars as pl

from tui.cache.rolling import RollingCache
from tui.flows.dtype import TEXTS
from tui.flows.logformat import DEFAULT_LAYOUT, Layout
from tui.flows.parse import LineParser
from tui.flows.source import (
    EVENT_ID,
    INGESTION,
    LATE,
    LOG_GROUP,
    LOG_STREAM,
    TIMESTAMP,
    About,
    Batch,
    Records,
    SourceError,
)
from tui.screen.options import Connected

T0 = 1_790_000_040  # a full minute
NOW = T0 + 300.0
ABOUT = About(
    account="123456789012",
    region="eu-west-1",
    scope='vpc-0a1b2c3d4e5f67890 "payments"',
    identity="arn:aws:sts::123456789012:assumed-role/oncall/ada",
    profile="prod",
    log_groups=("/vpc/payments",),
    flow_logs=("fl-0123456789abcdef0",),
    interval=60,
)
Step = Batch | SourceError | Exception | Event


def record(
    src: str,
    dst: str,
    dport: int,
    *,
    sport: int = 40312,
    size: int = 6000,
    action: str = "ACCEPT",
    start: int = T0,
    protocol: int = 6,
    eni: str = "eni-0a1b2c3d4e5f67890",
) -> str:
    """A line of the default format: a capture window of a minute."""
    return f"2 123456789012 {eni} {src} {dst} {sport} {dport} {protocol} 10 {size} {start} {start + 59} {action} OK"


def batch(lines: Sequence[str], at: float = NOW, layout: Layout = DEFAULT_LAYOUT) -> Batch:
    """A batch as a tail makes it, the end of a pass."""
    records = []
    for found, frame, _ in LineParser([layout]).parse(list(lines)).records:
        envelope = frame.with_columns(
            pl.lit("3" * 56).alias(EVENT_ID),
            pl.lit("/vpc/payments").cast(TEXTS).alias(LOG_GROUP),
            pl.lit("eni-0a1b2c3d4e5f67890-all").cast(TEXTS).alias(LOG_STREAM),
            pl.lit(int(at - 60) * 1000, dtype=pl.Int64).alias(TIMESTAMP),
            pl.lit(int(at) * 1000, dtype=pl.Int64).alias(INGESTION),
            pl.lit(value=False).alias(LATE),
        )
        records.append(Records(found, envelope))
    return Batch(at, tuple(records), complete=True)


class Script:
    """A source that takes its steps one after another: a batch, an error, or a wait for an event.

    After the last step it stays open until it is stopped, unless it is bounded.
    """

    def __init__(self, *steps: Step, about: About = ABOUT, bounded: bool = False) -> None:
        self._steps = list(steps)
        self._about = about
        self._bounded = bounded

    @property
    def about(self) -> About:
        """Who and where."""
        return self._about

    def batches(self, stop: Event) -> Iterator[Batch]:
        """The steps not taken yet."""
        while self._steps and not stop.is_set():
            step = self._steps.pop(0)
            if isinstance(step, Batch):
                yield step
            elif isinstance(step, Event):
                while not (step.wait(0.05) or stop.is_set()):
                    pass
            else:
                raise step
        if not self._bounded:
            stop.wait()


def connecting(source: Script) -> Callable[[], Connected]:
    """What the app is given to connect with."""
    return lambda: Connected(source, RollingCache())


TALKS = (
    ("10.0.1.7", "10.0.2.9", 5432, 900_000, "ACCEPT"),
    ("10.0.1.8", "10.0.2.9", 5432, 700_000, "ACCEPT"),
    ("10.0.1.7", "10.0.3.4", 6379, 500_000, "ACCEPT"),
    ("203.0.113.9", "10.0.1.20", 443, 300_000, "ACCEPT"),
    ("198.51.100.7", "10.0.1.20", 22, 2_000, "REJECT"),
)


def talks(start: int = T0) -> list[str]:
    """Five conversations, the last refused."""
    return [record(src, dst, port, size=size, action=action, start=start) for src, dst, port, size, action in TALKS]
