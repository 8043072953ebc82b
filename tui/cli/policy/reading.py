"""Policies for the commands: from files or stdin, refused with the first thing that is wrong and its place."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cli.ending import Refused
from tui.flows.clean import clean

if TYPE_CHECKING:
    from tui.policies.finding import Finding
    from tui.policies.grammar import Form, Reading
    from tui.policies.model import Policy

MOST_BYTES = 16 << 20  # a policy has some twenty thousand characters at most


def read_file(path: str) -> bytes:
    """The bytes of a file; `-` is stdin. Raises Refused if they cannot be had, or are too many."""
    try:
        if path == "-":
            if sys.stdin is None:
                raise Refused("there is no stdin to read a policy from")
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Refused(f"cannot read {path}: {reason}") from None
    if len(data) > MOST_BYTES:
        raise Refused(f"{path} has more than {MOST_BYTES >> 20} MB: that is no policy")
    return data


def read_policy_file(path: str, form: Form) -> tuple[Policy, Reading]:
    """The policy of a file, and what was found while reading it.

    Raises:
        Refused: the file cannot be read, or its text is no policy of this form.
    """
    from tui.policies.grammar import read_document
    from tui.policies.json_reader import read_bytes

    reading = read_document(read_bytes(read_file(path)), form)
    if reading.policy is None:
        raise Refused(f"{'stdin' if path == '-' else path}: {worst(reading)}")
    return reading.policy, reading


def worst(reading: Reading) -> str:
    """What makes a text no policy: the first error, with its place and how many more there are."""
    from tui.policies.finding import FAILING

    errors = [finding for finding in reading.findings if finding.severity in FAILING]
    more = f" (and {len(errors) - 1} more: see `vpctop policy lint`)" if len(errors) > 1 else ""
    return f"{told(errors[0])}{more}"


def told(finding: Finding) -> str:
    """A finding in one line."""
    return f"line {finding.line}, column {finding.column}: {finding.message}"


def as_json(value: object) -> str:
    """JSON of one line in ASCII: nothing in it that a terminal would act on."""
    return json.dumps(value, separators=(",", ":"), default=str).replace("\x7f", "\\u007f")


def shown(text: str) -> str:
    """A sentence for the terminal, which may hold names from a policy."""
    return clean(text, 2000)
