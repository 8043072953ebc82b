"""How a command ends when it cannot go on: one sentence on stderr, and an exit code that scripts can trust."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress

import click

from tui.flows.clean import clean
from tui.flows.source import SourceError

DONE = 0
FINDING = 1
WRONG_USE = 2
FAILED = 3
INTERRUPTED = 130


class Refused(click.ClickException):
    """A command cannot be carried out; the message is one sentence."""

    def __init__(self, message: str, exit_code: int = WRONG_USE) -> None:
        super().__init__(message)
        vars(self)["exit_code"] = exit_code  # click declares it a class variable, and reads it from the instance


def say(sentence: str) -> None:
    """One line of talk on stderr; nobody listening is no error."""
    if sys.stderr is None:  # closed before we began; print would take stdout instead
        return
    with suppress(OSError, ValueError):
        print(f"vpctop: {clean(sentence, 2000)}", file=sys.stderr, flush=True)


def tell(lines: Iterable[str]) -> None:
    """Lines for programs on stderr, as they are; nobody listening is no error."""
    if sys.stderr is None:
        return
    with suppress(OSError, ValueError):
        sys.stderr.writelines(f"{line}\n" for line in lines)
        sys.stderr.flush()


def sentence(error: SourceError) -> str:
    """A source's error and what to do about it, in one line."""
    return f"{error.reason}; {error.hint}" if error.hint else error.reason
