"""Refused records by who wanted what of whom: the Rejects pane's answer, pure, for the view thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from tui.cache.belonging import Belonging, belonging
from tui.cache.digest import MINUTE
from tui.cache.grouping import grouped
from tui.cache.ledger import open_gaps
from tui.cache.packing import Packing
from tui.cache.reject_order import Order
from tui.cache.rejected import MOST_ROWS, TREND, Party, RejectRow, RejectsAsk, RejectTable, Section, Sum
from tui.cache.rolling import Held
from tui.cache.selecting import core_of, kept_frames, told_apart, ways_of, with_side
from tui.cache.serving import served
from tui.cache.shaping import KEY
from tui.cache.spans import Spans
from tui.cache.standing import is_partial
from tui.cache.view import Ask
from tui.flows.filter.model import Filter

GROUP = ("client_owner", "server_owner", "server_port", "protocol", "noise")
_SYN, _SYN_ACK = 2, 18
_OPENS = 1 << 40  # more than any serial number: a record that opens a connection tells more than one amid it


# A rate tells apart what is refused now; in all, no flow has more than a thousand million records here.
_IN_ALL = pl.col("count").clip(upper_bound=1e9) / 1e9
# What rows are sorted by, and how far a number between 0 and 1 may part equal ones: less than any difference, and not so
# little that the 53 bits of the sum lose it.
_SCORES: dict[Order, tuple[pl.Expr, float]] = {
    Order.RATE: (pl.col("rate") * 1e3 + _IN_ALL, 2.0**-30),
    Order.COUNT: (pl.col("count").cast(pl.Float64), 0.5),
    Order.SINCE: (pl.col("first").cast(pl.Float64).fill_null(0), 0.5),
    Order.LAST: (pl.col("last").cast(pl.Float64).fill_null(0), 0.5),
}


def rejects(held: Held, ask: Ask, frames: Sequence[pl.DataFrame] | None = None) -> RejectTable:
    """The refused records that an ask is about, none of them judged yet.

    Numbers are those of the Flows pane: a packet counts once, however many interfaces and flow logs tell of it.

    Args:
        held: what the cache holds.
        ask: its filter, span, names and interval count, and its `rejects`; not its grouping and sort.
        frames: what tui.cache.selecting.kept_frames has found of it already.
    """
    gaps = open_gaps(held.gaps)
    kept = kept_frames(held, ask, gaps) if frames is None else frames
    newest = held.newest or 0
    if ask.until is not None:
        newest = min(newest, int(ask.until) - 1)
    since = held.oldest if ask.since is None else max(int(ask.since), held.oldest or 0)
    wanted = ask.rejects or RejectsAsk()
    table = RejectTable(
        since=since,
        newest=newest,
        unfolded=wanted.unfolded,
        order=wanted.order,
        is_upward=wanted.is_upward,
        is_partial=held.newest is not None and is_partial(gaps, since or 0, newest + 1),
    )
    core = core_of(held, [_refused(frame) for frame in kept])
    flows = with_side(told_apart(core, held).filter(pl.col("srcaddr").is_not_null() | pl.col("dstaddr").is_not_null()))
    known = belonging(ask.names, flows.schema["srcaddr"])
    table = replace(table, by_owner=known.by_owner)
    if flows.is_empty():
        return table
    for side in ("srcaddr", "dstaddr"):
        known.learn(flows[side])
    flows = flows.with_columns(_noise(flows, known, held, ask).alias("noise"))
    groups = _Groups.of(flows, known, newest, ask.interval)
    knocking = groups.talks.filter("noise")
    customers = served(knocking, known, held, _whole(held, ask)) if knocking.height else ()
    return _filled(replace(table, served=customers), groups, Spans(gaps))


def _refused(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("action") == "REJECT") if "action" in frame.columns else frame.clear()


def _whole(held: Held, ask: Ask) -> list[pl.DataFrame]:
    """The records of the span, whatever the filter: what it hides is still true."""
    return kept_frames(held, replace(ask, filter=Filter()), ())


def _noise(flows: pl.DataFrame, known: Belonging, held: Held, ask: Ask) -> pl.Series:
    """Which of the records are nobody's doing here.

    Those from outside, but for what answers: a reply that the network ACL stops is the trouble of who asked. Answers
    that nobody asked for are noise too: what somebody far away was sent in the name of an address here.
    """
    foreign = ~known.own(flows["srcaddr"])
    answers = foreign & ~flows["server_is_dst"] & known.own(flows["dstaddr"])
    if not answers.any():
        return foreign
    wanted = flows.filter(answers).select(KEY).unique()
    asked = _asked_for(wanted, held, ask)
    if asked.is_empty():
        return foreign
    told = asked.with_columns(pl.lit(value=True).alias("asked"))
    found = flows.select(KEY).join(told, on=KEY, how="left", nulls_equal=True, maintain_order="left")["asked"]
    return foreign & ~(answers & found.fill_null(value=False))


def _asked_for(answers: pl.DataFrame, held: Held, ask: Ask) -> pl.DataFrame:
    """Of the keys of answers, those whose request was let out. Whatever the filter keeps: it is of the rows to show."""
    senders = answers["srcaddr"].unique().implode()
    let_out = [
        frame.filter((pl.col("action") == "ACCEPT") & pl.col("dstaddr").is_in(senders))
        if {"action", "dstaddr"} <= set(frame.columns)
        else frame.clear()
        for frame in _whole(held, ask)
    ]
    requests = with_side(core_of(held, let_out)).filter(pl.col("server_is_dst")).select(KEY).unique()
    turned = requests.rename({"srcaddr": "dstaddr", "dstaddr": "srcaddr"}).select(KEY)
    return answers.join(turned, on=KEY, how="semi", nulls_equal=True)


@dataclass(frozen=True)
class _Groups:
    """The groups in no order with the columns GROUP; the conversations and the records they are of; who has which name."""

    frame: pl.DataFrame
    talks: pl.DataFrame
    flows: pl.DataFrame
    known: Belonging
    newest: int

    @classmethod
    def of(cls, flows: pl.DataFrame, known: Belonging, newest: int, interval: int) -> _Groups:
        """Of flows with their `noise`."""
        # A record's weight is a minute's worth of seconds: what is bytes a second elsewhere is records a minute here.
        weighed = flows.with_columns(pl.lit(MINUTE, dtype=pl.Int64).alias("bytes"))
        talks = _with_owners(grouped(weighed, (*KEY, "noise"), ways_of(flows), newest, interval), known)
        pack = Packing(talks, GROUP)
        frame = (
            talks.lazy()
            .select(*pack.packed(), "rejected", "rate", "first", "last")
            .group_by(pack.keys)
            .agg(
                pl.col("rejected").sum().alias("count"),
                pl.col("rate").sum(),
                pl.col("first").min(),
                pl.col("last").max(),
            )
            .collect(engine="streaming")
        )
        frame = frame.select(*pack.unpacked(), pl.all().exclude(pack.keys))
        return cls(frame, talks, _with_owners(flows, known), known, newest)

    def parties(self, frame: pl.DataFrame) -> dict[int, tuple[int, int, str | None, str | None]]:
        """By the place of groups: how many clients and servers they are of by address, and one of each."""
        toward = pl.col("server_is_dst")
        talks = self.talks if frame["noise"].any() else self.talks.filter(~pl.col("noise"))
        seen = talks.join(frame.select("place", *GROUP), on=GROUP, how="inner", nulls_equal=True).select(
            "place",
            pl.when(toward).then("srcaddr").otherwise("dstaddr").alias("client"),
            pl.when(toward).then("dstaddr").otherwise("srcaddr").alias("server"),
        )
        sides = pl.col("client", "server")
        found = seen.group_by("place").agg(sides.n_unique().name.suffix("s"), sides.min())
        found = found.with_columns(sides.cast(pl.String))
        return {
            place: tuple(rest)
            for place, *rest in found.select("place", "clients", "servers", "client", "server").rows()
        }

    @property
    def noise_sources(self) -> int:
        """How many addresses the noise comes from."""
        return self.talks.filter("noise")["srcaddr"].n_unique()


def _with_owners(frame: pl.DataFrame, known: Belonging) -> pl.DataFrame:
    """With client and server by their owners' numbers."""
    toward = pl.col("server_is_dst")
    source, target = known.owners(frame["srcaddr"]).alias("source"), known.owners(frame["dstaddr"]).alias("target")
    return frame.with_columns(source, target).with_columns(
        pl.when(toward).then("source").otherwise("target").alias("client_owner"),
        pl.when(toward).then("target").otherwise("source").alias("server_owner"),
    )


