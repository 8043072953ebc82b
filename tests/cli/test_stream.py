from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from tests.cli.command_line import Start
from tests.cli.scripted import ADDRESSES, Scripted, batch, records_of
from tui.cli.output import Silence, Writer
from tui.cli.output_csv import CsvWriter
from tui.cli.output_json import JsonWriter
from tui.cli.output_text import TextWriter
from tui.cli.stream import Stream
from tui.flows.logformat import layout_of
from tui.flows.source import Batch, Cause, Gap, Records, SourceError, Status, Unparsed

LINE = "2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK\n"


PATHS = layout_of(["srcaddr", "dstaddr", "start", "traffic-path"])


def refused(reason: str, *, fatal: bool = False) -> SourceError:
    """What AWS may say."""
    return SourceError(reason, "tried again by itself", fatal=fatal, retry_after=0.01)


def test_an_error_that_passes_is_said_once_and_nothing_is_lost(capfd: pytest.CaptureFixture[str]) -> None:
    """A retry that fails the same way is not said again; that reading goes on is."""
    slow = refused("AWS throttles logs:FilterLogEvents")
    source = Scripted(batch("10.0.0.2"), slow, slow, batch("10.0.0.3"), slow, batch("10.0.0.4"))
    assert Stream(lambda: source, lambda _: JsonWriter()).run() == 0
    out, err = capfd.readouterr()
    assert [json.loads(line)["dstaddr"] for line in out.splitlines()] == ["10.0.0.2", "10.0.0.3", "10.0.0.4"]
    assert [line.partition(";")[0] for line in err.splitlines()[:-1]] == [
        "vpctop: one flow log cannot be read",
        "vpctop: AWS throttles logs:FilterLogEvents",
        "vpctop: reading goes on",
        "vpctop: AWS throttles logs:FilterLogEvents",
        "vpctop: reading goes on",
    ]


def test_a_run_that_should_end_gives_up(capfd: pytest.CaptureFixture[str]) -> None:
    """After so many errors in a row `--once` ends with 3; a tail would go on."""
    source = Scripted(batch("10.0.0.2"), *[refused("no answer")] * 3, batch("10.0.0.3"))
    assert Stream(lambda: source, lambda _: JsonWriter(), patience=3).run() == 3
    assert "1 records" in capfd.readouterr().err


def test_gaps_alone_are_no_answer(capfd: pytest.CaptureFixture[str]) -> None:
    """A source that only tells what it could not read has not got on: the errors are still in a row."""
    gap = Batch(0.0, gaps=(Gap(0.0, 60.0, Cause.FAILED, id="one"),))
    steps = [step for _ in range(3) for step in (gap, refused("no answer"))]
    assert Stream(lambda: Scripted(*steps, batch("10.0.0.3")), lambda _: JsonWriter(), patience=3).run() == 3
    assert "reading goes on" not in capfd.readouterr().err


def test_a_fatal_error_ends_with_its_own_code(capfd: pytest.CaptureFixture[str]) -> None:
    """Wrong use found out late is still code 2."""
    error = SourceError("no such thing", fatal=True, exit_code=2)
    assert Stream(lambda: Scripted(error), lambda _: Silence()).run() == 2

    def connect() -> Scripted:
        raise error

    assert Stream(connect, lambda _: Silence()).run() == 2
    assert capfd.readouterr().err.count("no such thing") == 2


