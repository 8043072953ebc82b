"""What stdout is: a terminal that shows colours, or something that keeps bytes."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.cli.ending import Refused, say
from tui.cli.output import Writer, writer_for

if TYPE_CHECKING:
    from tui.flows.logformat import Layout


def writer_of(output: str, layouts: Sequence[Layout], *, plain: bool) -> Writer:
    """The writer of `--output`, coloured where stdout is."""
    return writer_for(output, layouts, plain=plain, colour=is_coloured(), say=say)


def is_coloured() -> bool:
    """Whether stdout is a terminal that shows colours, and NO_COLOR (https://no-color.org) is not set."""
    return _is_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def columns(most: int) -> int:
    """How wide lines may be: as the terminal, or `most` if that is less or stdout is none."""
    return min(most, shutil.get_terminal_size((most, 24)).columns) if _is_terminal() else most


def need_terminal() -> None:
    """Make sure that there is a terminal to draw on.

    Raises:
        Refused: there is none, or it can only print.
    """
    if os.environ.get("TERM") == "dumb":
        raise Refused("this terminal (TERM=dumb) cannot show the monitor; `vpctop tail` writes plain lines")
    if not _is_terminal() or sys.stdin is None or not sys.stdin.isatty():
        raise Refused("the monitor needs a terminal on stdin and stdout; `vpctop tail` writes to pipes and files")


def draw_on_terminal() -> None:
    """Let Textual, which draws on stderr, draw on stdout where the reader sends stderr to a file."""
    if sys.__stderr__ is None or not sys.__stderr__.isatty():
        sys.__stderr__ = sys.__stdout__  # type: ignore[misc]  # declared final, and where Textual looks


def _is_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()
