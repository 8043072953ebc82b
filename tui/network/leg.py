"""Values of a way through the network: the legs of it, and what becomes of a packet on each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tui.network.inventory import Inventory
from tui.network.place import Interface


def aws(inventory: Inventory, verb: str) -> str:
    """The beginning of a command to copy: `aws ec2 create-route --region eu-west-1`."""
    return f"aws ec2 {verb} --region {inventory.region}" if inventory.region else f"aws ec2 {verb}"


class Fate(StrEnum):
    """What becomes of a packet."""

    PASS = "pass"  # noqa: S105 - it opens nothing
    REFUSED = "refused"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of the way. `kind` is how it goes on: subnet (the same), local, pcx, nat, igw … as in tui.network.choice.

    `by` is what decided, in words, and `rule` its id. `via` is an interface that the packet passes; `source` is the
    address it carries from here on. `sentence` says where it goes, `doubts` what is not known of that; `note` is worth
    knowing. `fix` is an aws command, `fix_note` what it does or why there is none.
    """

    kind: str
    fate: Fate
    by: str
    rule: str
    sentence: str
    source: str = ""
    via: Interface | None = None
    doubts: tuple[str, ...] = ()
    note: str = ""
    fix: str = ""
    fix_note: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """A way: its legs in order, and the addresses a packet carries when it arrives."""

    legs: tuple[Leg, ...]
    source: str
    target: str

    @property
    def fate(self) -> Fate:
        """That of the whole way: refused where any leg is, else unknown where one is."""
        fates = {leg.fate for leg in self.legs}
        return next((each for each in (Fate.REFUSED, Fate.UNKNOWN) if each in fates), Fate.PASS)

    @property
    def last(self) -> str:
        """The kind of the last leg: how the packet arrives."""
        return self.legs[-1].kind if self.legs else ""
