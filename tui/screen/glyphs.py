"""The marks the screen is drawn with, and what stands for them where there is only ASCII."""

from __future__ import annotations

from typing import NamedTuple

from tui.cache.state import State


class Glyphs(NamedTuple):
    """One set of marks. `bars` rise from an eighth to full; `states` has a mark for each state word.

    `least` stands before a total that is at least so much, `about` before a share that is made of such totals. `note`
    marks a moment on the time axis, `edges` the ends of a span there.
    """

    accept: str
    reject: str
    skipped: str
    least: str
    about: str
    arrow: str
    back: str
    ellipsis: str
    pause: str
    cursor: str
    up: str
    down: str
    dash: str
    dot: str
    line: str
    tick: str
    note: str
    edges: str
    corners: str
    bars: str
    states: dict[State, str]


UNICODE = Glyphs(
    accept="✓",
    reject="✗",
    skipped="~",
    least="≥",
    about="≈",
    arrow="→",
    back="←",
    ellipsis="…",
    pause="‖",
    cursor="▸",
    up="▲",
    down="▼",
    dash="\N{EN DASH}",
    dot="·",
    line="─",
    tick="┴",
    note="◆",
    edges="├┤",
    corners="╭╮",
    bars="▁▂▃▄▅▆▇█",
    states={
        State.CONNECTING: "◌",
        State.LIVE: "●",
        State.LAGGING: "◐",
        State.STALLED: "■",
        State.ENDED: "○",
    },
)
ASCII = Glyphs(
    accept="+",
    reject="x",
    skipped="~",
    least=">=",
    about="~",
    arrow=">",
    back="<",
    ellipsis="..",
    pause="=",
    cursor=">",
    up="^",
    down="v",
    dash="-",
    dot="-",
    line="-",
    tick="+",
    note="*",
    edges="[]",
    corners="++",
    bars=".:-=+*#@",
    states={
        State.CONNECTING: ".",
        State.LIVE: "*",
        State.LAGGING: "%",
        State.STALLED: "!",
        State.ENDED: "o",
    },
)
