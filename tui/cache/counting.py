"""Which of several deliveries of the same flow records counts: each record is counted once in totals."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

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
        self._chosen: dict[tuple[str, str | None], _Chosen] = {}
        self._doubled: dict[str, int] = {}  # interface to the end of the newest record that did not count

    def counted(self, layout: Layout, frame: pl.DataFrame) -> pl.DataFrame:
        """The records of the frame that count."""
        names = ["interface-id", LOG_GROUP, "action"]
        if not set(names) <= set(frame.columns):
            return frame
        end = pl.col("end").max().cast(pl.Int64) if "end" in frame.columns else pl.lit(None, dtype=pl.Int64)
        spare = []
        for interface, group, action, newest in frame.group_by(names).agg(end.alias("newest")).rows():
            if interface is not None and not self._counts(interface, group, action, layout, newest or 0):
                spare.append((interface, group, action))
                self._doubled[interface] = max(self._doubled.get(interface, 0), newest or 0)
        if not spare:
            return frame
        schema = {name: frame.schema[name] for name in names}
        return frame.join(pl.DataFrame(spare, schema, orient="row"), on=names, how="anti", nulls_equal=True)

    def _counts(self, interface: str, group: str | None, action: str | None, layout: Layout, end: int) -> bool:
        chosen = self._chosen.get((interface, action))
        if chosen is not None and chosen.group == group and chosen.layout == layout:
            chosen.end = max(chosen.end, end)
            return True
        if chosen is None or end - chosen.end > (_ENDED_BESIDE if chosen.group == group else _ENDED):
            self._chosen[interface, action] = _Chosen(group, layout, end)
            return True
        return False

    @property
    def doubled(self) -> int:
        """How many interfaces deliver their records more than once."""
        return len(self._doubled)

    def forget_before(self, end: float) -> None:
        """Let go of what has delivered nothing since."""
        for key in [key for key, chosen in self._chosen.items() if chosen.end < end]:
            del self._chosen[key]
        for interface in [name for name, newest in self._doubled.items() if newest < end]:
            del self._doubled[interface]
