"""Which port serves: well-known ports by name, and the side of a flow that they, or the TCP flags, point to."""

from __future__ import annotations

import polars as pl

from tui.flows.portname import PORT_NAMES

_KNOWN = pl.Series(sorted(PORT_NAMES), dtype=pl.UInt16)

SYN, SYN_ACK = 2, 18


def server_is_dst() -> pl.Expr:
    """Whether the destination is the serving side, over columns srcport, dstport and tcp-flags. Never null.

    The flags tell it when they show an opening: a SYN alone comes from the client, a SYN-ACK from the server. Else a
    well-known port (named above, or under 1024) serves; else the lower one. Between equals the destination serves.
    Flags are OR-ed over the capture window (https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html).
    """
    flags = pl.col("tcp-flags")
    source, destination = pl.col("srcport"), pl.col("dstport")
    source_known, destination_known = (_is_known(source), _is_known(destination))
    by_port = pl.when(source_known != destination_known).then(destination_known).otherwise(destination <= source)
    return (
        pl.when((flags & SYN_ACK) == SYN_ACK)
        .then(pl.lit(value=False))
        .when((flags & SYN_ACK) == SYN)
        .then(pl.lit(value=True))
        .otherwise(by_port)
        .fill_null(value=True)
    )


def _is_known(port: pl.Expr) -> pl.Expr:
    return (port < 1024) | port.is_in(_KNOWN.implode())
