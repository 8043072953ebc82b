"""Which of several deliveries of the same flow records counts: each record is counted once in totals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tui.cache.digest import Delivery
from tui.flows.logformat import Layout

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

    def spare(self, layout: Layout, deliveries: Iterable[Delivery]) -> list[Delivery]:
        """Those whose records do not count. Where a layout does not tell interface or action, all of them count."""
        comparable = layout.lacks("interface-id", "action") == ()
        spare = []
        for each in deliveries:
            if each.again is None:
                self._unmarked.add(each.group)
            if each.again or (comparable and each.interface is not None and not self._counts(each, layout)):
                spare.append(each)
                if each.interface is not None:
                    self._doubled[each.interface] = max(self._doubled.get(each.interface, 0), each.newest or 0)
        return spare

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
