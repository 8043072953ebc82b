from __future__ import annotations

import time
from threading import Event, Timer
from typing import Any

import polars as pl
import pytest

from tests.aws.delivery import START, Arrival, Clock, Delivery, Received, arrivals, follow
from tests.aws.small_network import GROUP, Network, access_fixture, network_fixture  # noqa: F401 - fixtures are found by name
from tui.aws.session import Access
from tui.aws.tail import Tail, TailOptions, open_tail
from tui.demo.embedded import EmbeddedAws
from tui.flows.dtype import InUse
from tui.flows.logformat import DEFAULT_LAYOUT
from tui.flows.source import (
    EVENT_ID,
    INGESTION,
    LATE,
    LOG_GROUP,
    LOG_STREAM,
    META,
    TIMESTAMP,
    Batch,
    Cause,
    SourceError,
)

CUSTOM = "${version} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${flow-direction}"
ENI = "eni-0123456789abcdef0"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between tries are short here."""
    monkeypatch.setattr("tui.aws.pages._FIRST_WAIT", 0.01)


@pytest.fixture(autouse=True)
def _group(access: Access, network: Network) -> None:
    """The log group is there, with a flow log of 60 s that tells its format."""
    assert access.isolated
    network.log(network.vpc, "VPC", MaxAggregationInterval=60)


def line(start: int, end: int | None = None, port: int = 443, status: str = "OK") -> str:
    """A default record of one interface."""
    end = start + 60 if end is None else end
    if status != "OK":
        return f"2 123456789012 {ENI} - - - - - - - {start} {end} - {status}"
    return f"2 123456789012 {ENI} 10.0.1.7 10.0.2.9 40000 {port} 6 9 900 {start} {end} ACCEPT OK"


def put(aws: EmbeddedAws, start: int, text: str, arrival: int | None = None, stream: str = f"{ENI}-all") -> None:
    """One event, stamped with its record's start."""
    aws.put(GROUP, stream, [(start * 1000, (start + 300 if arrival is None else arrival) * 1000, text)])


def tail_of(access: Access, clock: Clock, scope: str = GROUP, **options: Any) -> Tail:
    """A tail without a limit on calls, by the clock of the test."""
    return open_tail([scope], access, TailOptions(**{"api_rate": 0, "interval": 0.01, "clock": clock, **options}))


def read_once(access: Access, **options: Any) -> Received:
    """All of a span."""
    received = Received()
    for _ in follow(tail_of(access, Clock(), once=True, **options), received):
        pass
    return received


@pytest.mark.parametrize("ahead", [-1200, 0, 1200])
def test_what_is_counted_from_now_is_counted_by_amazon_s_clock(aws: EmbeddedAws, access: Access, ahead: int) -> None:
    """`--since 5m --until now` are the last five minutes of the data, also where this machine's clock is off."""
    now = int(time.time())
    there = now - ahead
    aws.configure(clock_ahead=-ahead)
    for back in (30, 200, 1000):
        put(aws, there - back, line(there - back, there - back + 20), arrival=there - 5)
    options = TailOptions(since=now - 300, until=now, once=True, api_rate=0, counted=frozenset({"since", "until"}))
    received = Received()
    for _ in follow(open_tail([GROUP], access, options), received):
        pass
    assert sorted(received.lines) == sorted(line(there - back, there - back + 20) for back in (30, 200))


def test_after_an_outage_what_arrived_meanwhile_is_read(aws: EmbeddedAws, access: Access) -> None:
    """Two hours without CloudWatch: the sweep begins where the last one did, not one window before now."""
    clock = Clock()
    delivery = Delivery(aws, GROUP, clock, arrivals(seed=3, count=500, seconds=7200))
    delivery.go_on(300)
    tail = tail_of(access, clock, since=START - 60, until=START + 9000)
    received = Received()
    for batch in follow(tail, received):
        if batch.complete and clock.at < START + 9000:
            delivery.go_on(8000)
            delivery.go_on(700)
    assert sorted(received.lines) == sorted(delivery.delivered)


