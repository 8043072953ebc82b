"""Which of several deliveries of the same flow records counts: each record is counted once in totals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from tui.cache.digest import AGAIN, Delivery
from tui.flows.logformat import Layout
from tui.flows.source import LOG_GROUP

# A delivery that is this many seconds behind another has ended: its flow log was deleted, or made anew. Log groups are
# read in turns, one may be behind; within one, records of several layouts come side by side.
_ENDED = 900
_ENDED_BESIDE = 300


@dataclass(slots=True)
class _Chosen:
    """The delivery that counts: a log group and a layout, and the end of its newest window in Unix seconds."""

    group: str | None
    layout: Layout
    end: int


class Counting:
    """For each interface and action the delivery that counts: the first that brought records.

    Two flow logs over one interface, say of its VPC and of its subnet, deliver every record twice, with different event
    ids. By action, since one flow log may deliver what is accepted and another what is rejected. Not thread-safe.
    """

    def __init__(self) -> None:
        self._chosen: dict[tuple[str | None, str | None], _Chosen] = {}
        self._doubled: dict[str, int] = {}  # interface to the end of the newest record that did not count
        self._unmarked: set[str | None] = set()

    def counted(self, layout: Layout, frame: pl.DataFrame, deliveries: Iterable[Delivery]) -> pl.DataFrame:
        """The records of the frame that count.

        Args:
            layout: of the records.
            frame: the records, with the column `@again`.
            deliveries: what they come to.
        """
        groups = {LOG_GROUP, "action"} <= set(frame.columns)
        spare, again = [], False
        for each in deliveries:
            if each.again is None:
                self._unmarked.add(each.group)
            if each.interface is None:
                again |= bool(each.again)
            elif each.again:
                again = True
                self._leave_out(each.interface, each.newest)
            elif groups and not self._counts(each, layout):
                spare.append((each.interface, each.group, each.action))
                self._leave_out(each.interface, each.newest)
        if again:
            frame = frame.filter(pl.col(AGAIN).not_().fill_null(value=True))
        if not spare:
            return frame
        names = ["interface-id", LOG_GROUP, "action"]
        schema = {name: frame.schema[name] for name in names}
        return frame.join(pl.DataFrame(spare, schema, orient="row"), on=names, how="anti", nulls_equal=True)

    def _leave_out(self, interface: str, newest: int | None) -> None:
        self._doubled[interface] = max(self._doubled.get(interface, 0), newest or 0)

    def _counts(self, what: Delivery, layout: Layout) -> bool:
        """Whether it is of the delivery that counts; where the source looked for equal records, any log group is."""
        place, end = (what.interface, what.action), what.newest or 0
        chosen = self._chosen.get(place)
        if chosen is not None and chosen.layout == layout and (what.again is not None or chosen.group == what.group):
            chosen.group, chosen.end = what.group, max(chosen.end, end)
            return True
        if chosen is None or end - chosen.end > (_ENDED_BESIDE if chosen.group == what.group else _ENDED):
            self._chosen[place] = _Chosen(what.group, layout, end)
            return True
        return False

    @property
    def doubled(self) -> int:
        """How many interfaces deliver their records more than once."""
        return len(self._doubled)

    @property
    def several(self) -> bool:
        """Whether several log groups have brought records that may be the same, since nobody looked."""
        return len(self._unmarked) > 1

    def forget_before(self, end: float) -> None:
        """Let go of what has delivered nothing since."""
        for key in [key for key, chosen in self._chosen.items() if chosen.end < end]:
            del self._chosen[key]
        for interface in [name for name, newest in self._doubled.items() if newest < end]:
            del self._doubled[interface]
