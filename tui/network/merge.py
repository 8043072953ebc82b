"""One inventory after another: interfaces that vanished keep their last known identity, changes of rules add up."""

from __future__ import annotations

from dataclasses import replace

from tui.network.change import KEPT, changes_between
from tui.network.inventory import Inventory
from tui.network.place import Instance, Interface

MOST_GONE = 20_000  # interfaces that are remembered after they went; Fargate and Lambda make and drop them all day


def merged(before: Inventory, now: Inventory) -> Inventory:
    """What is known after `now` was read, of which `before` was known: the inventory to go on with.

    An interface that is in `before` but not in `now` is kept, marked gone since `now.at`, together with its instance.
    One that is there again is gone no more. Parts that `now` has not read are those of `before`.
    """
    kept = {part: getattr(before, part) for part in before.read_at if not now.has(part)}
    read_at = {**before.read_at, **now.read_at}
    together = replace(now, read_at=read_at, **kept)
    if now.has("interfaces"):
        interfaces = _with_gone(before.interfaces, together.interfaces, now.at)
        together = replace(together, interfaces=interfaces)
    together = replace(together, instances=_with_their_instances(before.instances, together))
    found = changes_between(before, together)
    return replace(together, changes=(*before.changes, *found)[-KEPT:])


def _with_gone(before: tuple[Interface, ...], now: tuple[Interface, ...], at: float) -> tuple[Interface, ...]:
    there = {each.id for each in now if each.gone is None}
    gone = {each.id: each if each.gone is not None else replace(each, gone=at) for each in before}
    gone |= {each.id: each for each in now if each.gone is not None}
    left = sorted((each for each in gone.values() if each.id not in there), key=lambda each: each.gone or 0.0)
    return (*(each for each in now if each.gone is None), *left[-MOST_GONE:])


def _with_their_instances(before: tuple[Instance, ...], now: Inventory) -> tuple[Instance, ...]:
    """The instances, and those that only interfaces which are gone belong to."""
    there = {each.id for each in now.instances}
    needed = {each.instance for each in now.interfaces} - there
    return (*now.instances, *(each for each in before if each.id in needed))
