"""Hands the terminal to the reader's own editor ($VISUAL, $EDITOR) with a text in a file, and takes it back."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import shlex
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from textual.app import App, SuspendNotSupported

from tui.flows.clean import clean

LOG = logging.getLogger(__name__)
_LARGEST = 200_000  # bytes that are taken back; ten times what an endpoint policy may have
_AT_ONCE = 1.0  # seconds: an editor that is back sooner, with nothing changed, has probably opened a window
_NAME = re.compile(r"[A-Za-z0-9-]{1,60}")


class ForeignError(Exception):
    """The text did not come back; one sentence says why."""


def editor_command(environ: Mapping[str, str]) -> list[str]:
    """The program and its arguments: $VISUAL, else $EDITOR, else vi.

    Raises:
        ForeignError: it cannot be found, or is not written as a command.
    """
    name = next((each for each in ("VISUAL", "EDITOR") if environ.get(each, "").strip()), "")
    try:
        command = shlex.split(environ[name]) if name else ["vi"]
    except ValueError as error:
        raise ForeignError(f"${name} is no command: {error}.") from None
    if not command or shutil.which(command[0], path=environ.get("PATH")) is None:
        what = f"${name} names {clean(command[0] if command else '', 100)!r}" if name else "$EDITOR is not set, and vi"
        raise ForeignError(f"{what}{', which' if name else ''} is not to be found.")
    return command


def hand_over(app: App[None], folder: Path | None, name: str, text: str, take: Callable[[str], object]) -> None:
    """Have a text edited there; `take` gets what came back, if it is another one."""

    async def run() -> None:
        """The screen stays as it is until the other editor ends."""
        try:
            back = await edited_elsewhere(app, folder, name, text)
        except ForeignError as error:
            app.notify(str(error), severity="warning", timeout=8, markup=False)
        else:
            if back is not None:
                take(back)

    app.run_worker(run(), name="editor", exclusive=True)


async def edited_elsewhere(app: App[None], folder: Path | None, name: str, text: str) -> str | None:
    """What the reader's editor made of a text; None if it left it as it was.

    The file is readable by its owner only, in a folder of its own below `folder`, and gone afterwards. Other messages of
    the app's are handled meanwhile; nothing of it reaches the terminal.

    Raises:
        ForeignError: there is no editor, it ended with an error, or the file cannot be written or read.
    """
    command = editor_command(os.environ)
    if folder is None:
        raise ForeignError("There is no folder to put the text in.")
    try:
        with _file(folder, name, text) as path:
            began = time.monotonic()
            code = await _run(app, [*command, str(path)])
            if code:
                raise ForeignError(f"{clean(command[0], 60)} ended with {code}: nothing was taken over.")
            with path.open("rb") as file:
                read = file.read(_LARGEST + 1)
    except OSError as error:
        raise ForeignError(f"The text could not be handed over: {error.strerror or error}.") from None
    if len(read) > _LARGEST:
        raise ForeignError(f"What came back has more than {_LARGEST:,} bytes: no policy, and not taken.")
    back = read.decode("utf-8", errors="replace").replace("\r\n", "\n").removeprefix("\N{BYTE ORDER MARK}").rstrip("\n")
    if back != text.rstrip("\n"):
        return back
    if time.monotonic() - began < _AT_ONCE:
        raise ForeignError(
            f"{clean(command[0], 60)} was back at once, with nothing changed: it may need to be told to wait, as code --wait."
        )
    return None


@contextmanager
def _file(folder: Path, name: str, text: str) -> Iterator[Path]:
    """A file with the text, gone afterwards with all that an editor puts beside it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = Path(tempfile.mkdtemp(prefix="edit-", dir=folder))  # 0700
    try:
        path = own / f"{name if _NAME.fullmatch(name) else 'policy'}.json"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text if text.endswith("\n") else f"{text}\n")
        yield path
    finally:
        shutil.rmtree(own, ignore_errors=True)


async def _run(app: App[None], command: list[str]) -> int:
    """The exit code of a program that has the terminal until it ends."""
    try:
        with app.suspend():
            # On the terminal that the screen is on, wherever our own output goes.
            process = await asyncio.create_subprocess_exec(*command, stdout=sys.__stderr__)
            # ctrl+c in the editor is a signal to us as well; ignored only now, since a child inherits that.
            before = signal.signal(signal.SIGINT, signal.SIG_IGN)
            try:
                return await process.wait()
            finally:
                signal.signal(signal.SIGINT, before)
                if process.returncode is None:  # the program ends
                    process.terminate()
    except SuspendNotSupported:
        raise ForeignError("The terminal cannot be handed over here.") from None
