from __future__ import annotations

import getpass
import json
import logging
import os
import pty
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.aws.sign_in import Home, at_home
from tui.aws.session import Access, Clients, resolve_credentials
from tui.aws.terminal import Terminal
from tui.demo.embedded import EmbeddedAws
from tui.flows.source import SourceError

KEYS = {"Version": 1, "AccessKeyId": "AKIAPROCESS", "SecretAccessKey": "s", "SessionToken": "t"}
ROLES = """
[profile process]
region = eu-west-1
credential_process = {process}
[profile role]
region = eu-west-1
role_arn = arn:aws:iam::123456789012:role/Admin
source_profile = process
[profile chained]
region = eu-west-1
role_arn = arn:aws:iam::123456789012:role/Chained
source_profile = role
[profile coded]
region = eu-west-1
role_arn = arn:aws:iam::123456789012:role/Coded
source_profile = process
mfa_serial = arn:aws:iam::123456789012:mfa/alice
"""


@pytest.fixture
def home(aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A reader whose profiles lean on a program that asks, and talks on stderr; it notes what it was answered."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    with at_home() as home:
        _write_process(home, KEYS | {"Expiration": "2099-01-01T00:00:00Z"})
        with (home.folder / "config").open("a") as file:
            file.write(ROLES.format(process=home.folder / "process.sh"))
        yield home


def _write_process(home: Home, keys: dict[str, object], then: str = "") -> None:
    script = home.folder / "process.sh"
    heard = home.folder / "heard"
    script.write_text(
        "#!/bin/sh\necho Touch your key >&2\n(echo Code: >/dev/tty) 2>/dev/null\n"
        f"read line </dev/tty 2>/dev/null || read line || line=nothing\necho $line >>{heard}\n{then}\n"
        f"echo '{json.dumps(keys)}'\n"
    )
    script.chmod(0o700)


def _heard(home: Home) -> list[str]:
    return (home.folder / "heard").read_text().split()


@pytest.mark.parametrize("profile", ["process", "role", "chained"])
def test_a_credential_process_has_no_terminal(
    home: Home, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], profile: str
) -> None:
    """Itself or behind a source_profile: it can ask nobody and print nowhere, and what it says is in the log."""
    with caplog.at_level(logging.WARNING):
        Clients(Access(profile=profile)).call("logs", "DescribeLogGroups")
    assert _heard(home) == ["nothing"]
    assert "credential_process process.sh: Touch your key" in caplog.messages
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("profile", ["process", "role"])
def test_nothing_is_written_to_or_read_from_the_terminal_that_there_is(home: Home, profile: str) -> None:
    """With a controlling terminal and a reader who types: nothing appears on it, and what was typed is still there."""
    child, terminal = pty.fork()
    if child == 0:  # the process of a program whose screen this terminal is
        status = 1
        try:
            Clients(Access(profile=profile)).call("logs", "DescribeLogGroups")
            status = 0
        finally:
            os._exit(status)
    os.write(terminal, b"typed\n")
    written = b""
    while part := _read(terminal):
        written += part
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert written == b"typed\r\n"  # the terminal's own echo
    assert _heard(home) == ["nothing"]


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # nobody has it open any more
        return b""


def test_a_process_that_fails_is_told_and_logged(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    """The sentence does not repeat what it wrote, which may hold secrets; the log has it, without control characters."""
    _write_process(home, KEYS, "printf 'no \\033[31mkey\\377\\n' >&2; exit 3")
    with (
        caplog.at_level(logging.WARNING),
        pytest.raises(SourceError, match="cannot be fetched from custom-process") as told,
    ):
        Clients(Access(profile="process")).call("logs", "DescribeLogGroups")
    assert "key" not in told.value.reason
    said = [each for each in caplog.messages if each.startswith("credential_process")]
    assert any("no " in each and "key" in each for each in said)
    assert not any("\033" in each for each in said)


def test_a_process_that_takes_too_long_is_ended_with_what_it_started(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that waits for ever costs its limit, once, and leaves nothing behind."""
    monkeypatch.setattr("tui.aws.terminal.PROCESS_LIMIT", 0.3)
    _write_process(home, KEYS, f"sleep 60 & echo $! >{home.folder}/started; wait")
    begun = time.monotonic()
    with pytest.raises(SourceError, match="cannot be fetched"):
        Clients(Access(profile="process"))
    assert time.monotonic() - begun < 5
    started = int((home.folder / "started").read_text())
    while Path(f"/proc/{started}/stat").exists() and Path(f"/proc/{started}/stat").read_text().split()[2] != "Z":
        assert time.monotonic() - begun < 5
        time.sleep(0.01)


@pytest.mark.usefixtures("home")
def test_a_session_made_before_the_screen_asks_no_more_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code is asked for before the screen opens; what the session fetches later, it fetches without the terminal."""
    monkeypatch.setattr("getpass.getpass", lambda _question: "123456")
    run, seen = Terminal.run, list[tuple[Terminal, bool]]()

    def note(terminal: Terminal, command: Sequence[str], **pipes: Any) -> Any:
        seen.append((terminal, terminal.is_free))
        return run(terminal, command, **pipes)

    monkeypatch.setattr(Terminal, "run", note)
    resolve_credentials(Access(profile="coded"))
    assert [was_free for _, was_free in seen] == [True]
    assert not seen[0][0].is_free


def test_no_code_is_asked_for_on_a_terminal_that_is_the_screens(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same Terminal asks while it is free, and refuses from then on."""
    monkeypatch.setattr(getpass, "getpass", lambda _question: "123456")
    terminal = Terminal(is_free=True)
    assert terminal.ask("MFA code: ") == "123456"
    terminal.is_free = False
    with pytest.raises(SourceError, match="MFA code"):
        terminal.ask("MFA code: ")
