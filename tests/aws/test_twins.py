"""The very same record by two flow logs: told row by row, for totals to leave out."""

from __future__ import annotations

from tui.aws.decode import Event
from tui.aws.envelope import Opener, Span
from tui.aws.seen import Seen
from tui.aws.target import Target
from tui.cache.rolling import RollingCache
from tui.flows.logformat import DEFAULT_LAYOUT
from tui.flows.source import Batch

T0 = 1_790_000_040
LINE = "2 123456789012 eni-0a1b2c3d4e5f67890 10.0.1.7 10.0.2.9 40312 {} 6 10 900 1790000040 1790000099 ACCEPT OK"


def page(opener: Opener, first: int, ports: list[int]) -> Batch:
    """What a page with records to these ports brings, its events numbered from `first`."""
    events = [
        Event(str(first + at), "eni-0a1b2c3d4e5f67890-all", T0 * 1000, LINE.format(port), (T0 + 90) * 1000)
        for at, port in enumerate(ports)
    ]
    return opener.batch(events, Span(), T0 + 100)


def test_two_log_groups_that_take_turns_count_each_record_once() -> None:
    """A group that was first with some records and second with others: each counts where it was first."""
    groups = [Opener(Target(name, (DEFAULT_LAYOUT,))) for name in ("/vpc/payments", "/vpc/subnet")]
    twins = Seen()
    for each in groups:
        each.twins = twins
    pages = [page(groups[0], 1, [443]), page(groups[1], 11, [443, 5432, 6379]), page(groups[0], 21, [5432, 6379])]
    told = [records.again for batch in pages for records in batch.records]
    assert [again.to_list() for again in told if again is not None] == [[False], [True, False, False], [True, True]]
    cache = RollingCache()
    for batch in pages:
        cache.add(batch)
    held = cache.held()
    assert (held.records, held.recent, held.doubled) == (6, (3, 0), 1)


def test_where_there_is_one_flow_log_nobody_looks() -> None:
    """Then no record can be told twice, and nothing is remembered for it."""
    (records,) = page(Opener(Target("/vpc/payments", (DEFAULT_LAYOUT,))), 1, [443]).records
    assert records.again is None
