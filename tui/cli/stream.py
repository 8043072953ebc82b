"""A source on stdout: the loop that `tail` and `cat` share, its ends, and the summary."""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Callable

from tui.cli.ending import DONE, FAILED, say, sentence, tell
from tui.cli.gaps import GapsFile, gap_lines
from tui.cli.output import Writer
from tui.cli.reader import GLANCE, Failed, Message, Opened, Reader
from tui.cli.sieve import Sieve
from tui.cli.sink import Interrupted, Interrupts, Sink
from tui.cli.summary import Summary
from tui.flows.source import Batch, Source

# How long a source may take to put its things away at the end, in seconds.
_FAREWELL = 0.5
# Distinct addresses and texts remembered, at about 100 bytes each: a tail goes on for days.
_MOST_VALUES = 500_000
# Errors in a row after which a run that should end by itself gives up.
PATIENCE = 3


class Stream:
    """One run: a source read into a writer, until it ends, a signal comes, or nobody reads stdout any more."""

    def __init__(
        self,
        connect: Callable[[], Source],
        writer: Callable[[Source], Writer],
        *,
        writes: bool = True,
        patience: int | None = None,
        tells_gaps: bool = False,
        gaps_file: GapsFile | None = None,
        sieve: Sieve | None = None,
    ) -> None:
        self._sieve = sieve
        self._connect = connect
        self._make_writer = writer
        self._writes = writes  # False: nothing goes to stdout, so it does not matter who reads it
        self._patience = patience  # errors in a row that end the run; None: it goes on for ever
        self._tells_gaps = tells_gaps  # the ledger goes to stderr at the end, as JSON
        self._gaps_file = gaps_file
        self._said = {"advice": "", "pushed": ""}
        self._summary = Summary()
        self._writer: Writer | None = None
        self._told = ""
        self._healing = False
        self._in_a_row = 0

    def run(self) -> int:
        """The exit code. The summary is said, except to a reader who has left."""
        with Interrupts() as interrupts:
            stop = threading.Event()
            reader = Reader(self._connect, stop)
            try:
                code = self._pump(reader, Sink(1, interrupts), interrupts)
            except Interrupted:
                code = 128 + interrupts.signal
            except BrokenPipeError:
                _forget_stdout()
                return self._keep_gaps(DONE)
            except OSError as error:
                say(f"stdout cannot be written: {error.strerror or error}")
                code = FAILED
            finally:
                stop.set()
                reader.join(_FAREWELL)
                if self._sieve is not None:
                    self._sieve.close()
        code = self._keep_gaps(code)
        if self._writer is not None:
            if self._tells_gaps:
                tell(gap_lines(self._summary.ledger.gaps()))
            say(str(self._summary))
        return code

    def _keep_gaps(self, code: int) -> int:
        """Write the ledger's file; the exit code, which is another one when that fails."""
        if self._gaps_file is None:
            return code
        if self._writer is None:
            self._gaps_file.drop()
            return code
        try:
            self._gaps_file.write(self._summary.ledger.gaps())
        except OSError as error:
            say(f"--gaps: the file cannot be written: {error.strerror or error}")
            return code or FAILED
        return code

    @property
    def errors(self) -> int:
        """How many errors the source had that were not the end of it."""
        return self._summary.errors

    def _pump(self, reader: Reader, sink: Sink, interrupts: Interrupts) -> int:
        reader.start()
        while True:
            with interrupts.waiting():
                message = _next(reader.messages)
            if message is None:
                if self._writes and sink.is_closed():
                    raise BrokenPipeError
            elif isinstance(message, Batch):
                reader.taken()
                self._on_batch(message, sink)
            elif isinstance(message, Opened):
                self._summary.began = message.at
                self._writer = self._make_writer(message.source)
                if note := message.source.about.note:
                    say(note)
            elif isinstance(message, Failed):
                code = self._on_failure(message)
                if code is not None:
                    self._close(sink)
                    return code
            else:
                self._close(sink)
                return DONE

    def _on_batch(self, batch: Batch, sink: Sink) -> None:
        if batch.is_answer:
            if self._healing:
                say("reading goes on")
            self._told = ""
            self._healing = False
            self._in_a_row = 0
        if self._sieve is not None:
            batch = self._sieve.keep(batch)
        if self._writer is not None:
            lines = self._writer.render(batch)
            if lines:
                sink.write(lines)
        from tui.flows.dtype import InUse  # polars takes 0.2 s to import; whoever read the batch has done so

        for records in batch.records:
            InUse.renew_beyond(_MOST_VALUES, records.frame)
        self._summary.add(batch)
        for name in self._said if batch.status is not None else ():
            told = str(getattr(batch.status, name))
            if told and told != self._said[name]:
                say(told)
            self._said[name] = told

    def _on_failure(self, failed: Failed) -> int | None:
        """Tell it, once; the exit code if it is the end."""
        self._in_a_row += 1
        self._summary.errors += 1
        text = sentence(failed.error)
        if text != self._told:
            say(text)
        self._told = text
        self._healing = failed.error.retry_after > 0
        if failed.last:
            return failed.error.exit_code
        return FAILED if self._patience is not None and self._in_a_row >= self._patience else None

    def _close(self, sink: Sink) -> None:
        if self._writer is not None and (rest := self._writer.close()):
            sink.write(rest)


def _next(messages: queue.SimpleQueue[Message]) -> Message | None:
    try:
        return messages.get(timeout=GLANCE)
    except queue.Empty:
        return None


def _forget_stdout() -> None:
    """Python flushes stdout at exit; what nobody reads must not become a complaint."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except OSError:
        sys.stdout = None  # Python's own sign for "there is none"
