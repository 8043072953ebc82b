"""What addresses, interfaces, ports, flags and paths are called: words where the inventory or a table has them, else ids."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from tui.cache.view import Names
from tui.flows.clean import clean

LONGEST = 64  # characters of a name on a line
MOST_TOLD = 10_000  # unknown names remembered to have been asked for
# https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html, tcp-flags; SYN-ACK stands for both its bits.
SYN, ACK = 2, 16
OTHER_FLAGS = ((8, "PSH"), (32, "URG"), (1, "FIN"), (4, "RST"))


class NameStyle(Enum):
    """How a reader wants to see who it is."""

    NAMES = "names"
    IDS = "ids"
    BOTH = "names and ids"

    @property
    def next(self) -> NameStyle:
        """The one after this, round and round."""
        styles = list(NameStyle)
        return styles[(styles.index(self) + 1) % len(styles)]


class Called(Protocol):
    """What somebody is called; an empty `label` when nobody knows."""

    @property
    def label(self) -> str:
        """What to show."""

    @property
    def interface(self) -> str:
        """The ENI's id, "" when it is none."""


class Owned(Protocol):
    """Whose an interface is."""

    @property
    def label(self) -> str:
        """What to show."""


class Known(Names, Protocol):
    """The inventory, as the screen asks it; tui.network.inventory keeps this promise."""

    def named(self, address: str, interface: str = "") -> Called:
        """What an address is called; `interface` is the ENI that saw it."""

    def owner(self, interface: str) -> Owned | None:
        """Whose the interface of this id is."""


class Words:
    """Names from an inventory, remembered for the rows in sight and no longer."""

    def __init__(self, known: Known | None = None, style: NameStyle = NameStyle.NAMES) -> None:
        self.known = known
        self.style = style
        self._now: dict[tuple[str, str], tuple[str, str]] = {}
        self._before: dict[tuple[str, str], tuple[str, str]] = {}
        self._unknown: set[str] = set()
        self._told: set[str] = set()

    def take_unknown(self) -> tuple[str, ...]:
        """The addresses and interfaces met since the last time that have no name, each once for every inventory."""
        new = tuple(self._unknown - self._told)
        self._unknown.clear()
        if len(self._told) > MOST_TOLD:
            self._told.clear()
        self._told.update(new)
        return new

    def turn(self) -> None:
        """Other rows are drawn: what was not asked for since the last turn is forgotten."""
        self._before, self._now = self._now, {}

    def learn(self, known: Known) -> None:
        """A newer inventory."""
        self.known = known
        self._before, self._now = {}, {}
        self._told.clear()

    def address(self, address: str, interface: str = "") -> str:
        """An address as the reader wants to see it; a name that a whole network goes by stands beside it."""
        name, holder = self._of(address, interface)
        text = clean(address, LONGEST)
        if name and not holder and self.style is NameStyle.NAMES:
            return f"{name} {text}"
        return self._styled(name, text)

    def name(self, address: str, interface: str = "") -> str:
        """An address by its name, whatever the style; the address where there is none."""
        return self._of(address, interface)[0] or clean(address, LONGEST)

    def interface(self, interface: str) -> str:
        """An ENI as the reader wants to see it."""
        return self._styled(self._of("", interface)[0], clean(interface, LONGEST))

    def is_at(self, address: object, interface: object) -> bool:
        """Whether an address is known to be this interface's."""
        if self.known is None or not isinstance(address, str) or not isinstance(interface, str):
            return False
        return self._of(address, interface)[1] == interface

    def _styled(self, name: str, id_: str) -> str:
        if not name or name == id_ or self.style is NameStyle.IDS:
            return id_
        return name if self.style is NameStyle.NAMES else f"{name} {id_}"

    def _of(self, address: str, interface: str) -> tuple[str, str]:
        """Label and interface of an address, or of an interface itself."""
        if self.known is None:
            return "", ""
        asked = (address, interface)
        found = self._now.get(asked) or self._before.get(asked)
        if found is None:
            if address:
                called = self.known.named(address, interface)
                found = clean(called.label, LONGEST), called.interface
            else:
                owner = self.known.owner(interface)
                found = (clean(owner.label, LONGEST) if owner else "", interface)
            if not found[0]:
                self._unknown.add(address or interface)
        self._now[asked] = found
        return found

    def port(self, port: int) -> str:
        """A port with its well-known name."""
        from tui.flows.portname import PORT_NAMES

        name = PORT_NAMES.get(port, "")
        return f"{port:>5} {name}" if name and self.style is not NameStyle.IDS else f"{port:>5}"

    def flags(self, bits: int) -> str:
        """TCP flags seen in a capture window: SYN-ACK FIN."""
        if self.style is NameStyle.IDS:
            return str(bits)
        opening = ["SYN-ACK"] if bits & SYN and bits & ACK else ["SYN"] if bits & SYN else ["ACK"] if bits & ACK else []
        return " ".join([*opening, *(word for bit, word in OTHER_FLAGS if bits & bit)]) or "none"

    def path(self, code: int) -> str:
        """How traffic left."""
        from tui.flows.filter.vocabulary import PATH_WORDS

        word = PATH_WORDS.get(code)
        if word is None or self.style is NameStyle.IDS:
            return str(code)
        return word if self.style is NameStyle.NAMES else f"{code} {word}"
