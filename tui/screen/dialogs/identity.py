"""What `i` shows: whose eyes these are, and what they look at."""

from __future__ import annotations

from tui.flows.clean import clean
from tui.flows.source import About
from tui.screen.options import Options
from tui.screen.widgets.drawn import BLANK_LINE, Line


def identity_lines(about: About | None, options: Options) -> list[Line]:
    """The page."""
    if about is None:
        return [(("Not connected yet.", "muted"),)]
    lines = [
        _pair("profile", about.profile),
        _pair("identity", about.identity),
        _pair("account", about.account),
        _pair("region", about.region),
        _pair("scope", about.scope),
        *_list("log groups", about.log_groups),
        *_list("flow logs", about.flow_logs),
        _pair("interval", f"{about.interval} s is the longest aggregation interval"),
        BLANK_LINE,
        _pair("changes", "allowed" if options.allow_changes else "none: vpctop only reads"),
        _pair("log file", options.log_path),
    ]
    return [*lines, _pair("note", about.note)] if about.note else lines


def _pair(name: str, value: str) -> Line:
    return ((f"{name:<12}", "muted"), (clean(value, 500) or "-", "" if value else "muted"))


def _list(name: str, values: tuple[str, ...]) -> list[Line]:
    return [_pair(name if not at else "", value) for at, value in enumerate(values)] or [_pair(name, "")]
