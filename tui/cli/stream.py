"""A source on stdout: the loop that `tail` and `cat` share, its ends, and the summary."""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tui.cache.ledger import Ledger, open_gaps
from tui.cli.ending import DONE, FAILED, say, sentence, tell
from tui.cli.gaps import GapsFile, gap_lines
from tui.cli.output import Writer
from tui.cli.sieve import Sieve
from tui.cli.sink import Interrupted, Interrupts, Sink
from tui.flows.source import LATE, Batch, Source, SourceError

log = logging.getLogger(__name__)

# Batches between the source and a slow stdout at most: what waits stays at AWS or in the file, not in memory.
_UNDERWAY = 4
# How often a quiet stream looks whether its reader has gone, in seconds.
_GLANCE = 0.25
# How long a source may take to put its things away at the end, in seconds.
_FAREWELL = 0.5
# Seconds before the first retry after an error of our own code; each next pause is twice as long.
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
# Distinct addresses and texts remembered, at about 100 bytes each: a tail goes on for days.
_MOST_VALUES = 500_000
# Errors in a row after which a run that should end by itself gives up.
PATIENCE = 3


@dataclass(frozen=True, slots=True)
class Opened:
    """The source answers."""

    source: Source
    at: float


@dataclass(frozen=True, slots=True)
class Failed:
    """The source failed; unless `last`, it will be asked again."""

    error: SourceError
    last: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """A bounded source was read to its end."""


Message = Opened | Failed | Ended | Batch


@dataclass(slots=True)
class Summary:
    """What a run brought, for the line at its end."""

    records: int = 0
    unparsed: int = 0
    late: int = 0
    errors: int = 0
    began: float = field(default_factory=time.perf_counter)
    ledger: Ledger = field(default_factory=Ledger)

    def add(self, batch: Batch) -> None:
        """Count a batch."""
        self.records += len(batch)
        self.unparsed += len(batch.unparsed)
        self.late += sum(int(records.frame[LATE].sum() or 0) for records in batch.records)
        self.ledger.take(batch)

    def __str__(self) -> str:
        seconds = max(time.perf_counter() - self.began, 1e-6)
        rate = (self.records + self.unparsed) / seconds
        gaps = self.ledger.gaps()
        still = open_gaps(gaps)  # stretches, as the header of the monitor counts them
        number = Counter(gap.cause.value for gap in still)
        causes = ", ".join(f"{cause}: {count}" for cause, count in sorted(number.items()))
        healed = f", {len(gaps) - len(still)} healed" if len(gaps) > len(still) else ""
        return (
            f"{self.records} records in {seconds:.2f} s, {rate:.0f} events/s, {self.unparsed} unparsed, "
            f"{len(still)} gap{'' if len(still) == 1 else 's'}{f' ({causes})' if causes else ''}{healed}, {self.late} late"
        )


class Reader(threading.Thread):
    """Opens a source and reads it in a thread of its own; it speaks in messages.

    A daemon: a call in flight must not hold the end of the program.
    """

    def __init__(self, connect: Callable[[], Source], stop: threading.Event) -> None:
        super().__init__(name="reader", daemon=True)
        self.messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._connect = connect
        self._stopped = stop
        self._room = threading.Semaphore(_UNDERWAY)
        self._pause = _FIRST_PAUSE

    def taken(self) -> None:
        """A batch was taken: there is room for another."""
        self._room.release()

    def run(self) -> None:
        """Read until the source ends, fails for good, or is stopped."""
        try:
            source = self._connect()
        except Exception as error:  # noqa: BLE001 - whatever it was, it is told as a message
            self.messages.put(Failed(self._told(error), last=True))
            return
        self.messages.put(Opened(source, time.perf_counter()))
        while not self._stopped.is_set():
            try:
                self._read(source)
            except Exception as error:  # noqa: BLE001 - a bug in one page must not end a tail in an incident
                failure = self._told(error)
                self.messages.put(Failed(failure, last=failure.fatal))
                if failure.fatal or self._stopped.wait(failure.retry_after):
                    return
            else:
                self.messages.put(Ended())
                return

    def _read(self, source: Source) -> None:
        for batch in source.batches(self._stopped):
            while not self._room.acquire(timeout=_GLANCE):
                if self._stopped.is_set():
                    return
            self.messages.put(batch)
            self._pause = _FIRST_PAUSE

    def _told(self, error: Exception) -> SourceError:
        """The error as one sentence; a bug also goes to the log, with its traceback."""
        if isinstance(error, SourceError):
            return error
        log.error("the source met an unexpected error; it is asked again in %.0f s", self._pause, exc_info=error)
        pause, self._pause = self._pause, min(2 * self._pause, _LONGEST_PAUSE)
        reason = f"unexpected {type(error).__name__} while reading: {error}"
        return SourceError(reason, "the log file has the details", retry_after=pause)


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
        return messages.get(timeout=_GLANCE)
    except queue.Empty:
        return None


def _forget_stdout() -> None:
    """Python flushes stdout at exit; what nobody reads must not become a complaint."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except OSError:
        sys.stdout = None  # Python's own sign for "there is none"
