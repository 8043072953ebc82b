"""The inventory as polars frames, for views to join flow records with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tui.network.index import AWS, LIST

if TYPE_CHECKING:
    from tui.network.inventory import Inventory

NAMES = {
    "address": pl.String,
    "label": pl.String,
    "owner": pl.String,
    "name": pl.String,
    "interface": pl.String,
    "instance": pl.String,
    "subnet": pl.String,
    "az": pl.String,
    "vpc": pl.String,
    "gone": pl.Boolean,
}
NETWORKS = {
    "network": pl.String,
    "version": pl.UInt8,
    "low": pl.Int64,
    "high": pl.Int64,
    "label": pl.String,
    "owner": pl.String,
    "prefix_list": pl.String,
}


def names_frame(inventory: Inventory, vpc: str = "") -> pl.DataFrame:
    """The addresses of interfaces, each once, with the columns of NAMES: all text, but `gone`.

    `label` is what to show and `owner` the kind (ec2, alb …), `name` the owner's name or id; `subnet` is the subnet's Name
    tag or its id, `az` the zone's name. An address that several VPCs have is that of `vpc` or of a peer of it, and is left
    out where that does not tell which is meant.
    """
    index = inventory.index
    rows = []
    for address in index.at:
        interface = index.holder(address, vpc)
        if interface is None:
            continue
        owner, subnet = index.owners[interface.id], index.subnets.get(interface.subnet)
        rows.append((
            address, owner.label, owner.kind, owner.name, interface.id, interface.instance,
            (subnet.name if subnet else "") or interface.subnet, interface.az or (subnet.az if subnet else ""),
            interface.vpc, interface.gone is not None,
        ))  # fmt: skip
    return pl.DataFrame(rows, schema=NAMES, orient="row")


def networks_frame(inventory: Inventory) -> pl.DataFrame:
    """The networks of AWS services and prefix lists, longest first, with the columns of NETWORKS.

    `low` and `high` are the first and the last address as a number, of IPv4 only; `owner` is aws or list.
    """
    rows = [
        (
            str(network), network.version,
            int(network.network_address) if network.version == 4 else None,
            int(network.broadcast_address) if network.version == 4 else None,
            each.service or each.name or each.id, AWS if each.service else LIST, each.id,
        )
        for network, each in sorted(inventory.index.lists, key=lambda pair: -pair[0].prefixlen)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=NETWORKS, orient="row")