def test_a_bug_in_a_source_does_not_end_a_tail(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """It is a sentence and a traceback in the log, and reading goes on."""
    source = Scripted(refused("first"), KeyError("@late"), batch("10.0.0.2"))
    assert Stream(lambda: source, lambda _: JsonWriter(), patience=5).run() == 0
    out, err = capfd.readouterr()
    assert "unexpected KeyError" in err
    assert "Traceback" in caplog.text
    assert out.count("\n") == 1


def test_the_summary_counts(capfd: pytest.CaptureFixture[str]) -> None:
    """Records, lines that fit nothing, stretches that are missing by cause, late ones."""
    late = records_of(ADDRESSES, "10.0.0.1 10.0.0.2 1418530010")
    late = Records(late.layout, late.frame.with_columns(pl.lit(value=True).alias("@late")))
    gaps = (Gap(0, 1, Cause.SKIPDATA), Gap(5, 9, Cause.SKIPDATA, 12), Gap(0, 1, Cause.THROTTLED))
    source = Scripted(Batch(0.0, (late,), (Unparsed("x", "y"),), gaps), batch("10.0.0.3"))
    assert Stream(lambda: source, lambda _: Silence()).run() == 0
    out, err = capfd.readouterr()
    assert out == ""
    assert err.splitlines()[-1].endswith(
        "1 unparsed, 4 gaps (AWS skipped records: 2, a read was throttled: 1, lines that fit no log format: 1), 1 late"
    )
    assert err.splitlines()[-1].startswith("vpctop: 2 records in ")


def test_advice_is_said_once(capfd: pytest.CaptureFixture[str]) -> None:
    """While it stays the same."""
    status = Status(advice="more arrives than 2 calls a second carry; use --live-tail")
    source = Scripted(Batch(1.0, status=status), Batch(2.0), Batch(3.0, status=status))
    assert Stream(lambda: source, lambda _: Silence()).run() == 0
    assert capfd.readouterr().err.count("use --live-tail") == 1


def test_records_of_several_formats_are_mixed_again_by_time() -> None:
    """One page may hold several log formats; its lines come out in the order of time."""
    one = records_of(ADDRESSES, "10.0.0.1 10.0.0.2 100", "10.0.0.1 10.0.0.3 300")
    other = records_of(PATHS, "10.0.0.1 10.0.0.4 200 8")
    page = Batch(0.0, (one, other))
    lines = [json.loads(line) for line in JsonWriter().render(page).splitlines()]
    assert [line["start"] for line in lines] == [100, 200, 300]
    assert ["traffic-path" in line for line in lines] == [False, True, False]
    header, *rows = CsvWriter([ADDRESSES], print).render(page).decode().splitlines()
    assert header.startswith("srcaddr,dstaddr,start,traffic-path,@event-id")
    assert [row.split(",")[1:4] for row in rows] == [
        ["10.0.0.2", "100", ""],
        ["10.0.0.4", "200", "8"],
        ["10.0.0.3", "300", ""],
    ]


def test_csv_says_what_it_leaves_out() -> None:
    """A format that appears after the header has no column for its own fields; that is said, once."""
    said: list[str] = []
    writer = CsvWriter([ADDRESSES], said.append)
    later = Batch(0.0, (records_of(PATHS, "10.0.0.1 10.0.0.4 200 8"),))
    assert b"traffic-path" not in writer.render(batch("10.0.0.2")) + writer.render(later) + writer.render(later)
    assert len(said) == 1
    assert "traffic-path" in said[0]
    assert CsvWriter([ADDRESSES], said.append).close().startswith(b"srcaddr,")


@pytest.mark.parametrize("writer", [JsonWriter(), CsvWriter([], print), TextWriter(plain=False, colour=True)])
def test_no_text_is_too_strange_to_write(writer: Writer) -> None:
    """Half a surrogate pair, NUL and line breaks come out as one line of UTF-8, or as a quoted cell."""
    strange = "\ud800 \x00 \r\n \u2028"
    out = writer.render(Batch(0.0, unparsed=(Unparsed(strange, strange, None, "/vpc", strange),)))
    assert out.decode().endswith("\n")
    assert "\ud800" not in out.decode()


def test_verdicts_are_a_word_a_glyph_and_on_a_terminal_a_colour() -> None:
    """Colour is never the only sign."""
    layout = layout_of(["srcaddr", "dstaddr", "start", "action"])
    page = Batch(0.0, (records_of(layout, "10.0.0.1 10.0.0.2 1418530010 REJECT"),))
    assert TextWriter(plain=False, colour=True).render(page).decode().endswith("\x1b[1;31m✗ REJECT\x1b[0m\n")
    assert TextWriter(plain=False, colour=False).render(page).decode().endswith("  ✗ REJECT\n")


def test_json_is_safe_on_a_terminal() -> None:
    """What a terminal would obey is escaped, and reads the same."""
    line = "10.0.0.1 \x1b[2J \x7f \x9b31m \u202e \u2028 \U000e0041 ok"
    (out,) = JsonWriter().render(Batch(0.0, unparsed=(Unparsed(line, "no"),))).splitlines()
    assert json.loads(out)["@unparsed"] == line
    assert all(ord(character) >= 32 and not 0x7F <= ord(character) <= 0x9F for character in out.decode())
    assert "\u202e" not in out.decode()


@pytest.fixture
def endless(start: Start) -> subprocess.Popen[bytes]:
    """`vpctop cat -` with one record written and its stdin left open."""
    process = start("cat", "-", "-o", "json")
    assert process.stdin
    assert process.stdout
    process.stdin.write(LINE.encode())
    process.stdin.flush()
    assert process.stdout.readline()
    return process


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_at_once_with_a_summary(number: int, code: int, endless: subprocess.Popen[bytes]) -> None:
    """Also while nothing comes: no traceback, the summary, and the code a shell expects."""
    endless.send_signal(number)
    assert endless.wait(5) == code
    assert endless.stderr
    *_, summary = endless.stderr.read().decode().splitlines()
    assert summary.startswith("vpctop: 1 records in ")


def test_a_reader_that_leaves_ends_a_quiet_stream(endless: subprocess.Popen[bytes]) -> None:
    """`| head -1` is over when head is, though nothing more comes; it is no failure and says nothing."""
    assert endless.stdout
    assert endless.stderr
    endless.stdout.close()
    assert endless.wait(5) == 0
    assert "records" not in endless.stderr.read().decode()


def test_a_reader_that_leaves_ends_a_busy_stream(tmp_path: Path) -> None:
    """`| head -1` of a large file: one line, nothing on stderr but what was said before, code 0."""
    (tmp_path / "x.log").write_text(
        "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n"
        + LINE * 50_000
    )
    script = f"{sys.executable} -m tui cat {tmp_path}/x.log -o json | head -1; echo ${{PIPESTATUS[0]}}"
    ran = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False, timeout=30)
    line, code = ran.stdout.splitlines()
    assert json.loads(line)["dstport"] == 22
    assert (code, ran.stderr) == ("0", "")


