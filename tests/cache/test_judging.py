"""Verdicts of rows: each asked for once, with the records around it, some at a time, anew when something changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

import pytest

from tests.cache.refused import DB, ENI_DB, ENI_WEB, OUT, STRAY, SYN_ACK, WEB, Ruled, held, line
from tests.cache.test_partial import T0
from tui.cache import judging as judging_page
from tui.cache.columns import Grouping
from tui.cache.judging import UNTOLD, Judging, record_of
from tui.cache.rejected import RejectsAsk, RejectTable, Section
from tui.cache.rolling import Held
from tui.cache.view import Ask
from tui.cache.views import answer
from tui.cache.witness import MOST_HISTORY, witnesses
from tui.network.change import Change
from tui.network.inventory import PARTS, Inventory
from tui.network.verdict.model import Confidence, Flow, Ruling, Verdict

RULES = Ruled(at=float(T0), read_at=MappingProxyType(dict.fromkeys(PARTS, float(T0))))


class Judge:
    """Remembers what it was asked; who sends to port 22 is late, and port 666 is more than it can bear."""

    def __init__(self) -> None:
        self.asked: list[tuple[Flow, tuple[Flow, ...]]] = []

    def __call__(self, flow: Flow, inventory: Inventory, history: Sequence[Flow]) -> Verdict:
        """Whatever it is, a group refused it."""
        assert isinstance(inventory, Ruled)
        self.asked.append((flow, tuple(history)))
        if flow.target_port == 666:
            raise ZeroDivisionError
        ruling = Ruling.STALE if flow.target_port == 22 else Ruling.NO_RULE
        return Verdict(ruling, Confidence.CERTAIN, f"no rule for {flow.target_port}", "It was sg-1.", rule="sg-1")


def judged(judge: Judging, holding: Held, names: Ruled = RULES, *, unfolded: bool = False) -> RejectTable:
    """The pane's answer."""
    table = answer(holding, Ask(names=names, rejects=RejectsAsk(unfolded), interval=60), judge).rejects
    assert table is not None
    return table


def test_a_row_is_judged_by_its_record_and_what_is_around_it() -> None:
    """Both directions of its 5-tuple, seen by any interface, the packet's own addresses respected; nothing else."""
    request = line(WEB, DB, 40_312, 5432, action="ACCEPT", start=T0 - 60)
    elsewhere = line(WEB, "10.0.2.10", 40_312, 5432, action="ACCEPT", eni=ENI_WEB, way="egress", packet=(WEB, DB))
    reply = line(DB, WEB, 5432, 40_312, flags=SYN_ACK, way="egress")
    others = [line(WEB, DB, 40_313, 5432, action="ACCEPT"), line(STRAY, DB, 40_312, 5432, action="ACCEPT")]
    old = line(WEB, DB, 40_312, 5432, action="ACCEPT", start=T0 - 1700)
    judge = Judge()
    (row,) = judged(Judging(judge), held([old, request, elsewhere, reply, *others])).rows
    assert row.verdict is not None
    assert row.verdict.short == "no rule for 40312"
    ((flow, history),) = judge.asked
    assert (flow.source, flow.target, flow.source_port, flow.egress, flow.action) == (DB, WEB, 5432, True, "REJECT")
    assert (flow.seen_source, flow.interface, flow.flags) == ("", ENI_DB, SYN_ACK)
    assert [(each.interface, each.start, each.target, each.seen_target) for each in history] == [
        (ENI_DB, T0 - 60, DB, ""),
        (ENI_WEB, T0, DB, "10.0.2.10"),
    ]


def test_a_filter_does_not_hide_the_evidence() -> None:
    """Rows are what it keeps; what is around them is looked for in all that is held."""
    from tui.flows.filter.parse import parse_filter
    from tui.flows.filter.value import Now

    request = line(WEB, DB, 40_312, 5432, action="ACCEPT", start=T0 - 60)
    holding = held([request, line(DB, WEB, 5432, 40_312, flags=SYN_ACK, way="egress")])
    judge = Judge()
    only = Ask(names=RULES, rejects=RejectsAsk(), filter=parse_filter("action=reject", Now(0.0)))
    answer(holding, only, Judging(judge))
    assert [len(history) for _, history in judge.asked] == [1]


def test_a_long_history_is_cut_to_what_is_near() -> None:
    """A connection of thousands of records is not handed over whole."""
    many = [line(WEB, DB, 40_312, 5432, action="ACCEPT", start=T0 - at) for at in range(1, 200)]
    holding = held([*many, line(WEB, DB, 40_312, 5432)])
    (found,) = witnesses(holding, [holding.records - 1]).values()
    assert len(found.history) == MOST_HISTORY
    starts = [each.start or 0 for each in found.history]
    assert starts == sorted(starts)


def test_verdicts_are_remembered() -> None:
    """The same answer asks nobody again; another inventory, or a row that went on for a minute, asks anew."""
    judge = Judge()
    judging = Judging(judge)
    lines = [line(WEB, DB, 40_312, 5432, start=T0 - 300)]
    for _ in range(3):
        judged(judging, held(lines))
    assert len(judge.asked) == 1
    newer = replace(RULES)
    judged(judging, held(lines), newer)
    assert len(judge.asked) == 2
    table = judged(judging, held([*lines, line(WEB, DB, 40_313, 5432)]), newer)
    assert len(judge.asked) == 3
    assert table.rows[0].count == 2


