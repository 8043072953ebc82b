"""What a row's detail tells besides its records: how it went, what came back, whose interfaces, and where else to look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from tui.cache.around import Around
from tui.cache.rejected import Explanation
from tui.cache.view import Detail, RecordDetail
from tui.flows.clean import clean
from tui.flows.console import Spot, console_link, filter_command
from tui.flows.source import About
from tui.screen import format as fmt
from tui.screen.panes.cell import Look
from tui.screen.traveling import MINUTE
from tui.screen.widgets.bars import bar_rows, pooled
from tui.screen.widgets.drawn import BLANK_LINE, Line

BARS = 60  # bars of the sparkline at most
INTERFACES = 6  # interfaces that are told of
GROUPS = 8  # security groups of one
SECOND = 1000  # ms
# Without a start the record was logged within this time before CloudWatch received it.
BEFORE = 1_200
FAR = 253_402_300_800  # the year 10000: no clock shows more
# Keys of the detail, and what each hands to the clipboard.
OFFERS = (("c", "filter"), ("u", "link"), ("x", "command"))


class _Placed(Protocol):
    """An interface of the inventory, as far as it is told here; `gone` since when, in Unix seconds."""

    @property
    def subnet(self) -> str:
        """The subnet's id."""

    @property
    def vpc(self) -> str:
        """The VPC's id."""

    @property
    def az(self) -> str:
        """The zone's name."""

    @property
    def address(self) -> str:
        """The primary private address."""

    @property
    def groups(self) -> tuple[str, ...]:
        """Ids of its security groups."""

    @property
    def gone(self) -> float | None:
        """When it was first missed."""


class _Owned(Protocol):
    """An interface's owner."""

    @property
    def label(self) -> str:
        """What it is called."""


class _Named(Protocol):
    """A security group or a subnet."""

    @property
    def name(self) -> str:
        """What it is called."""


@runtime_checkable
class Interfaces(Protocol):
    """An inventory that knows interfaces; tui.network.inventory keeps this promise."""

    def interface(self, interface: str) -> _Placed | None:
        """The interface with this id."""

    def owner(self, interface: str) -> _Owned | None:
        """Whose it is."""

    def group(self, group: str) -> _Named | None:
        """The security group with this id."""

    def subnet_at(self, address: str, vpc: str = "") -> _Named | None:
        """The subnet an address is in."""


@dataclass(frozen=True, slots=True)
class Behind:
    """What a detail is made of: its records, what is told around them, and who knows names."""

    detail: Detail
    around: Around
    names: object = None
    about: About | None = None
    explanation: Explanation | None = None

    @property
    def newest(self) -> RecordDetail:
        """The newest record."""
        return self.detail.records[0]


def offers(behind: Behind) -> dict[str, str]:
    """What can be copied from the detail, by name; what is not known is not in it."""
    made = {"filter": behind.around.filter}
    if (spot := spot_of(behind)) is not None:
        fields = _fields(behind.newest)
        addresses = (fields.get(name, "-") for name in ("srcaddr", "dstaddr"))
        terms = tuple(address for address in addresses if address != "-" and _is_address(address))
        profile = behind.about.profile if behind.about else ""
        made |= {"link": console_link(spot), "command": filter_command(spot, terms, profile)}
    return {name: text for name, text in made.items() if text}


def spot_of(behind: Behind) -> Spot | None:
    """Where CloudWatch has the newest record; None where its log group is not known, or its name is not known whole."""
    record, about = behind.newest, behind.about
    if (
        about is None
        or not record.log_group
        or any("…" in name or "\ufffd" in name for name in (record.log_group, record.log_stream))
    ):
        return None
    start, end = (_seconds(_fields(record).get(name, "-")) for name in ("start", "end"))
    if start is not None:
        # An event's time is its record's start.
        last = start if end is None else max(start, end)
        return Spot(about.region, record.log_group, record.log_stream, start * SECOND, (last + 1) * SECOND)
    if record.ingestion is None:
        return None
    return Spot(
        about.region, record.log_group, record.log_stream, record.ingestion - BEFORE * SECOND, record.ingestion + SECOND
    )