def test_a_signal_ends_a_write_that_nobody_reads(start: Start, tmp_path: Path) -> None:
    """Stdout is a pipe that is full and not read: SIGINT ends it all the same."""
    (tmp_path / "x.log").write_text(LINE * 20_000)
    process = start("cat", str(tmp_path / "x.log"), "-o", "json")
    assert process.stdout
    process.stdout.read(1)
    process.send_signal(signal.SIGINT)
    assert process.wait(5) == 130


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_a_sentence(start: Start, tmp_path: Path) -> None:
    """What cannot be written is said; code 3."""
    (tmp_path / "x.log").write_text(LINE)
    with Path("/dev/full").open("wb") as full:
        process = start("cat", str(tmp_path / "x.log"), stdout=full)
        assert process.wait(20) == 3
    assert process.stderr
    assert "stdout cannot be written: No space left on device" in process.stderr.read().decode()


def test_a_closed_stderr_and_stdin_are_no_crash(tmp_path: Path) -> None:
    """A service manager may close them all; the records still come."""
    (tmp_path / "x.log").write_text(LINE)
    script = f"exec {sys.executable} -m tui cat {tmp_path}/x.log - -o json 2>&- <&-"
    ran = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False, timeout=30)
    assert json.loads(ran.stdout)["dstport"] == 22
    assert ran.returncode == 2  # stdin was asked for, and there is none


def test_an_ignored_signal_stays_ignored(tmp_path: Path) -> None:
    """`nohup` means it: a hang-up ends nothing."""
    script = f"trap '' HUP; exec {sys.executable} -m tui cat - -o json"
    process = subprocess.Popen(
        ["bash", "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"HOME": str(tmp_path)},
    )
    with process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(LINE.encode())
        process.stdin.flush()
        assert process.stdout.readline()
        process.send_signal(signal.SIGHUP)
        process.stdin.write(LINE.encode())
        process.stdin.close()
        assert process.stdout.readline()
        assert process.wait(5) == 0
