"""Calls to somebody outside: a real command and a real web server, with limits of time and number, and hostile alerts."""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.alerts.model import Alert, Severity
from tui.cli import calling, webhook_call
from tui.cli.calling import CallError, Calling, CallingLine, argument, as_json, values_of
from tui.cli.command_call import CommandCall
from tui.cli.notice import PLACES, NoticeSettings
from tui.cli.webhook_call import WebhookCall

ALERT = Alert(
    "port-scan 192.0.2.201",
    "port-scan",
    "192.0.2.201",
    Severity.CRITICAL,
    "192.0.2.201 tried 412 ports of web-1",
    count=412,
    first=1_790_000_040,
    last=1_790_000_290,
    filter="host 192.0.2.201",
)
VALUES = values_of(ALERT, "vpc-0a1b")
# Prints its arguments and what is on its input, as JSON.
ECHO = "import json,sys; json.dump([sys.argv[1:], json.load(sys.stdin)], open(sys.argv[1], 'w'))"


def wait_for(holds: Callable[[], object], limit: float = 10.0) -> None:
    """Until something holds."""
    end = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def command(*parts: str, limit: float = 10.0) -> CommandCall:
    """A command in Python."""
    return CommandCall((sys.executable, *parts), limit)


def alive(number: int) -> bool:
    """Whether a process runs, other than as a zombie."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# The command.


def test_a_command_gets_the_alert(tmp_path: Path) -> None:
    """Its arguments have their places filled in, and the whole alert is on its standard input."""
    out = tmp_path / "out"
    command("-c", ECHO, str(out), "{severity}", "of {scope}: {sentence}", "{unknown}", "--n={count}").call(VALUES)
    arguments, given_ = json.loads(out.read_text())
    assert arguments[1:] == ["critical", "of vpc-0a1b: 192.0.2.201 tried 412 ports of web-1", "none", "--n=412"]
    assert given_ == VALUES
    assert (given_["first"], given_["filter"]) == ("2026-09-21T14:14:00Z", "host 192.0.2.201")


def test_no_shell_reads_the_values(tmp_path: Path) -> None:
    """What a shell would run stays text."""
    hostile = replace(ALERT, subject=f"$(touch {tmp_path}/owned); `id` | x & \n-rf")
    out = tmp_path / "out"
    command("-c", ECHO, str(out), "{subject}").call(values_of(hostile, ""))
    assert json.loads(out.read_text())[0][1].startswith("$(touch ")
    assert list(tmp_path.iterdir()) == [out]


def test_its_output_goes_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """Both streams, harmless and cut; nothing reaches the terminal."""
    caplog.set_level(logging.INFO)
    command("-c", r"import sys; print('sent \x1b[2J' + 'x' * 99_999); sys.exit(0)").call(VALUES)
    logged = next(text for text in caplog.messages if "ended with 0" in text)
    assert "sent" in logged
    assert "\x1b" not in logged
    assert len(logged) < 10_000


def test_a_command_that_fails_says_why() -> None:
    """Its exit code and the beginning of its output."""
    with pytest.raises(CallError, match="ended with 3: no such channel"):
        command("-c", "import sys; print('no such channel', file=sys.stderr); sys.exit(3)").call(VALUES)


def test_a_command_that_is_gone_says_so() -> None:
    """It was there when the program started."""
    with pytest.raises(CallError, match="the command pager cannot be run: No such file"):
        CommandCall(("/nowhere/pager",), 1).call(VALUES)


def test_a_command_is_ended_with_all_it_started(tmp_path: Path) -> None:
    """After its time limit it and its children are gone."""
    out = tmp_path / "pids"
    code = f"import os,time; os.fork(); open({str(out)!r}, 'a').write(f'{{os.getpid()}} '); time.sleep(60)"
    begun = time.monotonic()
    with pytest.raises(CallError, match="took longer than 1 s"):
        command("-c", code, limit=1).call(VALUES)
    assert time.monotonic() - begun < 4
    numbers = [int(number) for number in out.read_text().split()]
    assert len(numbers) == 2
    wait_for(lambda: not any(map(alive, numbers)))


def test_a_child_that_goes_on_holds_nothing_up() -> None:
    """A command that leaves a child behind with its output open has ended all the same."""
    begun = time.monotonic()
    command("-c", "import os,time; os.fork() or time.sleep(3)").call(VALUES)
    assert time.monotonic() - begun < 2.5


def test_quitting_ends_the_command(tmp_path: Path) -> None:
    """What runs when the program ends, ends with it, at once."""
    out = tmp_path / "pid"
    code = f"import os,time; open({str(out)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    settings = NoticeSettings(command=(sys.executable, "-c", code), timeout=60)
    calls = Calling(settings, "vpc-0a1b")
    calls.start(print)
    calls.call([ALERT])
    wait_for(lambda: out.exists() and out.read_text())
    begun = time.monotonic()
    calls.stop()
    assert time.monotonic() - begun < 0.5
    wait_for(lambda: not alive(int(out.read_text())))


# The values.


TEXTS = st.text("-+@= \t\nx\u00a0\u202e\x1b", max_size=9) | st.text(max_size=300)


@given(TEXTS, TEXTS)
def test_no_value_can_be_taken_for_an_option(subject: str, sentence: str) -> None:
    """Whatever an alert says, its values begin neither an option nor a file to read, hold no control characters, and are bounded."""
    values = values_of(replace(ALERT, subject=subject, sentence=sentence, id=subject), sentence)
    for name in PLACES:
        filled = argument(f"{{{name}}}", values)
        assert filled
        assert not filled.startswith(("-", "@", "+", "=", " "))
        assert not any(ord(mark) < 32 or 127 <= ord(mark) < 160 for mark in filled)
        assert len(filled) <= 1_024
        filled.encode()  # no half of a pair


@given(st.text(max_size=300))
def test_a_value_is_not_filled_in_again(subject: str) -> None:
    """Braces in a value are text."""
    values = values_of(replace(ALERT, subject="x{sentence}" + subject), "")
    assert argument("{subject}", values).startswith("x{sentence}")


@given(st.text(max_size=20_000), st.floats())
def test_json_is_always_json(text: str, at: float) -> None:
    """Whatever is in an alert: one object, in ASCII, of bounded size, without what JSON cannot tell."""
    alert = replace(ALERT, id=text, rule=text, subject=text, sentence=text, unit=text, filter=text, first=at, raised=at)
    data = as_json(values_of(alert, text))
    assert data.isascii()
    assert len(data) < 64_000
    told = json.loads(data, parse_constant=pytest.fail)
    assert all(ord(mark) >= 32 for mark in told["text"])


# The webhook.


class Hook(HTTPServer):
    """Answers with the next of `answers`, or 200; `taken` are the bodies. An answer may wait, or lead elsewhere."""

    def __init__(self, *answers: int, wait: threading.Event | None = None, location: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Taker)
        self.answers, self.wait, self.location = list(answers), wait, location
        self.taken: list[tuple[str, Mapping[str, str], bytes]] = []

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}/services/hush"


class Taker(BaseHTTPRequestHandler):
    """Takes a POST."""

    server: Hook

    def do_POST(self) -> None:
        """Remember it, answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, dict(self.headers), body))
        if self.server.wait is not None:
            self.server.wait.wait(20)
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST  # noqa: N815  as http.server calls it

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the class's own word
        """Quiet."""