def spark_lines(around: Around, look: Look, *, utc: bool) -> list[Line]:
    """Bytes a minute over what is held."""
    if not any(around.minutes):
        return []
    each = max(1, -(-len(around.minutes) // BARS))
    values = pooled(around.minutes, each)
    peak = max(range(len(values)), key=lambda at: values[at])
    first, last, at = (
        fmt.time_of_day(around.since + MINUTE * each * bar, utc=utc, pattern="%H:%M") for bar in (0, len(values), peak)
    )
    bars = bar_rows(values, len(values), 1, look.glyphs)[0]
    figure = f"  peak {fmt.size(values[peak] / each)}/min at {at}"
    return [
        (("bytes a minute", "heading"),),
        ((f"  {first} ", "muted"), (bars, "accept"), (f" {last}", "muted"), (figure, "")),
    ]


def answer_lines(around: Around, look: Look) -> list[Line]:
    """What came back, in one line, where a row has one other direction."""
    reverse = around.reverse
    if reverse is None:
        return []
    if not reverse.records:
        return [(("the other direction: no record is held: no answer, or it is not logged", "skipped"),)]
    records = "1 record" if reverse.records == 1 else f"{fmt.count(reverse.records)} records"
    return [
        (
            ("the other direction: ", "heading"),
            (f"{records}, {fmt.size(reverse.bytes)}  ", ""),
            (f"{look.glyphs.accept} {fmt.count(reverse.accepted)}  ", "accept" if reverse.accepted else "muted"),
            (f"{look.glyphs.reject} {fmt.count(reverse.rejected)}", "reject" if reverse.rejected else "muted"),
        )
    ]


def reverse_lines(around: Around) -> list[Line]:
    """The newest records of the other direction."""
    if around.reverse is None or not around.reverse.lines:
        return []
    lines: list[Line] = [BLANK_LINE, (("the other direction, newest first", "heading"),)]
    return lines + [((clean(line, 2_000), ""),) for line in around.reverse.lines]


def interface_lines(behind: Behind) -> list[Line]:
    """The interfaces that took the records: owner, subnet and security groups, as far as the inventory knows."""
    names = behind.names
    if not isinstance(names, Interfaces):
        return []
    ids = dict.fromkeys(_fields(record).get("interface-id", "-") for record in behind.detail.records)
    told: list[Line] = []
    for ident in [ident for ident in ids if ident != "-"][:INTERFACES]:
        place, owner = names.interface(ident), names.owner(ident)
        if place is None:
            continue
        subnet = names.subnet_at(place.address, place.vpc)
        where = " ".join(
            part for part in (place.subnet, f'"{subnet.name}"' if subnet and subnet.name else "", place.az) if part
        )
        gone = "  no longer there" if place.gone is not None else ""
        label = clean(owner.label, 60) if owner else ""
        told.append(
            ((f"  {clean(ident, 40)}  ", ""), (label, "strong"), (f"  {clean(where, 120)}", "muted"), (gone, "skipped"))
        )
        groups = [_group(names, group) for group in place.groups[:GROUPS]]
        if groups:
            more = f" and {len(place.groups) - GROUPS} more" if len(place.groups) > GROUPS else ""
            told.append(((f"    security groups: {', '.join(groups)}{more}", "muted"),))
    return [(("the interfaces", "heading"),), *told] if told else []


def offer_lines(made: Mapping[str, str]) -> list[Line]:
    """Where else to look, each with the key that copies it."""
    if not made:
        return []
    said = {
        "filter": "the filter that keeps these",
        "link": "in the CloudWatch console",
        "command": "on the command line",
    }
    lines: list[Line] = [BLANK_LINE, (("the same elsewhere (the key copies it)", "heading"),)]
    for key, name in OFFERS:
        if name in made:
            lines += [((f"  {key}  ", "key"), (said[name], "muted")), ((f"     {made[name]}", ""),)]
    return lines


def _group(names: Interfaces, ident: str) -> str:
    group = names.group(ident)
    return clean(f"{ident} ({group.name})" if group and group.name else ident, 120)


def _fields(record: RecordDetail) -> dict[str, str]:
    return {name: value for name, value, _ in record.fields}


def _seconds(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 13 and int(text) < FAR else None


def _is_address(text: str) -> bool:
    return bool(text) and all(letter in "0123456789abcdefABCDEF.:" for letter in text)