def test_no_pass_begins_at_the_newest_event(aws: EmbeddedAws, access: Access) -> None:
    """Every call reaches back at least an aggregation interval and the usual delivery, however new the newest is."""
    clock = Clock(START + 3600.0)
    put(aws, START + 3590, line(START + 3590))
    tail = tail_of(access, clock, until=START + 4200)
    aws.forget_calls()
    received = Received()
    for batch in follow(tail, received):
        if batch.complete:
            clock.at += 100
    calls = [call["parameters"] for call in aws.calls() if call["action"] == "FilterLogEvents"]
    assert len(calls) > 10
    open_ended = [int(call["startTime"]) for call in calls if call.get("endTime", 0) >= (START + 4200) * 1000]
    assert open_ended
    assert max(open_ended) <= (clock.at - 60 - 300) * 1000


def test_a_late_record_is_marked(aws: EmbeddedAws, access: Access) -> None:
    """What CloudWatch received later than a fresh pass would look is found by the sweep and says that it is late."""
    clock = Clock()
    put(aws, START - 100, line(START - 100, port=1))
    tail = tail_of(access, clock, until=START + 600)
    received, sent = Received(), False
    for batch in follow(tail, received):
        if batch.complete and not sent:
            sent = True
            clock.at += 130
            put(aws, START - 700, line(START - 700, port=2), arrival=START + 100)
            put(aws, START + 60, line(START + 60, port=3), arrival=START + 100)
        elif batch.complete:
            clock.at += 130
    assert [text.split()[6] for text in received.late] == ["2"]
    assert sorted(text.split()[6] for text in received.lines) == ["1", "2", "3"]


def test_the_past_is_read_newest_first(aws: EmbeddedAws, access: Access) -> None:
    """The last minutes come before the hour behind them, and nothing is called complete until all of it is read."""
    clock = Clock(START + 3600.0)
    for start in range(START, START + 3600, 100):
        put(aws, start, line(start))
    tail = tail_of(access, clock, until=clock.at)
    received = Received()
    starts: list[int] = []
    for batch in follow(tail, received):
        starts += [start for records in batch.records for start in records.frame["start"].to_list()]
        assert not batch.complete or len(received.lines) == 36
    assert max(starts[:3]) == START + 3500
    assert sorted(starts[-3:]) == [START, START + 100, START + 200]
    assert received.batches[-1].complete


def test_a_pass_that_brings_nothing_is_a_heartbeat(aws: EmbeddedAws, access: Access) -> None:
    """An idle log group still answers: an empty, complete batch a pass, by the clock of the data."""
    assert aws.account
    clock = Clock()
    batches = tail_of(access, clock).batches(Event())
    beats: list[Batch] = []
    while len(beats) < 3:
        batch = next(batches)
        beats += [batch] if batch.complete else []
    assert all(len(beat) == 0 and beat.at == START for beat in beats)


def test_a_span_is_of_capture_windows(aws: EmbeddedAws, access: Access) -> None:
    """A span takes the windows that overlap it: one that began before and ended in it, none that ended before."""
    for port, start, end in ((1, -61, -1), (2, -60, 0), (3, -30, 30), (4, 0, 60), (5, 100, 160), (6, 101, 161)):
        put(aws, START + start, line(START + start, START + end, port=port))
    put(aws, START - 10, "what is this")
    put(aws, START + 10, "and this")
    received = read_once(access, since=START, until=START + 100)
    assert [text.split()[6] for text in received.lines] == ["2", "3", "4", "5"]
    assert received.unparsed == ["and this"]


def test_once_reads_a_span_and_ends(aws: EmbeddedAws, access: Access) -> None:
    """Read once: every page, in order, one complete batch at the end."""
    aws.configure(page_events=10)
    delivery = Delivery(aws, GROUP, Clock(), arrivals(seed=5, count=95, seconds=600))
    delivery.go_on(3600)
    received = read_once(access, since=START)
    assert sorted(received.lines) == sorted(delivery.delivered)
    assert [batch for batch in received.batches if batch.complete] == received.batches[-1:]


