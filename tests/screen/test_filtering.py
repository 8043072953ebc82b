from __future__ import annotations

import stat
import string
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.cache.columns import SHAPES, Column, Grouping, Unit
from tui.cache.view import NO_NAMES, NoNames
from tui.flows.filter.model import Absent, Filter, FilterError, Has, Not, OneOf, Within
from tui.flows.filter.parse import parse_filter
from tui.flows.filter.value import Now
from tui.screen.cell_filter import cell_filter
from tui.screen.filter_store import HISTORY, SAVED, FilterStore
from tui.screen.filter_words import known_names
from tui.screen.filtering import MOST_REMEMBERED, Filtering
from tui.screen.glyphs import ASCII, UNICODE
from tui.screen.widgets.chips import Counts, chip_line
from tui.screen.widgets.drawn import plain
from tui.screen.widgets.filter_bar import Told, told_lines

NOW = Now(1_790_000_000.0)


def made() -> Filtering:
    """A state with one filter of the reader's own."""
    return Filtering(lambda: NOW, given={"noise": "port 53"})


def column(grouping: Grouping, key: str) -> Column:
    """A column of a grouping."""
    return next(column for column in SHAPES[grouping].columns if column.key == key)


def test_typing_touches_only_what_is_tried() -> None:
    """What parses is wanted at once; what does not leaves the last that did; leaving brings back what was applied."""
    state = made()
    state.use("late")
    assert state.open() == "late"
    assert state.type("late and gap")
    assert state.wanted.text == "late and gap"
    assert not state.type("late and gap and (")
    assert (state.problem and state.problem.position, state.wanted.text) == (18, "late and gap")
    assert not state.apply()
    assert state.is_open
    state.leave()
    assert (state.wanted.text, state.text) == ("late", "late")


def test_what_is_applied_is_what_was_typed() -> None:
    """Names stay in the text and are gone from the meaning; its parts are the chips."""
    state = made()
    state.open()
    state.type(" @noise  late ")
    assert state.apply()
    assert (state.text, state.applied) == ("@noise  late", parse_filter(" (port 53)  late ", NOW))
    assert list(state.chips) == ["@noise", "late"]
    state.drop_last()
    assert state.applied.text == "(port 53)"
    assert list(state.chips) == ["@noise"]
    assert state.clear()
    assert state.applied == Filter()
    assert not state.drop_last()


def test_the_history_is_walked_both_ways() -> None:
    """Up goes to older texts, skipping what stands there; down comes back to what was being typed."""
    state = made()
    for text in ("late", "gap", "port 1"):
        state.use(text)
    state.open()
    assert state.walk(1) == "gap"
    state.type("gap", walked=True)
    assert state.walk(1) == "late"
    state.type("late", walked=True)
    assert state.walk(1) is None
    assert state.walk(-1) == "gap"
    state.type("port 2")
    assert [state.walk(1), state.walk(-1), state.walk(-1)] == ["port 1", "port 2", None]


def test_the_history_holds_each_text_once_and_not_for_ever() -> None:
    """Used again, a text is the newest; the oldest leave; earlier sessions' come before this one's."""
    state = made()
    for number in [*range(1, MOST_REMEMBERED + 20), 60]:
        state.use(f"port {number}")
    assert len(state.history) == MOST_REMEMBERED
    assert state.history[-2:] == [f"port {MOST_REMEMBERED + 19}", "port 60"]
    other = made()
    other.use("late")
    other.recall(["gap", "late"])
    assert other.history == ["gap", "late"]


def test_names_are_checked() -> None:
    """A name must be one, must not be config.toml's, and must not make a circle."""
    state = made()
    for name, text in (("", "late"), ("a b", "late"), ("noise", "late"), ("mine", "@mine")):
        with pytest.raises(FilterError):
            state.name(name, text)
    state.name("mine", "late")
    assert state.read("@mine").text == "(late)"
    assert state.saved == {"noise": "port 53", "mine": "late"}


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 4), st.text(string.printable, max_size=4)), max_size=25))
def test_no_typing_breaks_the_state(edits: list[tuple[int, int, str]]) -> None:
    """Whatever is typed, deleted, walked through, applied or dropped, what is wanted is always a filter that parses."""
    state = made()
    text = state.open()
    for at, gone, new in edits:
        text = text[:at] + new + text[at + gone :]
        state.type(text)
        if gone == 3:
            state.walk(1)
        if gone == 4 and state.apply():
            state.drop_last()
            text = state.open()
        told = Told(text, "x", "y", state.problem)
        for width in (1, 20, 80):
            assert len(told_lines(told, 3, width, 2, ASCII)) == 2
        parse_filter(state.wanted.text, NOW)
        assert chip_line(state.chips, None, 80, ASCII)