def test_only_so_many_are_judged_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others say so and follow with the next answers; what is around the cursor comes first."""
    monkeypatch.setattr(judging_page, "MOST", 4)
    lines = [line(WEB, DB, 40_312, port) for port in range(1000, 1010)]
    judge = Judge()
    judging = Judging(judge)
    table = judged(judging, held(lines))
    assert [row.verdict is None for row in table.rows] == [False] * 4 + [True] * 6
    assert (table.is_judged, table.waiting) == (True, 6)
    last = table.rows[-1].key
    again = answer(held(lines), Ask(names=RULES, rejects=RejectsAsk(near=last), interval=60), judging).rejects
    assert again is not None
    assert [row.verdict is None for row in again.rows] == [False] * 4 + [True] * 2 + [False] * 4
    assert judged(judging, held(lines)).waiting == 0
    assert len(judge.asked) == 10


def test_what_is_stale_stands_last_and_is_summed_up_by_itself() -> None:
    """Late packets of the reader's own are not his trouble; from outside they stay noise."""
    lines = [
        line(WEB, DB, 40_312, 22),
        line(WEB, DB, 40_313, 22),
        line(WEB, DB, 40_312, 5432, start=T0 - 600),
        line(OUT, WEB, 40_312, 22),
    ]
    table = judged(Judging(Judge()), held(lines), unfolded=True)
    assert [(row.port, row.section) for row in table.rows if row.section is not Section.NOISE] == [
        (5432, Section.MINE),
        (22, Section.STALE),
    ]
    assert (table.mine.rows, table.mine.count, table.stale.rows, table.stale.count) == (1, 1, 1, 2)
    assert table.noise.count == 1


def test_without_an_inventory_nothing_is_judged() -> None:
    """And nothing is said to be to come."""
    judge = Judge()
    table = answer(held([line(WEB, DB, 40_312, 5432)]), Ask(rejects=RejectsAsk()), Judging(judge)).rejects
    assert table is not None
    assert (table.is_judged, table.waiting, judge.asked) == (False, 0, [])


def test_an_error_in_judging_is_said_of_that_row_alone() -> None:
    """The others have their verdicts."""
    table = judged(Judging(Judge()), held([line(WEB, DB, 40_312, 666), line(WEB, DB, 40_312, 5432)]))
    told = {row.port: row.verdict for row in table.rows}
    assert told[666] is not None
    assert told[666].ruling is Ruling.UNKNOWN
    assert "ZeroDivisionError" in told[666].because[0]
    assert told[5432] is not None
    assert told[5432].ruling is Ruling.NO_RULE


def test_a_record_without_addresses_cannot_be_judged() -> None:
    """A log format may lack them: the verdict says so."""
    from tests.cache.test_partial import batch
    from tui.cache.rolling import RollingCache
    from tui.flows.logformat import layout_of

    layout = layout_of(["interface-id", "srcaddr", "srcport", "dstport", "start", "end", "action"])
    cache = RollingCache()
    cache.add(batch([f"{ENI_WEB} {WEB} 40312 5432 {T0} {T0 + 59} REJECT"], layout=layout))
    (row,) = judged(Judging(Judge()), cache.held()).rows
    assert row.verdict == UNTOLD
    assert row.server.label == "-"


def test_an_explanation_has_the_record_and_what_changed() -> None:
    """The line as it came; of the changes those of the resources that the verdict names; None for what has left."""
    changes = (
        Change(
            T0 - 50.0, T0 - 60.0, "groups", "sg-1", "security group sg-1: inbound tcp/5432 from 10.0.1.0/24 removed"
        ),
        Change(T0 - 40.0, T0 - 60.0, "groups", "sg-2", "security group sg-2 is new"),
        Change(T0 - 30.0, T0 - 60.0, "endpoints", "sg-1", "not a rule"),
    )
    holding = held([line(WEB, DB, 40_312, 5432)])
    serial = record_of(holding, Grouping.CONVERSATIONS, (WEB, DB, 5432, 6))
    assert serial is not None
    found = Judging(Judge()).explained(holding, replace(RULES, changes=changes), serial)
    assert found is not None
    assert found.line == line(WEB, DB, 40_312, 5432)
    assert found.changes == ((T0 - 50.0, changes[0].what),)
    assert Judging(Judge()).explained(holding, RULES, serial + 1) is None
    bare = Judging(Judge()).explained(holding, None, serial)
    assert bare is not None
    assert bare.verdict is None


def test_a_conversation_is_explained_by_what_was_refused_of_it() -> None:
    """The newest refused record, else the newest; a group of flows by none."""
    lines = [
        line(WEB, DB, 40_312, 5432, start=T0 - 120),
        line(WEB, DB, 40_313, 5432, start=T0 - 60),
        line(WEB, DB, 40_314, 5432, action="ACCEPT"),
    ]
    key = (WEB, DB, 5432, 6)
    holding = held(lines)
    serials = {each.source_port: serial for serial, each in flows_of(holding).items()}
    assert record_of(holding, Grouping.CONVERSATIONS, key) == serials[40_313]
    assert record_of(held(lines[2:]), Grouping.CONVERSATIONS, key) is not None
    assert record_of(holding, Grouping.RECORDS, (serials[40_312],)) == serials[40_312]
    assert record_of(holding, Grouping.PAIRS, (WEB, DB)) is None
    assert record_of(holding, Grouping.CONVERSATIONS, (WEB, STRAY, 5432, 6)) is None


def flows_of(holding: Held) -> dict[int, Flow]:
    """All that is held."""
    return {serial: each.flow for serial, each in witnesses(holding, range(holding.records)).items()}