def test_an_event_carries_its_envelope(aws: EmbeddedAws, access: Access) -> None:
    """Beside its fields a record has CloudWatch's id, group, stream, timestamp and ingestion, typed."""
    put(aws, START, line(START), arrival=START + 321)
    (records,) = read_once(access, since=START).batches[0].records
    frame = records.frame
    assert records.layout == DEFAULT_LAYOUT
    assert tuple(frame.columns) == (*META, *DEFAULT_LAYOUT.names)
    row = frame.row(0, named=True)
    assert row | {EVENT_ID: len(row[EVENT_ID])} == row | {
        EVENT_ID: 56,
        LOG_GROUP: GROUP,
        LOG_STREAM: f"{ENI}-all",
        TIMESTAMP: START * 1000,
        INGESTION: (START + 321) * 1000,
        LATE: False,
    }
    types = [frame.schema[name] for name in META]
    texts = InUse.dictionary.texts  # that of the fields
    assert types == [pl.String, texts, texts, pl.Int64, pl.Int64, pl.Boolean]


def test_two_formats_may_share_a_stream(aws: EmbeddedAws, access: Access, network: Network) -> None:
    """Lines of two flow logs interleave in one stream; each is read by its own format, and what fits none is kept."""
    network.log(network.subnets[0], "Subnet", CUSTOM)
    for each in range(0, 60, 3):
        put(aws, START + each, line(START + each))
        put(aws, START + each + 1, f"5 {ENI} 10.0.1.7 10.0.2.9 40000 {each} ingress")
        put(aws, START + each + 2, f"no flow record {each}")
    (batch,) = read_once(access, since=START).batches
    assert {records.layout.text: records.frame.height for records in batch.records} == {
        DEFAULT_LAYOUT.text: 20,
        CUSTOM: 20,
    }
    custom = next(records.frame for records in batch.records if records.layout.text == CUSTOM)
    assert custom[TIMESTAMP].to_list() == [(START + each + 1) * 1000 for each in range(0, 60, 3)]
    assert [each.line for each in batch.unparsed] == [f"no flow record {each}" for each in range(0, 60, 3)]
    assert batch.unparsed[0].log_stream == f"{ENI}-all"
    assert batch.unparsed[0].timestamp == (START + 2) * 1000
    assert batch.unparsed[0].reason
    assert batch.unparsed[0].event_id


def test_skipped_records_are_a_gap(aws: EmbeddedAws, access: Access) -> None:
    """SKIPDATA is a record and a gap, NODATA a record."""
    put(aws, START, line(START, status="SKIPDATA"))
    put(aws, START + 60, line(START + 60, status="NODATA"))
    (batch,) = read_once(access, since=START).batches
    assert len(batch) == 2
    assert [(gap.cause, gap.since, gap.until) for gap in batch.gaps] == [(Cause.SKIPDATA, START, START + 60)]


@pytest.mark.parametrize(
    "message", ["", " ", "\0" * 20, "x" * 1_000_000, "\x1b[2J\u202e", "2 2 2", "\N{PILE OF POO}" * 99]
)
def test_a_strange_line_is_kept(aws: EmbeddedAws, access: Access, message: str) -> None:
    """No message ends the tail: it is kept as it came, and its neighbour is read."""
    put(aws, START, message)
    put(aws, START + 1, line(START + 1))
    received = read_once(access, since=START)
    assert received.unparsed == [message]
    assert received.lines == [line(START + 1)]