CONVERSATIONS, RECORDS = Grouping.CONVERSATIONS, Grouping.RECORDS


@pytest.mark.parametrize(
    ("grouping", "key", "value", "keep", "node"),
    [
        (RECORDS, "action", "REJECT", "action=REJECT", Has(("action",), (OneOf(("REJECT",)),))),
        (RECORDS, "action", None, "action=-", Has(("action",), (Absent(),))),
        (CONVERSATIONS, "srcaddr", "10.0.1.7", "src=10.0.1.7", None),
        (CONVERSATIONS, "dstaddr", "2001:db8::1", "dst=2001:db8::1", None),
        (CONVERSATIONS, "server_port", 5432, "port=5432", Has(("srcport", "dstport"), (OneOf((5432,)),))),
        (CONVERSATIONS, "server_port", None, "port=-", Has(("srcport", "dstport"), (Absent(),))),
        (CONVERSATIONS, "protocol", 6, "proto=tcp", Has(("protocol",), (OneOf((6,)),))),
        (CONVERSATIONS, "protocol", 58, "proto=icmp6", Has(("protocol",), (OneOf((58,)),))),
        (CONVERSATIONS, "protocol", 254, "proto=254", Has(("protocol",), (OneOf((254,)),))),
        (RECORDS, "interface-id", "eni-0a1b", "eni=eni-0a1b", Has(("interface-id",), (OneOf(("eni-0a1b",)),))),
        (RECORDS, "bytes", 900_000, "bytes=900000", Has(("bytes",), (OneOf((900_000,)),))),
        (RECORDS, "end", 1_790_000_099, "end=2026-09-21T14:14:59Z", Has(("end",), (OneOf((1_790_000_099,)),))),
        (RECORDS, "log-status", "NODATA", "status=NODATA", Has(("log-status",), (OneOf(("NODATA",)),))),
        (Grouping.SERVICES, "service", "S3", "service=S3", None),
        (Grouping.PATHS, "traffic-path", 8, "path=8", Has(("traffic-path",), (OneOf((8,)),))),
    ],
)  # fmt: skip
def test_a_cell_is_kept_or_excluded_by_its_value(
    grouping: Grouping, key: str, value: object, keep: str, node: object
) -> None:
    """The part reads as a person would write it, and keeps exactly the value; its opposite excludes exactly it."""
    found = cell_filter(column(grouping, key), grouping, value)
    assert found is not None
    assert found.keep == keep
    kept, excluded = parse_filter(found.keep, NOW).node, parse_filter(found.exclude, NOW).node
    assert excluded == Not(kept)
    assert node is None or kept == node
    if key.endswith("addr"):
        assert isinstance(kept, Has)
        assert isinstance(kept.wants[0], Within)
        assert str(kept.wants[0].network.network_address) == value


@pytest.mark.parametrize("value", ['say "hi" \\ it\'s', "a b", "and", "(x)", "ünï", "-x", "", "web,db", "a=b"])
@pytest.mark.parametrize("unit", [Unit.TEXT, Unit.TAG])
def test_a_text_with_spaces_and_quotes_comes_back(value: str, unit: Unit) -> None:
    """Any printable text is kept as exactly that text."""
    found = cell_filter(Column("instance-tag", "Tag", unit, 0, "instance-tag"), RECORDS, value)
    assert found is not None
    assert parse_filter(found.keep, NOW).node == Has(("instance-tag",), (OneOf((value,)),))


def test_hostile_and_encoded_texts_are_written_as_they_are_shown() -> None:
    """A percent-encoded tag is asked for by what it says; what no terminal shows is matched by `?`."""
    tag = Column("instance-tag", "Tag", Unit.TAG, 0, "instance-tag")
    found = cell_filter(tag, RECORDS, "my%2Dapp%20x")
    assert found is not None
    assert found.keep == 'instance-tag="my-app x"'
    hostile = cell_filter(Column("group", "Group", Unit.TEXT, 0, "group"), RECORDS, "\x1b[31mred\u202e")
    assert hostile is not None
    assert hostile.keep == 'group="?[31mred?"'


def test_flags_are_kept_bit_by_bit() -> None:
    """Flags are names where each bit has one."""
    flags = Column("tcp-flags", "Flags", Unit.FLAGS, 0, "tcp-flags")
    for bits, keep in ((18, "flags=syn+ack"), (0, "flags=0"), (64, "flags=64"), (66, "flags=66")):
        found = cell_filter(flags, RECORDS, bits)
        assert found is not None
        assert found.keep == keep
        assert parse_filter(found.keep, NOW).node == Has(("tcp-flags",), (OneOf((bits,)),))


