"""The program's own log: a file that only its owner reads, and never the terminal."""

from __future__ import annotations

import io
import logging
import logging.handlers
import os
import sys
import threading
import time
from pathlib import Path

import platformdirs

_LARGEST = 2 << 20
_KEPT = 3


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """A rotating file with mode 0600, that gives up in silence when it cannot be written."""

    def _open(self) -> io.TextIOWrapper:
        path = Path(self.baseFilename)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return open(opened, "a", encoding="utf-8", errors="backslashreplace")  # noqa: PTH123 - a descriptor, not a path

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Say nothing: a full disk must not write over the screen of an incident."""


def default_log_path() -> Path:
    """Where the log goes unless `--log-file` says otherwise."""
    return Path(platformdirs.user_state_dir("vpctop", appauthor=False)) / "vpctop.log"


def open_log_path() -> Path | None:
    """Where the log goes now, or None while nothing was opened."""
    opened = [Path(each.baseFilename) for each in logging.getLogger().handlers if isinstance(each, _PrivateFile)]
    return opened[-1] if opened else None


def log_to_file(path: Path | None) -> Path:
    """Send everything that is logged or warned about, also by botocore and urllib3, to a file; returns its path.

    The file is made when the first line comes. If it cannot be written, the program goes on without; only a path
    that the reader asked for is worth a sentence.
    """
    place = path or default_log_path()
    handler = _PrivateFile(place, maxBytes=_LARGEST, backupCount=_KEPT, encoding="utf-8", delay=True)
    layout = logging.Formatter(
        "%(asctime)s.%(msecs)03dZ %(process)d %(threadName)s %(levelname)s %(name)s: %(message)s"
    )
    layout.converter = time.gmtime
    layout.default_time_format = layout.datefmt = "%Y-%m-%dT%H:%M:%S"
    handler.setFormatter(layout)
    root = logging.getLogger()
    for old in [each for each in root.handlers if isinstance(each, _PrivateFile)]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("tui").setLevel(logging.INFO)
    logging.lastResort = None
    logging.raiseExceptions = False
    logging.captureWarnings(capture=True)
    threading.excepthook = _log_thread_error
    if path is not None:
        _check(path)
    return place


def _check(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        print(f"vpctop: {path}: cannot be written ({error.strerror}); going on without a log", file=sys.stderr)


def _log_thread_error(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        logging.getLogger("tui").error(
            "thread %s ended by an unexpected error",
            args.thread.name if args.thread else "?",
            exc_info=(args.exc_type, args.exc_value, args.exc_traceback),
        )