def test_events_without_ids_are_told_apart_by_what_they_say(aws: EmbeddedAws, access: Access) -> None:
    """Null ids, timestamps and messages are no reason to lose an event, nor to take it twice."""
    events = ", ".join(
        f'{{"eventId": null, "logStreamName": "{ENI}-all", "timestamp": {stamp}, "message": "{text}"}}'
        for stamp, text in ((START * 1000, line(START)), (START * 1000, line(START)), ("null", line(START + 1)))
    )
    body = f'{{"events": [{events}, {{"message": null, "timestamp": {START * 1000}}}]}}'
    aws.inject([{"kind": "answer", "action": "FilterLogEvents", "body": body, "times": None}])
    clock = Clock()
    received = Received()
    for batch in follow(tail_of(access, clock, since=START - 600, until=START + 300), received):
        if batch.complete:
            clock.at += 60
    assert received.lines == [line(START), line(START + 1)]
    assert received.ids == [None, None]
    assert received.unparsed == [""]


def test_an_interface_sees_its_own_records(aws: EmbeddedAws, access: Access, network: Network) -> None:
    """Of a shared group, a subnet shows the records of its interfaces, also where streams were not told apart."""
    network.log(network.subnets[0], "Subnet", group="/unused")
    mine, other = network.interfaces
    for place, interface in enumerate((mine, other)):
        text = line(START + place).replace(ENI, interface)
        put(aws, START + place, text, stream=f"{interface}-all")
        put(aws, START + place + 10, text.replace("443", "80"), stream=f"odd-{place}")
    received = Received()
    for _ in follow(tail_of(access, Clock(), scope=mine, once=True, since=START), received):
        pass
    assert [text.split()[2] for text in received.lines] == [mine]
    received = Received()
    for _ in follow(tail_of(access, Clock(), scope=network.subnets[0], once=True, since=START), received):
        pass
    assert {text.split()[2] for text in received.lines} == {mine}


