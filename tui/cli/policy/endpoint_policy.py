"""The endpoint policy that a command is about: of a file, of stdin, or the one in force at an endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tui.cli.ending import Refused
from tui.cli.option import ACCESS, settle
from tui.cli.policy.reading import read_file, worst
from tui.cli.policy.written import ENDPOINT_ID, Written, read_written
from tui.cli.setting import BY_KEY

if TYPE_CHECKING:
    from tui.policies.context import EndpointKind
    from tui.policies.model import Policy

_ACCESS = tuple(BY_KEY[key].name for key in ACCESS)


def endpoint_policy(name: str, given: Mapping[str, Any]) -> tuple[Policy, Written]:
    """The policy of FILE, of `-` or of `vpce-…`, and what is known of its endpoint.

    `given`: the options of the command; those about AWS count, and configuration is read, for an endpoint only.

    Raises:
        Refused: there is no such file or endpoint, or its text is no policy.
        SourceError: AWS or the network refused.
    """
    from tui.policies.grammar import read_document
    from tui.policies.json_reader import read_bytes, read_json

    if ENDPOINT_ID.fullmatch(name):
        written = read_written(name, settle({key: given[key] for key in _ACCESS}))
    else:
        written = Written("stdin" if name == "-" else name, read_file(name))
    text = written.text
    reading = read_document(read_bytes(text) if isinstance(text, bytes) else read_json(text))
    if reading.policy is None:
        raise Refused(f"{written.name}: {worst(reading)}")
    return reading.policy, written


def kind_of(told: str | None, written: Written) -> EndpointKind:
    """The type of the endpoint: its own, else what was told, else ''."""
    kind = (written.kind or told or "").lower()
    return "gateway" if kind == "gateway" else "interface" if kind == "interface" else ""
