"""The terminal as credentials see it: free to ask on before the screen opens, and nobody's business from then on."""

from __future__ import annotations

import contextlib
import getpass
import logging
import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tui.flows.clean import clean
from tui.flows.source import SourceError

log = logging.getLogger(__name__)

PROCESS_LIMIT = 30.0  # seconds that a credential_process may take
_LINES = 20  # of what it writes on stderr, for the log


@dataclass
class Terminal:
    """Whether somebody may be asked on the terminal, looked at each time: a session outlives the moment it was made in."""

    is_free: bool = False

    def ask(self, question: str) -> str:
        """An MFA code, typed unseen.

        Raises:
            SourceError: the terminal is the screen's.
        """
        if self.is_free:
            return getpass.getpass(question)
        raise SourceError(
            "the session has ended and its profile wants a new MFA code",
            "quit and start again: the code is asked for before the screen opens",
            retry_after=60.0,
        )

    def run(self, command: Sequence[str], **pipes: Any) -> _Process:
        """Start a credential_process as subprocess.Popen does; without the terminal unless that is free."""
        return _Process(command, alone=not self.is_free, **pipes)


class _Process:
    """A credential_process, ended when it takes too long, whose stderr goes to the log.

    `alone`: it has no input, and a session of its own, so that even /dev/tty is not there for it.
    """

    def __init__(self, command: Sequence[str], *, alone: bool, **pipes: Any) -> None:
        self._name = Path(command[0]).name if command else ""
        how: dict[str, Any] = {"stdin": subprocess.DEVNULL, "start_new_session": True} if alone else {}
        self._alone = alone
        self._process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - the reader's own, as botocore runs it
            command, **pipes, **how
        )

    @property
    def returncode(self) -> int | None:
        """The exit code, once it has ended."""
        return self._process.returncode

    def communicate(self) -> tuple[bytes, bytes]:
        """What it wrote on stdout and stderr; nothing, and a return code that is not 0, when it took too long."""
        try:
            out, said = self._process.communicate(timeout=PROCESS_LIMIT if self._alone else None)
        except subprocess.TimeoutExpired:
            log.warning("credential_process %s took longer than %.0f s and was ended", clean(self._name), PROCESS_LIMIT)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)  # what it has started as well
            self._process.wait()
            for pipe in (self._process.stdout, self._process.stderr):
                if pipe is not None:
                    pipe.close()
            return b"", b""
        words = (said or b"").decode("utf-8", "replace")
        for line in words.splitlines()[:_LINES]:
            log.warning("credential_process %s: %s", clean(self._name), clean(line))
        return out, words.encode()  # botocore would stumble over what is no UTF-8