def test_a_new_interface_is_picked_up(
    aws: EmbeddedAws, access: Access, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interface made while the tail runs is followed after the next look at the scope, from its first record on."""
    monkeypatch.setattr("tui.aws.tail.RESOLVE_EVERY", 0.2)
    monkeypatch.setattr("tui.aws.tail.RESOLVE_SOON", 0.2)
    first = network.interfaces[0]
    put(aws, START - 60, line(START - 60).replace(ENI, first), stream=f"{first}-all")
    clock = Clock()
    tail = tail_of(access, clock, scope=network.subnets[0])
    received, made, stop = Received(), "", Event()
    limit = time.monotonic() + 20
    for batch in follow(tail, received, stop):
        if batch.complete and not made:
            asked = {"SubnetId": network.subnets[0]}
            made = network.ec2.create_network_interface(**asked)["NetworkInterface"]["NetworkInterfaceId"]
            put(aws, START - 30, line(START - 30).replace(ENI, made), stream=f"{made}-all")
        clock.at += 1
        if any(made in text for text in received.lines[1:]) or time.monotonic() > limit:
            stop.set()
    assert [text.split()[2] for text in received.lines] == [first, made]


def test_a_failing_group_is_told_and_goes_on(aws: EmbeddedAws, access: Access) -> None:
    """When a call keeps failing the reader is told, one gap grows and heals, and the same tail goes on where it was."""
    put(aws, START - 60, line(START - 60))
    clock = Clock()
    tail = tail_of(access, clock, until=START + 60)
    rule = {"kind": "error", "code": "ServiceUnavailableException", "status": 503, "action": "FilterLogEvents"}
    aws.inject([{**rule, "times": 30}])
    received = Received()
    for batch in follow(tail, received):
        if batch.complete:
            clock.at += 60
    assert len(received.refusals) > 1
    assert not any(error.fatal for error in received.refusals)
    assert received.lines == [line(START - 60)]
    gaps = [gap for batch in received.batches for gap in batch.gaps]
    assert len({gap.id for gap in gaps}) == 1
    assert [gap.count for gap in gaps[:-1]] == list(range(1, len(received.refusals) + 1))
    assert all(gap.healed is None for gap in gaps[:-1])
    gap = gaps[-1]
    assert gap.cause is Cause.FAILED
    assert gap.since < START < gap.until + 1
    assert gap.healed is not None


def test_denied_at_the_start_ends_it_denied_later_does_not(aws: EmbeddedAws, access: Access) -> None:
    """No permission is fatal before the first answer; later it may be granted again, and the screen stays."""
    denied = {"kind": "error", "code": "AccessDeniedException", "action": "FilterLogEvents", "times": None}
    aws.inject([denied])
    with pytest.raises(SourceError, match="AWS denies logs:FilterLogEvents") as caught:
        list(tail_of(access, Clock()).batches(Event()))
    assert caught.value.fatal
    aws.inject([{**denied, "skip": 1}])
    batches = tail_of(access, Clock()).batches(Event())
    with pytest.raises(SourceError) as caught:
        for _ in batches:
            pass
    assert not caught.value.fatal


def test_a_log_group_that_is_not_there_yet_is_waited_for(aws: EmbeddedAws, access: Access, network: Network) -> None:
    """A flow log makes its group with the first traffic: until then the reader is told, and nothing ends."""
    network.log(network.subnets[0], "Subnet", group="/later")
    network.logs.delete_log_group(logGroupName="/later")
    network.logs.delete_log_group(logGroupName=GROUP)
    clock, interface = Clock(), network.interfaces[0]
    tail = tail_of(access, clock, scope=interface, until=START + 60)
    with pytest.raises(SourceError, match="does not exist") as caught:
        list(tail.batches(Event()))
    assert not caught.value.fatal
    for group in ("/later", GROUP):
        text = line(START - 90).replace(ENI, interface)
        aws.put(group, f"{interface}-all", [((START - 90) * 1000, START * 1000, text)])
    clock.at = START + 60
    received = Received()
    for _ in follow(tail, received):
        pass
    assert len(received.lines) == 2


def test_one_denied_group_of_two_does_not_hide_the_other(aws: EmbeddedAws, access: Access, network: Network) -> None:
    """The other group is read; the denied one is a gap with the reason."""
    network.log(network.subnets[0], "Subnet", group="/denied")
    interface = network.interfaces[0]
    put(aws, START - 60, line(START - 60).replace(ENI, interface), stream=f"{interface}-all")
    rule = {"kind": "error", "code": "AccessDeniedException", "action": "FilterLogEvents", "times": None}
    aws.inject([{**rule, "parameters": {"logGroupName": "/denied"}}])
    received, stop = Received(), Event()
    for _ in follow(tail_of(access, Clock(), scope=interface), received, stop):
        notes = [gap.note for each in received.batches for gap in each.gaps]
        if received.lines and notes:
            stop.set()
    assert set(notes) == {"AWS denies logs:FilterLogEvents on log group /denied"}


def test_a_stop_ends_every_wait(aws: EmbeddedAws, access: Access) -> None:
    """Quitting ends a tail that waits for its next pass, or for its turn to call, at once."""
    assert aws.account
    waits: list[dict[str, Any]] = [{"interval": 600.0}, {"api_rate": 0.001}]
    for options in waits:
        stop = Event()
        Timer(0.3, stop.set).start()
        before = time.monotonic()
        for _ in tail_of(access, Clock(), **options).batches(stop):
            pass
        assert time.monotonic() - before < 3.0


def test_it_says_who_and_where_it_is(access: Access, network: Network) -> None:
    """Account, Region, scope, log groups, flow logs and interval, for the header."""
    about = tail_of(access, Clock(), scope=network.vpc).about
    assert (about.account, about.region, about.interval) == ("123456789012", "eu-west-1", 60)
    assert about.scope == f'{network.vpc} "payments"'
    assert about.log_groups == (GROUP,)
    assert len(about.flow_logs) == 1


def test_not_knowing_who_one_is_does_not_matter(aws: EmbeddedAws, access: Access) -> None:
    """GetCallerIdentity denied: the account is not shown, and the tail opens."""
    aws.inject([{"kind": "error", "code": "AccessDenied", "status": 403, "service": "sts", "times": None}])
    assert tail_of(access, Clock()).about.account == ""


def test_an_unreachable_endpoint_is_one_sentence() -> None:
    """Nobody listens: the sentence names the endpoint, and it may be tried again."""
    access = Access(
        region="eu-west-1", endpoint_url="http://127.0.0.1:9", access_key="a", secret_key="b", isolated=True
    )
    with pytest.raises(SourceError) as caught:
        open_tail([GROUP], access, TailOptions())
    assert "http://127.0.0.1:9" in caught.value.reason
    assert caught.value.exit_code == 3


def test_a_record_delivered_twice_by_cloudwatch_is_told_once(aws: EmbeddedAws, access: Access) -> None:
    """The same page given twice brings its records once."""
    delivery = Delivery(
        aws, GROUP, Clock(), [Arrival(START, f"{ENI}-all", START + at, line(START + at)) for at in range(9)]
    )
    delivery.go_on(10)
    clock = Clock(START + 10.0)
    received = Received()
    for batch in follow(tail_of(access, clock, until=START + 1000), received):
        if batch.complete:
            clock.at += 50
    assert received.lines == delivery.delivered


@pytest.mark.parametrize("other", [GROUP, "/other"])
def test_a_record_of_two_flow_logs_is_marked(aws: EmbeddedAws, access: Access, network: Network, other: str) -> None:
    """The same flow delivered by a second flow log, here or in another group, is there, and told to be there again."""
    network.log(network.subnets[0], "Subnet", group=other)
    interface = network.interfaces[0]
    texts = [line(START + at).replace(ENI, interface) for at in range(5)]
    for group, some in ((GROUP, texts[:4]), (other, texts[1:])):
        aws.put(
            group, f"{interface}-all", [(START * 1000 + 1000 * texts.index(each), START * 1000, each) for each in some]
        )
    received = Received()
    for _ in follow(tail_of(access, Clock(), scope=interface, once=True, since=START), received):
        pass
    assert sorted(received.lines) == sorted([*texts, *texts[1:4]])
    found = [records for batch in received.batches for records in batch.records]
    again = [0 if records.again is None else int(records.again.sum()) for records in found]
    assert sum(again) == 3
    assert all(records.again is None or len(records.again) == records.frame.height for records in found)
    assert all(tuple(records.frame.columns) == (*META, *DEFAULT_LAYOUT.names) for records in found)


def test_a_group_that_left_the_scope_is_let_go(
    aws: EmbeddedAws, access: Access, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a flow log that was deleted the last records are still read; a quarter of an hour later its group is not."""
    monkeypatch.setattr("tui.aws.tail.RESOLVE_EVERY", 0.1)
    monkeypatch.setattr("tui.aws.tail.RESOLVE_SOON", 0.1)
    gone = network.log(network.subnets[0], "Subnet", group="/gone", MaxAggregationInterval=60)
    clock, interface = Clock(), network.interfaces[0]
    put(aws, START - 60, line(START - 60).replace(ENI, interface), stream=f"{interface}-all")
    tail = tail_of(access, clock, scope=interface)
    assert list(tail.about.log_groups) == [GROUP, "/gone"]
    network.ec2.delete_flow_logs(FlowLogIds=[gone])
    text = line(START - 30).replace(ENI, interface)
    aws.put("/gone", f"{interface}-all", [((START - 30) * 1000, START * 1000, text)])
    received, stop, limit = Received(), Event(), time.monotonic() + 20
    for batch in follow(tail, received, stop):
        clock.at += 0 if len(received.lines) < 2 else 100
        if (batch.about and batch.about.log_groups == (GROUP,)) or time.monotonic() > limit:
            stop.set()
    assert text in received.lines
    assert list(tail.about.log_groups) == [GROUP]
