"""A source for the tests of the command line that does what it is told."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

from tui.cli.meta import with_meta
from tui.flows.logformat import Layout, layout_of
from tui.flows.parse import LineParser
from tui.flows.source import About, Batch, Records

ADDRESSES = layout_of(["srcaddr", "dstaddr", "start"])


def records_of(layout: Layout, *lines: str) -> Records:
    """The records of lines."""
    ((_, frame, _),) = LineParser([layout]).parse(lines).records
    return Records(layout, with_meta(frame))


class Scripted:
    """A source that does what it is told, one step after the other."""

    about = About("123456789012", "eu-west-1", "vpc-0a1b", note="one flow log cannot be read")

    def __init__(self, *steps: Batch | Exception) -> None:
        self.steps = list(steps)

    def batches(self, _stop: Event) -> Iterator[Batch]:
        """The steps: a batch is yielded, an exception raised."""
        while self.steps:
            step = self.steps.pop(0)
            if isinstance(step, Exception):
                raise step
            yield step


def batch(*addresses: str) -> Batch:
    """A record to each of these addresses."""
    return Batch(0.0, (records_of(ADDRESSES, *[f"10.0.0.1 {address} 1418530010" for address in addresses]),))
