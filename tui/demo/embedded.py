"""The embedded AWS, seen from the program that uses it: start, ask, end.

Light to import: moto and boto3 are loaded by the child process alone.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

ACCOUNT = "123456789012"
REGION = "eu-west-1"
ACCESS_KEYS = ("AKIADEMO000000000001", "demo/not+a+secret/0000000000000000000000")  # gitleaks:allow

START_LIMIT = 60.0  # seconds; it takes two or three on an idle machine
END_LIMIT = 1.0
CALL_LIMIT = 30.0

_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
_ALONE = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}

# The child finds this package where the parent found it, before any other copy that is installed, and nothing in the
# directory it happens to be started in (-P).
_ROOT = str(Path(__file__).parents[2])
_CHILD = """
import sys
packages = (at for at, path in enumerate(sys.path) if path.endswith("-packages"))
sys.path.insert(next(packages, len(sys.path)), sys.argv[1])
from tui.demo.child import main
main(sys.argv[2])
"""


class DemoError(Exception):
    """The embedded AWS could not be started or asked, in one sentence."""


class EmbeddedAws:
    """An AWS of our own in a child process on 127.0.0.1, there between `with` and its end.

    `rate` is flow records a second, `history` how many seconds of them are there at the start. Time goes `speed` times as
    fast as the wall's, or stands still if `at` (Unix seconds) is given. `empty`: an account with nothing in it.

    Raises:
        DemoError: it could not be started.
    """

    def __init__(
        self,
        seed: int = 7,
        rate: float = 200.0,
        speed: float = 1.0,
        history: int = 1200,
        at: float | None = None,
        empty: bool = False,
    ) -> None:
        self._wall = time.time()
        self._speed = speed
        self._at = at
        options = {
            "wall": self._wall,
            "account": ACCOUNT,
            "region": REGION,
            "seed": seed,
            "rate": rate,
            "speed": speed,
            "history": history,
            "at": at,
            "empty": empty,
        }
        self._process, self._errors = _start(json.dumps(options))
        try:
            told = self._first_line()
        except BaseException:
            self.close()
            raise
        self.url: str = told["url"]
        self.account: str = told["account"]
        self.region: str = told["region"]
        self.scope: str = told["scope"]
        self.access_keys = ACCESS_KEYS

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def clock(self) -> float:
        """The demo's time, in Unix seconds."""
        return self._at if self._at is not None else self._wall + (time.time() - self._wall) * self._speed

    def environment(self) -> dict[str, str]:
        """The variables that point any AWS program here, and away from the reader's own account."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": self.access_keys[0],
            "AWS_SECRET_ACCESS_KEY": self.access_keys[1],
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            **_ALONE,
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",  # Live Tail would go to stream-127.0.0.1
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
        }

    def close(self) -> None:
        """End the child. It is gone when this returns. May be called twice."""
        process = self._process
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            process.wait(END_LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._errors.close()

    @property
    def end(self) -> int:
        """A descriptor that can be read once the child has ended."""
        assert self._process.stdout is not None
        return self._process.stdout.fileno()

    def has_ended(self, patience: float = 0.0) -> bool:
        """Whether the child has ended by itself, or does within so many seconds."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        return self._process.returncode is not None

    @property
    def ending(self) -> str:
        """How the child ended: the signal that killed it, or its last words."""
        code = self._process.returncode
        if code is not None and code < 0:
            return f"killed by {signal.Signals(-code).name}"
        return self._last_words()

    def inject(self, rules: Sequence[Mapping[str, Any]]) -> None:
        """Make calls go wrong as these rules say, in place of any before: the fields of tui.demo.fault.Rule."""
        self._control("faults", list(rules))

    def calls(self) -> list[dict[str, Any]]:
        """The calls made so far: service, action, region, parameters, at (demo time), wall."""
        return list(self._control("calls"))

    def forget_calls(self) -> None:
        """Begin the list of calls anew."""
        self._control("forget", {})

    def put(self, group: str, stream: str, events: Iterable[tuple[int, int, str]]) -> None:
        """Put events into a log stream, which is made if need be: each (timestamp ms, ingestion ms, message)."""
        self._control("put", [{"group": group, "stream": stream, "events": list(events)}])

    def configure(self, **settings: Any) -> None:
        """Set how large pages are and how awkward: the fields of tui.demo.front.Settings; what is not given is as usual."""
        self._control("settings", settings)

    def reset(self) -> None:
        """Make it an empty account again, without faults or settings."""
        self._control("reset", {})

    def _control(self, what: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self.url}/_demo/{what}", data, CALL_LIMIT) as answer:
                return json.load(answer)
        except OSError as error:
            detail = error.read().decode("utf-8", "replace") if hasattr(error, "read") else str(error)
            raise DemoError(f"The embedded AWS did not take {what}: {detail}") from None

    def _first_line(self) -> dict[str, Any]:
        stdout = self._process.stdout
        assert stdout is not None
        line, deadline = b"", time.monotonic() + START_LIMIT
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise DemoError(f"The embedded AWS did not start within {START_LIMIT:.0f} seconds.")
                part = os.read(stdout.fileno(), 4096)
                if not part:
                    raise DemoError(f"The embedded AWS could not be started: {self._last_words()}.")
                line += part
        told: dict[str, Any] = json.loads(line)
        if "error" in told:
            raise DemoError(told["error"])
        return told

    def _last_words(self) -> str:
        """The last line the child wrote on stderr: of a traceback, the one that says what."""
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "it ended without a word").rstrip(".")


def _start(options: str) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
    """The child, in a session of its own so that no key pressed here reaches it; and its stderr, a file without a name."""
    environment = {name: value for name, value in os.environ.items() if not _is_reader_s(name)} | _ALONE
    environment["PYTHONHASHSEED"] = "0"  # sets too are to come out the same in every run
    errors = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the child
    try:
        process = subprocess.Popen(  # noqa: S603 - this program itself, with options of ours
            [sys.executable, "-P", "-c", _CHILD, _ROOT, options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        errors.close()
        raise DemoError(f"The embedded AWS could not be started: {error}.") from None
    return process, errors


def isolate_from_reader() -> None:
    """Take the reader's AWS settings and proxies out of the environment of this process.

    To be called before the first boto3 session: a bad AWS_PROFILE or configuration file breaks even a session with keys of
    its own, and a proxy would be asked for 127.0.0.1.
    """
    for name in list(os.environ):
        if _is_reader_s(name):
            del os.environ[name]
    os.environ.update(_ALONE)


def _is_reader_s(name: str) -> bool:
    """Whether a variable says something of the reader's AWS account, of moto, or of a proxy."""
    return name.startswith(("AWS_", "MOTO_")) or name.lower() in _PROXIES
