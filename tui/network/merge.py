"""One inventory after another: interfaces that vanished keep their last known identity, changes of rules add up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from tui.network.change import KEPT, changes_between
from tui.network.inventory import Inventory
from tui.network.place import Instance, Interface

MOST_GONE = 20_000  # interfaces that are remembered after they went; Fargate and Lambda make and drop them all day


def merged(before: Inventory, now: Inventory) -> Inventory:
    """What is known when the parts of `now` were read and the rest is as `before`.

    An interface that is in `before` but not in `now` is kept, marked gone since `now.at`, together with its instance.
    One that is there again is gone no more. Changes of rules are added to those of before.
    """
    parts = {part: getattr(now, part) for part in now.read_at}
    together = replace(before, at=now.at, read_at=MappingProxyType({**before.read_at, **now.read_at}), **parts)
    if now.has("interfaces"):
        together = replace(together, interfaces=_with_gone(before.interfaces, now.interfaces, now.at))
    if now.has("instances"):
        together = replace(together, instances=_with_their_instances(before.instances, together))
    found = changes_between(before, together)
    return replace(together, changes=(*before.changes, *found)[-KEPT:]) if found else together


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


def with_found(
    before: Inventory, interfaces: Iterable[Interface], instances: Iterable[Instance], at: float
) -> Inventory:
    """What is known with some interfaces and instances that were looked for: nothing is gone for not being among them."""
    found = {each.id: each for each in interfaces}
    booted = {each.id: each for each in instances}
    if not found and not booted:
        return before
    there = tuple(each for each in before.interfaces if each.id not in found)
    machines = tuple(each for each in before.instances if each.id not in booted)
    return replace(before, at=at, interfaces=(*there, *found.values()), instances=(*machines, *booted.values()))
