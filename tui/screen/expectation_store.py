"""The file that expectations outlive the program in: requests that must stay allowed, or denied, by endpoint."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from textual.message import Message

from tui.flows.clean import clean
from tui.screen.filter_store import write_private

if TYPE_CHECKING:
    from tui.policies.expectation import Expectation

LOG = logging.getLogger(__name__)
FILE = "expectations.json"
MOST = 200  # expectations of one endpoint
LONGEST = 4_096  # characters of a text in the file
LAST_WRITE = 0.4  # seconds that quitting waits for what is to be written
_LARGEST = 1 << 22  # bytes of a file that are read
_MOST_BROKEN = 99  # files that could not be read and are kept beside
_DOCUMENT = "endpoints"


class _BrokenError(ValueError):
    """A file that is not ours, or no longer; the message is what is wrong, to be put behind the file's name."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the file holds, by endpoint; `trouble` is a sentence on what of it could not be read or written, '' for none."""

    by_endpoint: Mapping[str, tuple[Expectation, ...]] = field(default_factory=dict)
    trouble: str = ""


@dataclass(eq=False)
class ExpectationsRead(Message):
    """The file was read, or written; `number` is of the last change that is in it."""

    kept: Kept
    number: int


@dataclass(frozen=True, slots=True)
class _Job:
    """One more expectation of an endpoint, or one less."""

    endpoint: str
    expectation: Expectation
    is_added: bool


class ExpectationStore:
    """Reads and writes in a thread of its own: a folder on a network that is gone must not hold a key.

    A folder that is None, or cannot be used, means: remembered in memory only. What other sessions wrote meanwhile stays.
    """

    def __init__(self, folder: Path | None, post: Callable[[Message], object]) -> None:
        self.path = None if folder is None else folder / FILE
        self._post = post
        self._kept = Kept()
        self._number = 0
        self._done = 0
        self._jobs: SimpleQueue[_Job | threading.Event | None] = SimpleQueue()
        self._is_started = False
        self._thread = threading.Thread(target=self._run, name="expectation store", daemon=True)

    @property
    def trouble(self) -> str:
        """What is wrong with the file, as a sentence; '' while nothing is."""
        return self._kept.trouble

    def start(self) -> None:
        """Read the file: ExpectationsRead is posted. Once more does nothing."""
        if self.path is not None and not self._is_started:
            self._is_started = True
            self._thread.start()

    def stop(self) -> None:
        """End after what is to be written, for which it waits a moment."""
        if self._is_started:
            self._jobs.put(None)
            self._thread.join(LAST_WRITE)

    def of(self, endpoint: str) -> tuple[Expectation, ...]:
        """The expectations of an endpoint, in the order they were made."""
        return self._kept.by_endpoint.get(endpoint, ())

    def add(self, endpoint: str, expectation: Expectation) -> bool:
        """Keep one more; one with the same request is replaced. False where there are too many already."""
        others = tuple(each for each in self.of(endpoint) if each.request != expectation.request)
        if len(others) >= MOST:
            return False
        self._change(endpoint, (*others, expectation), _Job(endpoint, expectation, is_added=True))
        return True

    def remove(self, endpoint: str, expectation: Expectation) -> None:
        """Forget one."""
        others = tuple(each for each in self.of(endpoint) if each.request != expectation.request)
        self._change(endpoint, others, _Job(endpoint, expectation, is_added=False))

    def read(self, event: ExpectationsRead) -> bool:
        """Take what the file holds, unless more has been changed since; whether anything is another now."""
        if event.number != self._number or event.kept == self._kept:
            return False
        self._kept = event.kept
        return True

    def wait(self, seconds: float = 5.0) -> bool:
        """Until all is written that was asked to be; False if it takes longer."""
        if not self._is_started:
            return True
        written = threading.Event()
        self._jobs.put(written)
        return written.wait(seconds)

    def _change(self, endpoint: str, expectations: tuple[Expectation, ...], job: _Job) -> None:
        self._kept = Kept({**self._kept.by_endpoint, endpoint: expectations}, self._kept.trouble)
        self._number += 1
        if self.path is not None:
            self.start()
            self._jobs.put(job)

    # In the thread.

    def _run(self) -> None:
        assert self.path is not None
        self._tell(self._guarded(read_kept, self.path))
        while (job := self._jobs.get()) is not None:
            if isinstance(job, threading.Event):
                job.set()
                continue
            self._done += 1
            self._tell(self._guarded(write_change, self.path, job))

    def _tell(self, kept: Kept) -> None:
        with suppress(RuntimeError):  # the app's loop is closed: it has quit
            self._post(ExpectationsRead(kept, self._done))

    def _guarded(self, act: Callable[..., Kept], *given: object) -> Kept:
        try:
            return act(*given)
        except OSError as error:
            LOG.warning("expectations cannot be kept: %s", error)
            reason = clean(error.strerror or str(error), 200)
            return Kept(self._kept.by_endpoint, f"What must stay allowed is not kept on disk ({FILE}): {reason}.")
        except Exception as error:  # a bug here must not take the screen down
            LOG.exception("expectations cannot be kept")
            return Kept(self._kept.by_endpoint, f"What must stay allowed is not kept on disk: {type(error).__name__}.")


