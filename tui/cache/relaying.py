"""Traffic by the packet's own ends: a NAT gateway's legs of the same packets are not other traffic.

A NAT gateway's interface tells of each packet up to twice: between the client and the gateway, where the packet's
server is not the record's, and between the gateway and the server.
https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-records-examples.html#flow-log-example-nat
"""

from __future__ import annotations

import polars as pl

ENDS = ("srcaddr", "dstaddr")


def by_packet(core: pl.DataFrame) -> pl.DataFrame:
    """With the packet's own addresses as source and destination, where they are told."""
    return core.with_columns(pl.coalesce(f"pkt-{name}", name).alias(name) for name in ENDS).drop(
        *(f"pkt-{name}" for name in ENDS)
    )


def without_second_legs(flows: pl.DataFrame) -> pl.DataFrame:
    """Without what a gateway does in its own name for the clients that its records tell of too.

    Where only those records are there, they stay: they are all that tells of the packets.

    Args:
        flows: with `server_is_dst` and the addresses of the record and of the packet.
    """
    toward = pl.col("server_is_dst")
    record, packet = (
        pl.when(toward).then(f"{kind}dstaddr").otherwise(f"{kind}srcaddr").alias(name)
        for kind, name in (("", "server"), ("pkt-", "packet_server"))
    )
    sides = flows.select("interface-id", record, packet)
    gateways = (
        sides.filter(pl.col("packet_server").is_not_null() & (pl.col("packet_server") != pl.col("server")))
        .select("interface-id", pl.col("server").alias("client"))
        .unique()
    )
    if gateways.is_empty():
        return flows
    client = pl.when(toward).then("srcaddr").otherwise("dstaddr").alias("client")
    return flows.with_columns(client).join(gateways, on=["interface-id", "client"], how="anti").drop("client")
