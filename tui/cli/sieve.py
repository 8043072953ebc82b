"""`--filter`: the filter of a command line, and the records of a batch that it keeps."""

from __future__ import annotations

import time
from dataclasses import replace

import click

from tui.cli.filtering import chosen_filter, saved_filters
from tui.flows.clean import clean
from tui.flows.filter.model import And, Filter, Named, Node, Not, Or
from tui.flows.source import Batch, Gap, Records


def read_filter(text: str | None) -> Filter | None:
    """The filter of `--filter`, its times of day in the reader's zone; None without one.

    Raises:
        click.UsageError: it is none; the message shows where.
        click.UsageError: it asks for names of the inventory, which is the monitor's.
    """
    if text is None:
        return None
    found = understood(text)
    if name := _name_in(found.node):
        raise click.UsageError(f"--filter: {name}: names of the inventory are known to the monitor only; use addresses")
    return None if found.is_everything else found


def understood(text: str) -> Filter:
    """The filter that a text is, its times of day in the reader's zone.

    Raises:
        click.UsageError: it is none; the message shows where.
    """
    return chosen_filter(text, saved_filters())


class Sieve:
    """Keeps of each batch the records that pass a filter; what fits no log format cannot be judged and stays."""

    def __init__(self, asked: Filter) -> None:
        self._node = asked.node
        self._gaps: dict[object, Gap] = {}

    def keep(self, batch: Batch) -> Batch:
        """The batch without the records that do not pass."""
        for gap in batch.gaps:
            self._gaps[gap.id or gap] = gap
        found = (self._kept(records) for records in batch.records)
        return replace(batch, records=tuple(records for records in found if records.frame.height))

    def _kept(self, records: Records) -> Records:
        from tui.flows.filter.mask import mask
        from tui.flows.filter.surroundings import Surroundings

        gaps = tuple((gap.since, gap.until) for gap in self._gaps.values() if gap.healed is None)
        passes = records.frame.select(mask(self._node, records.frame, Surroundings(time.time(), gaps)).alias("passes"))
        kept = passes["passes"]
        if kept.len() != records.frame.height:  # the same answer for all
            kept = kept.new_from_index(0, records.frame.height)
        again = None if records.again is None else records.again.filter(kept)
        return Records(records.layout, records.frame.filter(kept), again)


def _name_in(node: Node) -> str:
    """A name of the inventory that the filter asks for, '' if none."""
    if isinstance(node, And | Or):
        return next(filter(None, map(_name_in, node.parts)), "")
    if isinstance(node, Not):
        return _name_in(node.part)
    return f"{node.kind.value}:{clean(node.pattern, 60)}" if isinstance(node, Named) else ""
