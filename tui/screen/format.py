"""How numbers, times and addresses look: short, of steady width, never misleading."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.cells import cell_len, set_cell_size

from tui.flows.protocol import PROTOCOLS

_UNITS = ("", "k", "M", "G", "T", "P", "E", "Z")


def size(value: float) -> str:
    """Bytes in at most five cells, three digits at least, decimal units: 812B, 1.23k, 12.3M, 999G."""
    if value < 999.5:
        return f"{value:.0f}B"
    return scaled(value)


def scaled(value: float) -> str:
    """A large number in three digits and a decimal unit: 1.23M."""
    for unit in _UNITS:
        if value < 999.5:
            digits = 2 if value < 9.995 else 1 if value < 99.95 else 0
            return f"{value:.{digits}f}{unit}"
        value /= 1000
    return "huge"


def count(value: float) -> str:
    """A count in at most seven cells: 999,999 then 1.00M."""
    return f"{value:,.0f}" if value < 999_999.5 else scaled(value)


def share(part: float) -> str:
    """A share of one as a percentage of six cells: ` 1.8 %`; what is not zero never reads as zero."""
    percent = 100 * part
    if 0 < percent < 0.1:
        return "<0.1 %"
    return f"{percent:4.1f} %" if percent < 99.95 else " 100 %"


def age(seconds: float) -> str:
    """How long, in at most six cells: 45s, 3m12s, 2h05m, 3d04h."""
    whole = max(0, int(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes_rest = divmod(minutes, 60)
    days, hours_rest = divmod(hours, 24)
    if days:
        return f"{min(days, 999)}d{hours_rest:02}h"
    if hours:
        return f"{hours}h{minutes_rest:02}m"
    return f"{minutes}m{rest:02}s" if minutes else f"{rest}s"


def time_of_day(seconds: float, *, utc: bool, pattern: str = "%H:%M:%S") -> str:
    """The time of day of a Unix time, in UTC or the reader's zone; `-` for what no clock can show."""
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
        return (moment if utc else moment.astimezone()).strftime(pattern)
    except (ValueError, OverflowError, OSError):
        return "-"


def protocol(number: object) -> str:
    """The name of an IANA protocol number, or the number."""
    return PROTOCOLS.get(number, str(number)) if isinstance(number, int) else "-"


def account(number: str, ellipsis: str = "…") -> str:
    """An account number by its ends: 1234…9012."""
    return f"{number[:4]}{ellipsis}{number[-4:]}" if len(number) > 9 else number


def middle(text: str, width: int, ellipsis: str = "…") -> str:
    """The text in at most `width` cells, its middle left out and the leaving-out shown."""
    if cells(text) <= width:
        return text
    room = width - len(ellipsis)
    if room < 1:
        return ellipsis[:width]
    head = room // 2
    tail = room - head
    return cut(text, head) + ellipsis + cut(text[::-1], tail)[::-1]


def end(text: str, width: int, ellipsis: str = "…") -> str:
    """The text in at most `width` cells, its end left out and the leaving-out shown."""
    if cells(text) <= width:
        return text
    return cut(text, width - len(ellipsis)) + ellipsis[:width]


def cut(text: str, width: int) -> str:
    """The first `width` cells of a text."""
    if text.isascii():
        return text[: max(0, width)]
    return set_cell_size(text, max(0, width)).rstrip(" ") if cells(text) > width else text


def cells(text: str) -> int:
    """How many cells a text takes."""
    return len(text) if text.isascii() else cell_len(text)


def left(text: str, width: int) -> str:
    """The text in exactly `width` cells, at the left."""
    if text.isascii():
        return text.ljust(width)[:width]
    return set_cell_size(text, width)


def right(text: str, width: int) -> str:
    """The text in exactly `width` cells, at the right."""
    return " " * (width - cells(text)) + text if cells(text) < width else left(text, width)


def with_port(address: str, port: object) -> str:
    """An address and its port, IPv6 in brackets as RFC 3986 3.2.2 writes it."""
    if port is None:
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def shorten(address: str, port: object, width: int, ellipsis: str = "…") -> str:
    """An address with its port in at most `width` cells; the port stays whole, the address gives up its middle."""
    whole = with_port(address, port)
    if cells(whole) <= width:
        return whole
    rest = cells(whole) - cells(address)
    return with_port(middle(address, max(1, width - rest), ellipsis), port)


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells, broken between words where it can be."""
    lines: list[str] = []
    current = ""
    for word in text.split(" "):
        rest = word
        if current and cells(current) + 1 + cells(rest) <= width:
            current += f" {rest}"
            continue
        if current:
            lines.append(current)
        while cells(rest) > max(1, width):
            head = cut(rest, max(1, width)) or rest[:1]
            lines.append(head)
            rest = rest[len(head) :]
        current = rest
    return [*lines, current] if current or not lines else lines
