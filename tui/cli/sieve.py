"""`--filter`: the filter of a command line, and the records of a batch that it keeps."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from tui.cli.filtering import chosen_filter, saved_filters
from tui.flows.clean import clean
from tui.flows.filter.model import And, Filter, Named, Node, Not, Or
from tui.flows.source import Batch, Gap, Records

if TYPE_CHECKING:
    from tui.cli.directory import Directory  # 30 ms, which every command would wait for


def read_filter(text: str | None) -> Filter | None:
    """The filter of `--filter`, its times of day in the reader's zone; None without one, or for one that keeps all.

    Raises:
        click.UsageError: it is none; the message shows where.
    """
    found = chosen_filter(text or "", saved_filters())
    return None if found.is_everything else found


def refuse_names(asked: Filter | None) -> None:
    """A file has no inventory beside it.

    Raises:
        click.UsageError: the filter asks for names of the inventory.
    """
    if asked and (name := name_in(asked.node)):
        raise click.UsageError(f"--filter: {name}: a file tells no names; use addresses, or vpctop tail")


class Sieve:
    """Keeps of each batch the records that pass a filter; what fits no log format cannot be judged and stays."""

    def __init__(self, asked: Filter) -> None:
        self._node = asked.node
        self._gaps: dict[object, Gap] = {}
        self._directory: Directory | None = None
        self._is_closed = False

    @property
    def asks_names(self) -> bool:
        """Whether the filter asks for names of the inventory."""
        return bool(name_in(self._node))

    def use(self, directory: Directory) -> None:
        """Ask it for names from now on; before the first batch."""
        self._directory = directory
        if self._is_closed:  # the command ended while it was being opened
            directory.close()

    def close(self) -> None:
        """Ask for names no more."""
        self._is_closed = True
        if self._directory is not None:
            self._directory.close()

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
        around = Surroundings(time.time(), gaps)
        if self._directory is not None:
            seen = records.frame["interface-id"].unique() if "interface-id" in records.frame.columns else ()
            known = self._directory.now(str(each) for each in seen if each is not None)
            around = Surroundings(time.time(), gaps, known, known.inside)
        passes = records.frame.select(mask(self._node, records.frame, around).alias("passes"))
        kept = passes["passes"]
        if kept.len() != records.frame.height:  # the same answer for all
            kept = kept.new_from_index(0, records.frame.height)
        again = None if records.again is None else records.again.filter(kept)
        return Records(records.layout, records.frame.filter(kept), again)


def name_in(node: Node) -> str:
    """A name of the inventory that the filter asks for, '' if none."""
    if isinstance(node, And | Or):
        return next(filter(None, map(name_in, node.parts)), "")
    if isinstance(node, Not):
        return name_in(node.part)
    return f"{node.kind.value}:{clean(node.pattern, 60)}" if isinstance(node, Named) else ""
