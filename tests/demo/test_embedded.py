"""The embedded AWS as a process: quick to start, away from the reader's account, and never left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tui.demo.embedded import DemoError, EmbeddedAws, isolate_from_reader

PARENT = """
import sys, time
from tui.demo.embedded import EmbeddedAws
aws = EmbeddedAws(empty=True)
print(aws.url, aws._process.pid, flush=True)
time.sleep(600)
"""


def is_gone(pid: int) -> bool:
    """Whether a process has ended: a zombie has."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


def seconds_until(done: Callable[[], bool], limit: float = 5.0) -> float:
    """How long it took until `done`, looked at again and again."""
    started = time.monotonic()
    while not done():
        assert time.monotonic() - started < limit, "it did not happen"
        time.sleep(0.01)
    return time.monotonic() - started


@pytest.fixture
def parent() -> Iterator[tuple[subprocess.Popen[str], str, int]]:
    """A program of its own that started an embedded AWS: the program, the URL, and the id of the child process."""
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url, pid = process.stdout.readline().split()
        yield process, url, int(pid)
        process.kill()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_the_child_ends_with_its_parent(parent: tuple[subprocess.Popen[str], str, int], how: signal.Signals) -> None:
    """However the parent ends, the child is gone within a second, also with a request in flight."""
    process, url, pid = parent
    slow = [{"kind": "delay", "seconds": 600, "times": None}]
    urllib.request.urlopen(f"{url}/_demo/faults", json.dumps(slow).encode()).close()
    with subprocess.Popen(
        [sys.executable, "-c", f"import urllib.request; urllib.request.urlopen('{url}/?Action=X', timeout=60)"],
        stderr=subprocess.DEVNULL,
    ) as asking:
        seconds_until(lambda: b'"X"' in urllib.request.urlopen(f"{url}/_demo/calls").read())
        process.send_signal(how)
        assert seconds_until(lambda: is_gone(pid)) < 1.0
        assert asking.wait(5) != 0


def test_a_signal_to_the_child_ends_it_but_ctrl_c_does_not(parent: tuple[subprocess.Popen[str], str, int]) -> None:
    """The child is in a session of its own and ignores SIGINT, which is for the screen; SIGHUP and SIGTERM end it."""
    _, url, pid = parent
    assert os.getsid(pid) == pid
    os.kill(pid, signal.SIGINT)
    with pytest.raises(AssertionError):
        seconds_until(lambda: is_gone(pid), limit=0.5)
    assert urllib.request.urlopen(f"{url}/_demo/calls").status == 200
    os.kill(pid, signal.SIGHUP)
    assert seconds_until(lambda: is_gone(pid)) < 1.0


def test_close_ends_the_child_at_once() -> None:
    """After close the process is gone and the port is free; a second close does nothing."""
    aws = EmbeddedAws(empty=True)
    started = time.monotonic()
    aws.close()
    assert time.monotonic() - started < 1.0
    assert aws._process.returncode is not None
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(aws.url, timeout=1)
    aws.close()


def test_a_child_that_cannot_start_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A child that dies at once says why in one sentence, on the exception and nowhere else."""
    (tmp_path / "moto").mkdir()
    (tmp_path / "moto" / "__init__.py").write_text("raise RuntimeError('moto is broken on this machine')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(DemoError, match=r"^The embedded AWS could not be started: .*moto is broken on this machine\.$"):
        EmbeddedAws(empty=True)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without moto the sentence says what to install."""
    (tmp_path / "moto").mkdir()
    text = "raise ModuleNotFoundError(\"No module named 'moto'\", name='moto')"
    (tmp_path / "moto" / "__init__.py").write_text(text)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(DemoError, match=r"needs the Python package moto: pip install 'vpctop\[demo\]'"):
        EmbeddedAws(empty=True)


def test_the_child_minds_neither_settings_nor_the_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A broken AWS configuration at home and a `tui` or `moto` of someone else's where we stand do no harm."""
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text("[[[nonsense")
    for name in ("tui.py", "moto.py", "werkzeug.py"):
        (tmp_path / name).write_text("raise RuntimeError('not this one')")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_PROFILE", "missing")
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.1:3128")
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "999999999999")
    monkeypatch.chdir(tmp_path)
    with EmbeddedAws(empty=True) as aws:
        assert aws.account == "123456789012"
        assert aws.calls() == []


def test_nothing_reaches_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    """Neither starting nor bad requests nor the end write on stdout or stderr."""
    with EmbeddedAws(empty=True) as aws:
        for path in ("/", "/_demo/nonsense", "/?Action=%FF"):
            with pytest.raises(urllib.error.HTTPError):
                urllib.request.urlopen(aws.url + path, b"\xff\xfe")
    assert capfd.readouterr() == ("", "")


def test_it_listens_on_loopback_alone(embedded: EmbeddedAws) -> None:
    """The server is bound to 127.0.0.1."""
    assert embedded.url.startswith("http://127.0.0.1:")


def test_the_clock_runs_at_its_speed_or_stands_still() -> None:
    """Demo time is the wall's, faster by `speed`; with `at` it stands still. Parent and child agree."""
    with EmbeddedAws(empty=True, speed=1000) as fast:
        before = fast.clock()
        urllib.request.urlopen(f"{fast.url}/?Action=X").close()
        assert before < fast.calls()[0]["at"] < fast.clock()
        seconds_until(lambda: fast.clock() - before > 100, limit=1)
    with EmbeddedAws(empty=True, at=1_767_225_600.0) as still:
        urllib.request.urlopen(f"{still.url}/?Action=X").close()
        assert still.clock() == still.calls()[0]["at"] == 1_767_225_600.0


def test_the_reader_s_settings_are_dropped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """After isolate_from_reader a broken profile, a broken file and a proxy no longer matter."""
    broken = tmp_path / "config"
    broken.write_text("[[[nonsense")
    for name, value in {
        "AWS_PROFILE": "missing",
        "AWS_CONFIG_FILE": str(broken),
        "AWS_ENDPOINT_URL": "http://192.0.2.1",
        "HTTP_PROXY": "http://192.0.2.1:3128",
        "https_proxy": "http://192.0.2.1:3128",
    }.items():
        monkeypatch.setenv(name, value)
    isolate_from_reader()
    left = {name for name in os.environ if name.startswith("AWS_") or name.lower().endswith("_proxy")}
    assert left == {"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_EC2_METADATA_DISABLED"}
    assert boto3.Session(region_name="eu-west-1").available_profiles == []


def test_the_environment_points_here(aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain boto3 session under `environment()` talks to the embedded AWS, a proxy in the way or not."""
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.1:3128")
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    identity: dict[str, Any] = boto3.Session().client("sts").get_caller_identity()
    assert identity["Account"] == aws.account
