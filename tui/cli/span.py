"""The span of time a command line asks for."""

from __future__ import annotations

import click

from tui.cli.quantity import QuantityError, parse_moment


def read_span(since: str | None, until: str | None, now: float) -> tuple[float | None, float | None]:
    """`--since` and `--until` in Unix seconds; a clock time for `--until` is the first one after `--since`.

    Raises:
        click.UsageError: one is no time, or they are in the wrong order.
    """
    began = read_moment("--since", since, now)
    ended = read_moment("--until", until, now, after=began)
    if began is not None and ended is not None and ended <= began:
        raise click.UsageError("--until is not after --since")
    return began, ended


def read_moment(option: str, text: str | None, now: float, after: float | None = None) -> float | None:
    """A time given on the command line, in Unix seconds.

    Raises:
        click.BadParameter: it is none.
    """
    if text is None:
        return None
    try:
        return parse_moment(text, now=now, after=after)
    except QuantityError as error:
        raise click.BadParameter(str(error), param_hint=option) from None