def test_sums_and_what_has_no_field_cannot_be_filtered_by() -> None:
    """A sum over records is no record's value."""
    for grouping, key in ((CONVERSATIONS, "bytes"), (CONVERSATIONS, "packets"), (CONVERSATIONS, "rate")):
        assert cell_filter(column(grouping, key), grouping, 5) is None
    assert cell_filter(column(Grouping.OWNERS, "client_owner"), Grouping.OWNERS, None) is None


def test_the_history_is_a_private_file_that_sessions_share(tmp_path: Path) -> None:
    """One text a line, each once, the newest last, readable by the owner only; another session's stay."""
    folder = tmp_path / "state" / "vpctop"
    ours, theirs = FilterStore(folder, None), FilterStore(folder, None)
    for store, text in ((ours, "late"), (theirs, "gap"), (ours, "port 1"), (theirs, "late")):
        store.remember(text)
        store.wait()
    path = folder / HISTORY
    assert path.read_text() == "gap\nport 1\nlate\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in folder.iterdir()] == [HISTORY]
    for number in range(MOST_REMEMBERED + 3):
        ours.remember(f"port {number}")
        ours.wait()
    assert len(ours.history()) == MOST_REMEMBERED == len(path.read_text().splitlines())
    path.write_bytes(b"late\n\xff\xfe\x1b[2J\n\n" + b"x" * 5_000_000)
    assert ours.history()[0] == "late"
    assert all("\x1b" not in line and len(line) <= 2_000 for line in ours.history())


def test_saved_filters_are_a_file_of_their_own(tmp_path: Path) -> None:
    """Names and texts come back as they were, whatever is in them; a broken file holds none, and stops nothing."""
    store = FilterStore(None, tmp_path)
    for name, text in (("noise", 'name:"a \\"b\\" ü😀"'), ("web", "port 443"), ("noise", "late")):
        store.save(name, text)
        store.wait()
    assert FilterStore(None, tmp_path).saved() == {"noise": "late", "web": "port 443"}
    store.save("odd", 'name:"a \\"b\\" ü😀 \\\\"')
    store.wait()
    assert store.saved()["odd"] == 'name:"a \\"b\\" ü😀 \\\\"'
    assert stat.S_IMODE((tmp_path / SAVED).stat().st_mode) == 0o600
    (tmp_path / SAVED).write_text("broken =")
    assert store.saved() == {}


def test_a_folder_that_cannot_be_used_stops_nothing(tmp_path: Path) -> None:
    """A file in the folder's place, or no folder at all: remembered in memory only."""
    (tmp_path / "file").write_text("")
    for store in (FilterStore(tmp_path / "file", tmp_path / "file"), FilterStore(None, None)):
        store.remember("late")
        store.save("a", "late")
        store.wait()
        assert (store.history(), store.saved()) == ([], {})


def test_the_caret_stands_under_the_place() -> None:
    """The message is where there is room for it; at 80 columns neither leaves the line."""
    for text in ("prt=443", "src=10.0.0.0/8 and " * 3 + "prt=443"):
        state = made()
        state.open()
        state.type(text)
        first, second = (plain(line) for line in told_lines(Told(text, problem=state.problem), 3, 80, 2, UNICODE))
        assert first.index("^^^") == 3 + text.index("prt")
        assert "there is no field 'prt'" in first
        assert "expected port" in second
        assert len(first) <= 80


def test_chips_fit_any_width() -> None:
    """Parts are cut before they are counted, the last one stays; how much is kept is always said."""
    parts = tuple(f"src!=10.0.{n}.0/24" for n in range(30))
    counts = Counts(340, 5_120, 12, "conversations")
    for width in (60, 80, 118, 300):
        line = plain(chip_line(parts, counts, width, UNICODE))
        assert len(line) <= width
        assert line.rstrip().endswith("340 of 5,120 records")
        assert "9.0/24" in line
    assert "12 conversations" in plain(chip_line(parts[:1], counts, 100, UNICODE))
    partial = Counts(340, 5_120, 12, "conversations", is_partial=True)
    assert "≥ 12 conversations" in plain(chip_line(parts[:1], partial, 100, UNICODE))


class TwoNames(NoNames):
    """An inventory of two names, one of them of two addresses."""

    def names_frame(self) -> pl.DataFrame:
        """As the inventory tells them."""
        return pl.DataFrame(
            {"address": ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"], "label": ["db", "web", "web", None]}
        )


def test_names_of_the_inventory_are_offered_most_used_first() -> None:
    """Each once, and none where there is no inventory."""
    assert known_names(TwoNames())["name"] == ["web", "db"]
    assert not any(known_names(NO_NAMES).values())