def _filled(table: RejectTable, groups: _Groups, gaps: Spans) -> RejectTable:
    """With its rows and sums."""
    own, noise = groups.frame.filter(~pl.col("noise")), groups.frame.filter("noise")
    shown = [_ordered(each, table, groups.known) for each in ((own, noise) if table.unfolded else (own,))]
    return replace(
        table,
        rows=tuple(_rows(pl.concat(shown), groups, gaps)),
        mine=_sum(own),
        noise=replace(_sum(noise), sources=groups.noise_sources, trend=_noise_trend(groups)),
    )


def _ordered(frame: pl.DataFrame, table: RejectTable, known: Belonging) -> pl.DataFrame:
    """The rows that are shown, in their order; equal ones keep theirs."""
    named = frame.with_columns(known.shades(frame[name]).alias(f"{name}_shade") for name in GROUP[:2])
    tie = pl.struct("client_owner_shade", "server_owner_shade", *GROUP[2:]).hash(seed=1) / 2.0**64
    # By one number: a quarter of a million rows by five columns take six times as long.
    number, least = _SCORES[table.order]
    score = (-number if table.is_upward else number) + tie * least
    ranked = named.with_columns(score.alias("score"))
    return ranked.top_k(MOST_ROWS, by="score").sort("score", descending=True)


