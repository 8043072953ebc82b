"""Records into the rows of a tally: by subject, by minute, and by what is counted distinct."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address

import polars as pl

from tui.alerts.observation import Known
from tui.alerts.rule import AlertRule, By, Measure
from tui.flows.filter.model import Network

_THINGS = {
    Measure.PORTS: ("port",),
    Measure.ADDRESSES: ("server",),
    Measure.SOURCES: ("client",),
    Measure.CONNECTIONS: ("client", "asked_from"),
}


CONVERSATION = "conversation"  # a column of numbers that takes the place of what is counted distinct
_TOLD = {By.SERVICE: ("code", "server"), By.VPC: ("vpc", "eni")}


def columns_of(rule: AlertRule) -> list[str]:
    """The columns of a sheet that a rule reads."""
    amount = [str(rule.measure)] if rule.measure in (Measure.BYTES, Measure.PACKETS) else []
    by = [name for each in rule.by for name in _TOLD.get(each, (str(each),))]
    return list(dict.fromkeys((*by, "slot", *_THINGS.get(rule.measure, ()), *amount, "first", "last")))


def rows_of(kept: pl.LazyFrame, rule: AlertRule, known: Known) -> pl.LazyFrame:
    """What of a sheet comes to a rule's tally: key, slot, thing, n, m, first, last, and the texts of the subject.

    Records that do not tell what the rule divides by are left out.
    """
    by = [str(each) for each in rule.by]
    if By.SERVICE in rule.by:
        kept = _with_service(kept.collect(engine="in-memory"), known).lazy()
    if By.VPC in rule.by:
        kept = _with_vpc(kept.collect(engine="in-memory"), known).lazy()
    schema = kept.collect_schema()
    told = CONVERSATION in schema
    things = [CONVERSATION] if told else [name for name in _THINGS.get(rule.measure, ()) if name not in by]
    if told:  # nearly every record is a conversation of its own: to group them would be for nothing
        one = pl.lit(1, dtype=pl.Int64)
        groups = kept.with_columns(one.alias("n"), one.alias("m"))
    else:
        groups = kept.group_by(*by, "slot", *things).agg(
            _amount(rule), pl.len().cast(pl.Int64).alias("m"), pl.col("first").min(), pl.col("last").max()
        )
    texts = [pl.col(name).cast(pl.String) if _is_text(schema, name) else pl.col(name) for name in by]
    thing = pl.col(CONVERSATION) if told else keyed(schema, things)
    key = keyed(schema, by).alias("key")
    return groups.drop_nulls(by).select(*texts, key, "slot", thing.alias("thing"), "n", "m", "first", "last")


def keyed(schema: pl.Schema, names: Sequence[str]) -> pl.Expr:
    """A number for each row, equal for equal values whichever dictionary their texts are in; 0 without names.

    Of 64 bits: among a million subjects two are taken for one with a chance of 1 in 37 million.
    """
    key = pl.lit(0, dtype=pl.UInt64)
    for at, name in enumerate(names):
        value = pl.col(name).cast(pl.String if _is_text(schema, name) else pl.UInt64)
        key = value.hash(at) if at == 0 else key * _ODD + value.hash(at)
    return key


_ODD = pl.lit(0x9E3779B97F4A7C15, dtype=pl.UInt64)


def _is_text(schema: pl.Schema, name: str) -> bool:
    return schema[name] == pl.String or isinstance(schema[name], pl.Categorical)


def _amount(rule: AlertRule) -> pl.Expr:
    if rule.measure in (Measure.BYTES, Measure.PACKETS):
        return pl.col(str(rule.measure)).sum().alias("n")
    return (pl.col("kept").sum() if rule.is_share else pl.len()).cast(pl.Int64).alias("n")


def _with_service(kept: pl.DataFrame, known: Known) -> pl.DataFrame:
    """With the AWS service that serves: by the record's own code, or by the networks that the inventory tells."""
    told = kept.select(pl.col("code").cast(pl.String), pl.col("server").cast(pl.String))
    pairs = told.unique()
    names = [
        (code or "").lower() or _service(server or "", known.services) or None for code, server in pairs.iter_rows()
    ]
    found = told.join(
        pairs.with_columns(pl.Series("service", names, dtype=pl.String)),
        on=["code", "server"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    return kept.with_columns(found["service"])


def _service(address: str, services: tuple[tuple[Network, str], ...]) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    return next((service for network, service in services if parsed in network), "")


def _with_vpc(kept: pl.DataFrame, known: Known) -> pl.DataFrame:
    """With the VPC of the interface, where the layout does not tell it."""
    if not kept["vpc"].null_count():
        return kept
    enis = kept["eni"].cast(pl.String)
    vpcs = {eni: known.places[eni].vpc for eni in enis.unique().drop_nulls() if eni in known.places}
    found = enis.replace_strict(vpcs, default=None, return_dtype=pl.String)
    return kept.with_columns(pl.coalesce(pl.col("vpc").cast(pl.String), found).alias("vpc"))