@contextmanager
def hook(*answers: int, wait: threading.Event | None = None, location: str = "") -> Iterator[Hook]:
    """A web server."""
    server = Hook(*answers, wait=wait, location=location)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        if wait is not None:
            wait.set()
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses for a test."""
    monkeypatch.setattr(webhook_call, "PAUSES", (0.02, 0.02))
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


def test_a_webhook_gets_the_alert(caplog: pytest.LogCaptureFixture) -> None:
    """One POST of JSON with a text that chat programs show; the log names no more than the host."""
    caplog.set_level(logging.DEBUG)
    with hook() as server:
        WebhookCall(server.url, 5).call(VALUES)
        ((path, headers, body),) = server.taken
    assert path == "/services/hush"
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == VALUES
    assert json.loads(body)["text"] == "vpctop critical: 192.0.2.201 tried 412 ports of web-1"
    assert "hush" not in caplog.text


def test_a_webhook_that_stumbles_is_tried_again() -> None:
    """An error of the server, or too many requests: again after a pause, until it takes it."""
    with hook(503, 429) as server:
        WebhookCall(server.url, 5).call(VALUES)
        assert len(server.taken) == 3


@pytest.mark.parametrize(("answers", "tries"), [((400,), 1), ((404,), 1), ((500, 500, 500), 3)], ids=str)
def test_a_webhook_that_refuses_is_told(answers: tuple[int, ...], tries: int) -> None:
    """Its answer, and its host alone."""
    with hook(*answers) as server:
        with pytest.raises(CallError, match=f"the webhook at 127.0.0.1 answered {answers[0]}") as met:
            WebhookCall(server.url, 5).call(VALUES)
        assert len(server.taken) == tries
        assert "hush" not in str(met.value)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(code: int) -> None:
    """Nobody gets the alert whom the reader has not named."""
    with hook() as other, hook(code, location=other.url) as server:
        with pytest.raises(CallError, match="redirects are not followed"):
            WebhookCall(server.url, 5).call(VALUES)
        assert (len(server.taken), other.taken) == (1, [])


def test_a_webhook_that_does_not_answer_is_given_up() -> None:
    """The time limit holds for the whole of a call, and calls that hang are not piled up."""
    with hook(wait=threading.Event()) as server:
        way = WebhookCall(server.url, 0.2)
        begun = time.monotonic()
        with pytest.raises(CallError, match=r"gave no answer within 0\.2 s"):
            way.call(VALUES)
        assert time.monotonic() - begun < 2


def test_an_answer_in_drops_is_given_up() -> None:
    """A byte now and then keeps a socket's own time limit from ending."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def drip() -> None:
            """A header that never ends."""
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Drip: ")
                while not over.wait(0.05):
                    connection.sendall(b"x")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        way = WebhookCall(f"http://127.0.0.1:{server.getsockname()[1]}/", 0.3)
        way.end()  # no second try
        begun = time.monotonic()
        with pytest.raises(CallError, match="gave no answer"):
            way.call(VALUES)
        assert time.monotonic() - begun < 2
        over.set()
        thread.join(2)