def _sum(frame: pl.DataFrame) -> Sum:
    count, rate, last = frame.select(pl.col("count").sum(), pl.col("rate").sum(), pl.col("last").max()).row(0)
    return Sum(frame.height, int(count), float(rate), last=last)


def _rows(shown: pl.DataFrame, groups: _Groups, gaps: Spans) -> list[RejectRow]:
    """A row for each of these groups, in their order."""
    known, labels = groups.known, groups.known.labels
    frame = shown.with_row_index("place")
    trends, picks = _courses(frame, groups)
    parties = groups.parties(frame)
    rows = []
    for row in frame.iter_rows(named=True):
        clients, servers, one, other = parties[row["place"]]
        client, server = (labels[row[f"{side}_owner"]] for side in ("client", "server"))
        rows.append(
            RejectRow(
                key=(client, server, row["server_port"], row["protocol"], row["noise"]),
                section=Section.NOISE if row["noise"] else Section.MINE,
                client=Party(client, clients, one or "", known.is_anybody(row["client_owner"])),
                server=Party(server, servers, other or "", known.is_anybody(row["server_owner"])),
                port=row["server_port"],
                protocol=row["protocol"],
                count=row["count"],
                rate=row["rate"],
                trend=tuple(trends.get(row["place"], ())),
                first=row["first"],
                last=row["last"],
                serial=picks.get(row["place"], 0),
                is_partial=gaps.touch(row["first"], row["last"]),
            )
        )
    return rows


def _courses(frame: pl.DataFrame, groups: _Groups) -> tuple[dict[int, list[float]], dict[int, int]]:
    """By the groups' places: records a minute, and the record that stands for all."""
    flows = groups.flows if frame["noise"].any() else groups.flows.filter(~pl.col("noise"))
    flags = pl.col("tcp-flags")
    opens = ((flags & _SYN_ACK) == _SYN).fill_null(value=False)
    cut = flows.select(*GROUP, *_minutes(groups.newest), (pl.col("serial") + opens * _OPENS).alias("pick"))
    pack = Packing(cut, (*GROUP, "from", "to"))
    seen = (
        cut.lazy()
        .select(*pack.packed(), "pick")
        .group_by(pack.keys)
        .agg(pl.len().alias("records"), pl.col("pick").max())
        .collect(engine="streaming")
        .select(*pack.unpacked(), "records", "pick")
        .join(frame.select("place", *GROUP), on=GROUP, how="inner", nulls_equal=True)
    )
    picks = dict(seen.group_by("place").agg(pl.col("pick").max() % _OPENS).rows())
    trends: dict[int, list[float]] = {}
    for place, first, last, records in seen.select("place", "from", "to", "records").iter_rows():
        _spread(trends.setdefault(place, [0.0] * TREND), first, last, records)
    return trends, picks


def _noise_trend(groups: _Groups) -> tuple[float, ...]:
    noise = groups.flows.filter(pl.col("noise"))
    if noise.is_empty():
        return ()
    trend = [0.0] * TREND
    seen = noise.select(_minutes(groups.newest)).group_by("from", "to").len()
    for first, last, records in seen.iter_rows():
        _spread(trend, first, last, records)
    return tuple(trend)


def _minutes(newest: int) -> list[pl.Expr]:
    """The first and the last minute of a record's window: 1 to TREND within the trend, the newest last; 0 before it.

    A record without a start is of its end's minute.
    """
    begin = newest // MINUTE - TREND
    last = pl.col("end").cast(pl.Int64) // MINUTE - begin
    first = pl.min_horizontal(pl.col("start").cast(pl.Int64) // MINUTE - begin, last)
    return [
        each.clip(0, TREND).fill_null(0).cast(pl.UInt8).alias(name) for each, name in ((first, "from"), (last, "to"))
    ]


def _spread(trend: list[float], first: int, last: int, records: int) -> None:
    """Add records to the minutes that their windows touch, a like share to each."""
    share = records / (last - first + 1)
    for minute in range(max(first, 1), last + 1):
        trend[minute - 1] += share
