"""The gap ledger of a run: in the summary, on stderr, and in a file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.scripted import Scripted
from tui.cache.rolling import RollingCache
from tui.cache.standing import summary_of
from tui.cli.ending import Refused
from tui.cli.gaps import GapsFile, gap_lines
from tui.cli.output import Silence
from tui.cli.stream import Stream
from tui.flows.source import Batch, Cause, Gap, SourceError, Unparsed


def test_a_gap_told_again_is_one_and_a_healed_one_is_told_apart(capfd: pytest.CaptureFixture[str]) -> None:
    """The summary counts what is still missing, and says how many stretches were made good."""
    gap = Gap(0, 1, Cause.THROTTLED, 1, "ThrottlingException", id="sweep-3")
    lost = Gap(5, 9, Cause.DISCONNECTED, 0, id="tail-1")
    source = Scripted(Batch(1.0, gaps=(gap, lost)), Batch(2.0, gaps=(replace(gap, until=2, count=2, healed=2.0),)))
    assert Stream(lambda: source, lambda _: Silence(), tells_gaps=True).run() == 0
    *ledger, summary = capfd.readouterr().err.splitlines()[1:]
    assert summary.endswith("0 unparsed, 1 gap (the connection was lost: 1), 1 healed, 0 late")
    assert [json.loads(line) for line in ledger] == [
        {"@gap": "THROTTLED", "since": 0, "until": 2, "count": 2, "cause": "a read was throttled",
         "note": "ThrottlingException", "healed": 2},
        {"@gap": "DISCONNECTED", "since": 5, "until": 9, "count": 0, "cause": "the connection was lost",
         "note": "", "healed": None},
    ]  # fmt: skip


def test_one_count_of_gaps_wherever_it_is_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The summary's, the header's, the open ones on stderr and in the file: a gap that grew is one, unread lines too."""
    path = tmp_path / "gaps.jsonl"
    grows = Gap(0, 60, Cause.THROTTLED, 1, "ThrottlingException", id="sweep-3")
    skipped = (Gap(0, 60, Cause.SKIPDATA, 7), Gap(60, 120, Cause.SKIPDATA, 5))  # one stretch
    unparsed = tuple(Unparsed(f"line {n}", "y", timestamp=1_418_530_000_000 + n * 600_000) for n in (0, 0, 1))
    batches = (
        Batch(1.0, unparsed=unparsed, gaps=(grows, *skipped)),
        Batch(2.0, gaps=(replace(grows, until=90, count=4),)),
    )
    stream = Stream(lambda: Scripted(*batches), lambda _: Silence(), tells_gaps=True, gaps_file=GapsFile(path))
    assert stream.run() == 0
    *ledger, summary = capfd.readouterr().err.splitlines()[1:]
    assert ledger == path.read_text().splitlines()
    assert sum(json.loads(line)["healed"] is None for line in ledger) == 4
    assert "3 unparsed, 4 gaps (" in summary
    cache = RollingCache()
    for each in batches:
        cache.add(each)
    assert summary_of(cache.held()).gaps == 4


def test_a_time_that_never_is_is_null() -> None:
    """JSON has no infinity: a gap without an end has none."""
    (line,) = gap_lines([Gap(5, float("inf"), Cause.DISCONNECTED)])
    assert json.loads(line, parse_constant=pytest.fail)["until"] is None


def test_the_ledger_is_written_for_its_owner_only(tmp_path: Path) -> None:
    """A JSON object a line, with what could clear a terminal made harmless; nobody else may read it."""
    path = tmp_path / "gaps.jsonl"
    gap = Gap(1418530010.25, 1418530070, Cause.SAMPLED, 40, "Live Tail\x1b[2J \u202e", id="tail-1")
    source = Scripted(Batch(1.0, unparsed=(Unparsed("x", "y", timestamp=1418530080_000),), gaps=(gap,)))
    assert Stream(lambda: source, lambda _: Silence(), gaps_file=GapsFile(path)).run() == 0
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text()
    assert text.isascii()
    assert "\x1b" not in text
    sampled, unparsed = map(json.loads, text.splitlines())
    assert (sampled["@gap"], sampled["since"], sampled["count"]) == ("SAMPLED", 1418530010.25, 40)
    assert (unparsed["@gap"], unparsed["since"], unparsed["until"]) == ("UNPARSED", 1418530080, 1418530140)


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    """It is refused before anything is read; nor is an empty one left by a run that read nothing."""
    path = tmp_path / "gaps.jsonl"
    path.write_text("mine")
    with pytest.raises(Refused, match="is there already"):
        GapsFile(path)
    assert path.read_text() == "mine"
    with pytest.raises(Refused, match="No such file"):
        GapsFile(tmp_path / "nowhere" / "gaps.jsonl")

    def refuse() -> Scripted:
        raise SourceError("no such log group", fatal=True, exit_code=2)

    other = tmp_path / "other.jsonl"
    assert Stream(refuse, lambda _: Silence(), gaps_file=GapsFile(other)).run() == 2
    assert not other.exists()
