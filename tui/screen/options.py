"""What the command line decides before anything is drawn, and what it hands over once connected."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tui.screen.notice import Notice

if TYPE_CHECKING:
    from tui.cache.rolling import RollingCache  # brings polars, 0.2 s: the first paint comes before it
    from tui.flows.source import Source
    from tui.network.order import Changes
    from tui.screen.inventory import InventorySource
    from tui.screen.watching import Watching


@dataclass(frozen=True, slots=True)
class Options:
    """How the screen looks and behaves.

    `theme` is a theme's name, empty for the one that suits the terminal. `theme_folder` holds the reader's own themes.
    `clock` tells Unix seconds; the demo's runs faster. `refresh` is the most repaints a second. `title` are words
    after the program's name, such as "demo".

    `filter` is applied at the start; `filters` are the reader's own, by name. What the reader chose and the filters of
    earlier sessions are kept in `state_folder`, filters saved by name in `config_folder`; None: in memory only.

    `nat_price` is what a NAT gateway takes for a GB it processes, in US dollars.

    `alerts` makes what watches for alerts, in its own thread; None: nothing does. `notice` is how it calls.
    """

    theme: str = ""
    theme_folder: Path | None = None
    clock: Callable[[], float] = time.time
    ascii: bool = False
    mouse: bool = True
    refresh: float = 4.0
    utc: bool = False
    log_path: str = ""
    title: str = ""
    allow_changes: bool = False
    filter: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    state_folder: Path | None = None
    config_folder: Path | None = None
    nat_price: float = 0.045
    alerts: Callable[[], Watching] | None = None
    notice: Notice = field(default_factory=Notice)

    @property
    def heading(self) -> str:
        """What stands beside the program's name: `rw` so that nobody forgets that this one may change things."""
        return " ".join(word for word in (self.title, "rw" if self.allow_changes else "") if word)


@dataclass(frozen=True, slots=True)
class Connected:
    """A source that answers, the empty cache it will fill, and who knows what addresses are called.

    `changes` carries out what the reader orders; None unless he started vpctop with --allow-changes.
    """

    source: Source
    cache: RollingCache
    inventory: InventorySource | None = None
    changes: Changes | None = None
