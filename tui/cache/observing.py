"""What the watch is told, made of batches and inventories: rooms that do not know each other meet here.

Its owner is the thread that owns the watch. Which deliveries of the same records count is decided as the cache does.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from tui.alerts.observation import Aspect, Changed, Known, Observation, Place
from tui.cache.counting import Counting
from tui.cache.digest import AGAIN, Digest
from tui.cache.policy_meaning import Meanings
from tui.flows.source import LOG_GROUP, Batch, Records
from tui.network.change import Change
from tui.network.inventory import Inventory
from tui.network.rules import Endpoint, PrefixList, short_service

# Services that a gateway endpoint can carry: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
GATEWAY_SERVICES = ("s3", "dynamodb")
# States of an endpoint that carries nothing: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html
_DEAD = {"rejected", "failed", "expired", "deleting", "deleted"}
_REMEMBERED = 3600.0  # seconds that an interface's delivery is remembered


class Observer:
    """Makes observations. Not thread-safe: one owner."""

    def __init__(self) -> None:
        self._counting = Counting()
        self._meanings = Meanings()
        self._at = 0.0
        self._catching_up = False

    def see(self, batch: Batch) -> Observation:
        """What a batch tells."""
        self._at = max(self._at, batch.at)
        if batch.status is not None:
            self._catching_up = batch.status.wanted > 0 and batch.status.read < batch.status.wanted
        records = tuple(self._counted(each) for each in batch.records if each.frame.height)
        self._counting.forget_before(self._at - _REMEMBERED)
        return Observation(
            self._at,
            records,
            flow_logs=None if batch.about is None else batch.about.states,
            answered=batch.is_answer,
            catching_up=self._catching_up,
        )

    def learn(self, inventory: Inventory) -> Observation:
        """What an inventory tells."""
        self._meanings.learn(inventory.changes)
        return Observation(self._at, known=known_of(inventory, self._meanings), catching_up=self._catching_up)

    def _counted(self, records: Records) -> Records:
        """The records, those marked `again` that another flow log delivers too."""
        frame = records.frame
        again = (
            records.again
            if records.again is not None
            else pl.Series([None], dtype=pl.Boolean).new_from_index(0, frame.height)
        )
        stamped = frame.with_columns(again.alias(AGAIN), pl.lit(0, dtype=pl.Int64).alias("minute"))
        spare = self._counting.spare(records.layout, Digest(stamped, self._at).deliveries())
        if not spare:
            return records
        keys = [name for name in ("interface-id", LOG_GROUP, "action", "log-status", AGAIN) if name in stamped.columns]
        places = {"interface-id": 0, LOG_GROUP: 1, "action": 2, "log-status": 3, AGAIN: 4}
        schema = {name: stamped.schema[name] for name in keys}
        left_out = pl.DataFrame([[each[places[name]] for name in keys] for each in spare], schema, orient="row")
        marked = stamped.select(keys).join(
            left_out.unique().with_columns(pl.lit(value=True).alias("spare")), on=keys, how="left", nulls_equal=True
        )
        return replace(records, again=marked["spare"].fill_null(value=False))


def known_of(inventory: Inventory, meanings: Meanings | None = None) -> Known:
    """What alerts need of an inventory; `meanings` tells what changes of policies mean."""
    index = inventory.index
    services = tuple(
        (network, each.service)
        for each in inventory.prefix_lists
        if each.service in GATEWAY_SERVICES
        for network in each.networks
    )
    gateways = {
        (each.vpc, short_service(each.service)): each.id
        for each in inventory.endpoints
        if each.kind == "Gateway" and each.state.lower() not in _DEAD
    }
    return Known(
        names=inventory,
        directory=inventory,
        inside=inventory.inside,
        places={each.id: Place(index.owners[each.id].label, each.vpc) for each in inventory.interfaces},
        vpcs={each.id: each.name or each.id for each in inventory.vpcs},
        services=services,
        gateways=gateways,
        changes=tuple(made for each in inventory.changes if (made := _changed(each, meanings)) is not None),
    )


def _changed(change: Change, meanings: Meanings | None) -> Changed | None:
    """A change as alerts tell it; None for what is no change by the reader, or is told by another.

    Amazon's own prefix lists change by themselves. Where an endpoint's routes are is told by its route tables' changes.
    """
    there = change.after or change.before
    if there is None or (isinstance(there, PrefixList) and there.is_aws):
        return None
    aspect, grave = Aspect.RULES, False
    if isinstance(there, Endpoint):
        aspect = Aspect.ENDPOINT
        before, after = change.before, change.after
        if isinstance(before, Endpoint) and isinstance(after, Endpoint):
            if replace(before, route_tables=after.route_tables) == after:
                return None
            grave = after.state.lower() in _DEAD and before.state != after.state
        else:
            grave = after is None
    what = change.what if meanings is None else meanings.of(change)
    return Changed(change.at, change.since, aspect, change.id, there.name, what, grave)
