from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from tests.cli.command_line import Start, Vpctop
from tui import __version__
from tui.cli.program import program, run


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """The command that was run and its parameters, in place of running it."""
    ran: list[tuple[str, dict[str, Any]]] = []
    for name, command in program.commands.items():
        monkeypatch.setattr(command, "invoke", lambda ctx, name=name: ran.append((name, dict(ctx.params))))
    return ran


@pytest.mark.parametrize(
    ("args", "command", "scopes"),
    [
        (["vpc-0a1b"], "monitor", ("vpc-0a1b",)),
        ([], "monitor", ()),
        (["--region", "eu-west-1", "vpc-0a1b", "subnet-1"], "monitor", ("vpc-0a1b", "subnet-1")),
        (["--region", "eu-west-1"], "monitor", ()),
        (["--utc", "payments"], "monitor", ("payments",)),
        (["--", "tail"], "monitor", ("tail",)),
        (["vpc-0a1b", "tail"], "monitor", ("vpc-0a1b", "tail")),
        (["tail", "vpc-0a1b"], "tail", ("vpc-0a1b",)),
        (["--region", "eu-west-1", "tail", "vpc-0a1b", "--once"], "tail", ("vpc-0a1b",)),
        (["--region=eu-west-1", "--utc", "tail", "vpc-0a1b"], "tail", ("vpc-0a1b",)),
        (["--region", "tail", "vpc-0a1b"], "monitor", ("vpc-0a1b",)),
    ],
)
def test_the_first_word_is_a_command_or_a_scope(
    args: list[str], command: str, scopes: tuple[str, ...], chosen: list[tuple[str, dict[str, Any]]]
) -> None:
    """Without a command's name the monitor is meant; options may stand before the name, as with the AWS CLI."""
    assert run(args) == 0
    assert [(name, params["scopes"]) for name, params in chosen] == [(command, scopes)]


def test_help_shows_the_monitors_options_and_the_commands() -> None:
    """`vpctop --help` is the whole program on a page, for `-h` too."""
    shown = CliRunner().invoke(program, ["--help"]).output
    assert CliRunner().invoke(program, ["-h"]).output == shown
    for word in (
        "[SCOPE]...",
        "--region",
        "--cache-size",
        "--version",
        "tail",
        "cat",
        "demo",
        "config",
        "_VPCTOP_COMPLETE",
    ):
        assert word in shown
    assert shown.count("--help") == 1


def test_help_and_version_are_light() -> None:
    """Neither waits for boto3, polars, textual or the inventory."""
    heavy = "{'boto3', 'botocore', 'polars', 'textual', 'rich', 'moto', 'msgspec', 'tui.network.inventory'}"
    script = f"import sys; sys.argv[1:] = [%r]\nfrom tui.cli.program import run\nrun(sys.argv[1:]); assert not {heavy} & set(sys.modules)"
    for flag in ("--help", "--version"):
        ran = subprocess.run([sys.executable, "-c", script % flag], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
    assert ran.stdout == f"vpctop {__version__}\n"


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["tail"], "Missing argument"),
        (["tail", "vpc-1", "--output", "xml"], "xml"),
        (["tail", "vpc-1", "--for", "soon"], "no duration"),
        (["tail", "vpc-1", "--since", "later"], "no time"),
        (["tail", "vpc-1", "--for", "5m", "--once"], "not both"),
        (["tail", "vpc-1", "--since", "2999-01-01"], "future"),
        (["tail", "vpc-1", "--since", "5m", "--until", "10m"], "not after"),
        (["tail", "vpc-1", "--api-rate", "-1"], "calls a second"),
        (["demo", "--nat-price", "dear"], "price in US dollars a GB"),
        (["tail", "vpc-1", "--log-format", "version"], "${name}"),
        (["tail", "vpc-1", "--window", "5s"], "not between"),
        (["vpc-1", "--cache-size", "1"], "too small"),
        (["vpc-1", "--endpoint-url", "localhost"], "no URL"),
        (["vpc-1", "--tz", "Mars/Olympus"], "no time zone"),
        (["cat"], "Missing argument"),
        (["--frobnicate"], "frobnicate"),
        (["demo", "--rate", "5000"], "5000"),
    ],
)
def test_wrong_use_is_a_sentence_and_code_2(args: list[str], says: str, vpctop: Vpctop) -> None:
    """What cannot be meant is said on stderr, and nothing else happens."""
    ran = vpctop(*args)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert "Traceback" not in ran.err


def test_the_monitor_needs_a_terminal(vpctop: Vpctop) -> None:
    """In a pipe it says so, and names the command for pipes."""
    ran = vpctop("vpc-0a1b2c3d", "--region", "eu-west-1")
    assert ran.code == 2
    assert "vpctop tail" in ran.err


def test_without_a_scope_it_says_how_to_give_one(vpctop: Vpctop) -> None:
    """No scope is no crash: the sentence shows what scopes look like."""
    ran = vpctop()
    assert (ran.code, ran.out) == (2, "")
    assert "vpc-…" in ran.err
    assert "vpctop demo" in ran.err


def test_an_unexpected_error_is_a_sentence_and_a_traceback_in_the_log(
    vpctop: Vpctop, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug shows one line with the log's path, and code 3; the log is its owner's alone."""

    def burst(_ctx: click.Context) -> None:
        raise RuntimeError("the cat\nwas hungry")

    monkeypatch.setattr(program.commands["cat"], "invoke", burst)
    ran = vpctop("cat", "x")
    (log,) = home.rglob("vpctop.log")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == f"vpctop: unexpected RuntimeError: the cat; the details are in {log}\n"
    assert "Traceback" in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_log_that_cannot_be_written_stops_nothing_as_a_reader(vpctop: Vpctop, tmp_path: Path) -> None:
    """A folder without write permission is said, and the command goes on."""
    tmp_path.chmod(0o500)
    assert "going on without a log" in vpctop("cat", "/dev/null", "--log-file", tmp_path / "x.log").err


def test_a_log_that_cannot_be_written_stops_nothing(vpctop: Vpctop, tmp_path: Path) -> None:
    """A log file below a file is said, and the command goes on."""
    (tmp_path / "file").write_text("")
    ran = vpctop("cat", "/dev/null", "--log-file", tmp_path / "file" / "x.log")
    assert ran.code == 0
    assert "going on without a log" in ran.err


def test_the_module_and_the_command_are_the_same(start: Start) -> None:
    """`python -m tui` names itself vpctop, too."""
    process = start("tail")
    assert process.stderr
    assert process.wait(20) == 2
    assert b"Usage: vpctop tail" in process.stderr.read()


def test_words_complete_in_the_shell(start: Start) -> None:
    """Commands, and the monitor's options, complete by click's own means."""
    told = {"_VPCTOP_COMPLETE": "bash_complete", "COMP_CWORD": "1"}
    for typed, expected in (("vpctop t", b"plain,tail"), ("vpctop --reg", b"plain,--region")):
        process = start(environment=told | {"COMP_WORDS": typed})
        assert process.communicate(timeout=20)[0].strip() == expected
