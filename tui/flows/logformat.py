"""A LogFormat string, `${version} ${account-id} …`, as the ordered fields of its lines.

Lines carry no header in CloudWatch Logs: DescribeFlowLogs' LogFormat is the only description of their columns
(https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tui.flows.field import Field, Kind, field_named

DEFAULT_FORMAT = (
    "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} "
    "${packets} ${bytes} ${start} ${end} ${action} ${log-status}"
)

_TOKEN = re.compile(r"\$\{([a-z0-9][a-z0-9-]*)\}")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


class LogFormatError(ValueError):
    """A LogFormat that cannot be read; the message is one sentence for the reader."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The ordered fields of one log format."""

    fields: tuple[Field, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The fields' names, in the order of the line."""
        return tuple(field.name for field in self.fields)

    @property
    def text(self) -> str:
        """The LogFormat string: `read_log_format(layout.text) == layout`."""
        return " ".join(f"${{{field.name}}}" for field in self.fields)

    def lacks(self, *names: str) -> tuple[str, ...]:
        """Which of these fields a line of this layout does not tell."""
        have = set(self.names)
        return tuple(name for name in names if name not in have)


def read_log_format(text: str) -> Layout:
    """Read a LogFormat.

    Raises:
        LogFormatError: it is empty, repeats a field, or holds something other than `${field}`.
    """
    tokens = text.split()
    names = []
    for place, token in enumerate(tokens, 1):
        found = _TOKEN.fullmatch(token)
        if not found:
            raise LogFormatError(f"field {place} of the log format is {token[:60]!r}; write each field as ${{name}}")
        names.append(found[1])
    return layout_of(names)


def layout_of(names: list[str]) -> Layout:
    """The layout of these field names in this order.

    Raises:
        LogFormatError: there is none, or one appears twice.
    """
    if not names:
        raise LogFormatError("the log format is empty; write it as ${version} ${account-id} …")
    for name in names:
        if not _NAME.fullmatch(name):
            raise LogFormatError(f"{name[:60]!r} is no field name; names look like srcaddr or flow-direction")
        if names.count(name) > 1:
            raise LogFormatError(f"the log format names {name} twice")
    return Layout(tuple(field_named(name) for name in names))


def read_header(line: str) -> Layout | None:
    """The layout told by a file's first line of bare field names, as S3 delivery writes it, or None if it is none.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3.html
    """
    names = line.split()
    known = sum(field_named(name).since > 0 for name in names)
    if len(names) < 2 or known * 2 <= len(names) or len(set(names)) < len(names):
        return None
    return layout_of(names) if all(_NAME.fullmatch(name) for name in names) else None


def is_flow_layout(layout: Layout) -> bool:
    """Whether lines of this layout tell who talked to whom: both addresses, in one form or the other."""
    kinds = [field.name for field in layout.fields if field.kind is Kind.ADDRESS]
    return any("src" in name for name in kinds) and any("dst" in name for name in kinds)


DEFAULT_LAYOUT = read_log_format(DEFAULT_FORMAT)