def test_a_webhook_that_is_nowhere_is_told() -> None:
    """Nobody listens there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(CallError, match="cannot be reached: Connection refused"):
            WebhookCall(f"http://127.0.0.1:{taken.getsockname()[1]}/hush", 5).call(VALUES)


# How many, and in which order.


class Recording:
    """A way that remembers, and can fail."""

    name = "the recorder"

    def __init__(self, *errors: Exception | None) -> None:
        self.errors = list(errors)
        self.called: list[object] = []
        self.gate = threading.Event()
        self.gate.set()

    def call(self, values: Mapping[str, object]) -> None:
        """Remember it."""
        self.gate.wait(10)
        self.called.append(values["subject"])
        if self.errors and (error := self.errors.pop(0)) is not None:
            raise error

    def end(self) -> None:
        """Nothing is under way."""


def put(line: CallingLine, *names: str, severity: Severity = Severity.WARNING) -> None:
    """Alerts of these subjects."""
    for name in names:
        alert = replace(ALERT, id=name, subject=name, severity=severity)
        line.put(alert, values_of(alert, ""))


def test_no_more_calls_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two a minute are two in any minute; what waits comes later, the most severe first."""
    monkeypatch.setattr(calling, "MINUTE", 0.4)
    way = Recording()
    line = CallingLine(way, 2, print)
    put(line, "a", "b", "c")
    put(line, "worst", severity=Severity.CRITICAL)
    begun = time.monotonic()
    line.start()
    wait_for(lambda: len(way.called) == 2)
    assert time.monotonic() - begun < 0.3
    wait_for(lambda: len(way.called) == 4)
    assert time.monotonic() - begun >= 0.4
    assert way.called == ["worst", "a", "b", "c"]
    line.stop()


def test_a_storm_is_bounded() -> None:
    """Of more alerts than may wait, the least severe and oldest are left out; the same alert waits once."""
    way = Recording()
    line = CallingLine(way, 60, print)
    put(line, "first", severity=Severity.CRITICAL)
    put(line, *(f"n{number}" for number in range(200)), *(["n199"] * 5))
    line.start()
    wait_for(lambda: len(way.called) == calling.MOST_WAITING)
    time.sleep(0.05)
    assert len(way.called) == calling.MOST_WAITING
    assert way.called[0] == "first"
    assert way.called[-1] == "n199"
    line.stop()


def test_failures_are_told_and_survived() -> None:
    """A failed call, and a bug of ours, are said once each; that it goes well again is said, too."""
    told: list[str] = []
    line = CallingLine(
        Recording(CallError("it is closed"), ZeroDivisionError("x")), 60, lambda _, why: told.append(why)
    )
    put(line, "a", "b", "c", "d")
    line.start()
    wait_for(lambda: len(told) == 3)
    assert told == ["it is closed", "the recorder failed (ZeroDivisionError); the log has the details", ""]
    line.stop()


def test_stopping_waits_for_nobody() -> None:
    """While a call hangs, and while others wait, stopping returns at once; nothing more is called."""
    way = Recording()
    way.gate.clear()
    line = CallingLine(way, 60, print)
    put(line, "a", "b")
    line.start()
    begun = time.monotonic()
    line.stop()
    assert time.monotonic() - begun < 0.2
    way.gate.set()
    line._thread.join(2)
    assert not line._thread.is_alive()
    assert len(way.called) <= 1