def read_kept(path: Path) -> Kept:
    """What a file holds; what of it cannot be read is left out, and said.

    Raises:
        OSError: it cannot be opened or read.
    """
    try:
        return _kept_of(_document(path), path)
    except _BrokenError as error:
        return Kept({}, f"{clean(str(path), 300)} {error}: nothing of it is used, and it is kept beside.")


def write_change(path: Path, job: _Job) -> Kept:
    """Put one change into the file as it is by now; a file that cannot be read is kept beside.

    Raises:
        OSError: it cannot be read or written; what was there still is.
    """
    trouble = ""
    try:
        document = _document(path)
    except _BrokenError as error:
        beside = _free_name(path)
        path.rename(beside)
        trouble = f"{clean(str(path), 300)} {error}: it is {clean(beside.name, 80)} now."
        document = {_DOCUMENT: {}}
    lists = document[_DOCUMENT]
    listed = lists.get(job.endpoint)
    entries = [each for each in listed if not _is_of(each, job.expectation)] if isinstance(listed, list) else []
    lists[job.endpoint] = [*entries, as_json(job.expectation)] if job.is_added else entries
    if not lists[job.endpoint]:
        del lists[job.endpoint]
    write_private(path, json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    kept = _kept_of(document, path)
    return Kept(kept.by_endpoint, trouble or kept.trouble)


def _document(path: Path) -> dict[str, Any]:
    """The file as it is written, with the object of its endpoints; an empty one where there is none."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return {_DOCUMENT: {}}
    if len(data) > _LARGEST:
        raise _BrokenError(f"is larger than {_LARGEST >> 20} MB")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _BrokenError("is no JSON any more") from error
    if not isinstance(document, dict) or not isinstance(document.get(_DOCUMENT), dict):
        raise _BrokenError("is not a file of expectations")
    return document


def _kept_of(document: Mapping[str, Any], path: Path) -> Kept:
    kept: dict[str, tuple[Expectation, ...]] = {}
    unread = 0
    for endpoint, entries in document[_DOCUMENT].items():
        found: list[Expectation] = []
        for entry in entries if isinstance(entries, list) else [None]:
            try:
                found.append(read_expectation(entry))
            except ValueError:
                unread += 1
        kept[clean(endpoint, 64)] = tuple(found[:MOST])
    told = f"{unread} {'entry' if unread == 1 else 'entries'} of {clean(str(path), 300)} cannot be read and "
    return Kept(
        kept, f"{told}{'is' if unread == 1 else 'are'} left as {'it is' if unread == 1 else 'they are'}." * bool(unread)
    )


def _is_of(entry: object, expectation: Expectation) -> bool:
    try:
        return read_expectation(entry).request == expectation.request
    except ValueError:
        return False


def _free_name(path: Path) -> Path:
    """Where a file that cannot be read is kept; the last one gives way where there are too many."""
    names = [path.with_name(f"{path.name}.broken{number or ''}") for number in range(_MOST_BROKEN)]
    return next((name for name in names if not name.exists()), names[-1])


def as_json(expectation: Expectation) -> dict[str, Any]:
    """An expectation as the file has it."""
    request = expectation.request
    return {
        "principal": request.caller.text,
        "action": request.action,
        "resource": request.resource,
        "resource_account": request.resource_account,
        "context": {key: None if values is None else list(values) for key, values in request.context.items()},
        "allowed": expectation.allowed,
        "name": expectation.name,
    }


def read_expectation(entry: object) -> Expectation:
    """An expectation from the file. Raises ValueError if it is none."""
    from tui.policies.arn import parse_caller
    from tui.policies.context import Request
    from tui.policies.expectation import Expectation

    if not isinstance(entry, dict):
        raise ValueError("an expectation is an object")  # noqa: TRY004  one error for all that cannot be read
    principal, action, resource = (_text(entry.get(key)) for key in ("principal", "action", "resource"))
    account, name = (_text(entry.get(key, "")) for key in ("resource_account", "name"))
    context = entry.get("context", {})
    if not (isinstance(context, dict) and action and resource):
        raise ValueError("an expectation has an action, a resource and a context")
    values = {_text(key): _values(each) for key, each in context.items()}
    request = Request(parse_caller(principal), action, resource, account, values)
    return Expectation(request, entry.get("allowed", True) is not False, name)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST or clean(value, LONGEST) != value:
        raise ValueError("not a text that can be shown")
    return value


def _values(values: object) -> tuple[str, ...] | None:
    if values is None:
        return None
    if not isinstance(values, list):
        raise ValueError("the values of a condition key are a list")  # noqa: TRY004  likewise
    return tuple(_text(each) for each in values)
