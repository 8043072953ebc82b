"""What addresses are called in views: by the inventory, by AWS's own networks, or by where they are."""

from __future__ import annotations

from ipaddress import ip_network

import polars as pl

from tui.cache.view import Names
from tui.flows.filter.dictionary import codes
from tui.flows.filter.model import Within
from tui.flows.filter.surroundings import PRIVATE

INTERNET, UNKNOWN = "internet", "private, unknown"
AWS = "aws"  # the owner that names.networks_frame tells for the networks of AWS's services


def called(addresses: pl.Series, names: Names) -> pl.DataFrame:
    """For each different address: `address`, in the type it has, its `label` and its AWS `service`, if it is of one."""
    unique = addresses.unique().drop_nulls()
    dtype = unique.dtype
    assert isinstance(dtype, pl.Categorical)
    known = names.names_frame().select(pl.col("address").cast(dtype), "label")
    frame = pl.DataFrame({"address": unique}).join(known, on="address", how="left")
    label, service = pl.col("label"), pl.lit(None, dtype=pl.String)
    for network, called_so, owner in reversed(names.networks_frame().select("network", "label", "owner").rows()):
        inside = _within(unique, dtype, (network,))
        label = pl.coalesce(pl.col("label"), pl.when(inside).then(pl.lit(called_so)).otherwise(label))
        if owner == AWS:
            service = pl.when(inside).then(pl.lit(str(called_so).upper())).otherwise(service)
    private = _within(unique, dtype, tuple(str(each) for each in (*PRIVATE, *names.inside)))
    elsewhere = pl.when(private).then(pl.lit(UNKNOWN)).otherwise(pl.lit(INTERNET))
    return frame.select("address", pl.coalesce(label, elsewhere).alias("label"), service.alias("service"))


def _within(unique: pl.Series, dtype: pl.Categorical, networks: tuple[str, ...]) -> pl.Expr:
    found = pl.concat([codes(unique, dtype, Within(ip_network(network))) for network in networks])
    return pl.col("address").to_physical().is_in(found.implode())
