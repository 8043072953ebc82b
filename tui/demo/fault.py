"""Faults put into answers, for tests: everything a bad day brings over the wire."""

from __future__ import annotations

import struct
import time
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from socket import SHUT_RDWR, SO_LINGER, SOL_SOCKET, socket
from threading import Lock
from typing import Literal

import msgspec

from tui.demo.call import Call
from tui.demo.reply import Reply, error

# What each service says when it is called too often.
_THROTTLED = {
    "logs": ("ThrottlingException", "Rate exceeded", 400),
    "ec2": ("RequestLimitExceeded", "Request limit exceeded.", 503),
}
DRIP = 16  # pieces of a slow answer


class Rule(msgspec.Struct, forbid_unknown_fields=True):
    """Which calls go wrong, and how.

    `service`, `action` and the values of `parameters` are shell patterns. The first `skip` matching calls are spared, then
    every `every`-th goes wrong, `times` times (None: for ever). Kinds:

    * throttle: the service's own throttling error
    * error: `code`, `message`, `status` in the service's envelope
    * html: a page instead of an answer, with `status`
    * answer: `body` with `status`, as it is
    * empty: status 200 and nothing
    * truncate: the right answer, cut in half, with a length to match
    * cut: the right answer, and the connection is lost half way
    * corrupt: the right answer with bytes in it that are no UTF-8
    * delay: the right answer, `seconds` later
    * drip: the right answer, spread over `seconds`
    * reset: the connection is reset and the call not made

    Of StartLiveTail, a session that has begun ends after `seconds`, as these say:

    * cut, corrupt: in the middle of a frame, or with a frame whose checksum is wrong
    * silence: nothing comes any more, and the connection stays
    * exception: `code` and `message` as an event of the stream
    * end, gone: the stream ends as if all were well, or the connection is reset
    """

    kind: Literal[
        "throttle",
        "error",
        "html",
        "answer",
        "empty",
        "truncate",
        "cut",
        "corrupt",
        "delay",
        "drip",
        "reset",
        "silence",
        "exception",
        "end",
        "gone",
    ]
    service: str = "*"
    action: str = "*"
    parameters: dict[str, str] = {}
    times: int | None = 1
    skip: int = 0
    every: int = 1
    code: str = "InternalFailure"
    message: str = "An injected fault."
    status: int | None = None
    body: str = ""
    seconds: float = 1.0

    def matches(self, call: Call) -> bool:
        """Whether the rule is about this call."""
        return (
            fnmatchcase(call.service, self.service)
            and fnmatchcase(call.action, self.action)
            and all(fnmatchcase(str(call.parameters.get(name)), wanted) for name, wanted in self.parameters.items())
        )


class Faults:
    """The rules in force. The first that is due decides; each counts its own calls."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._rules: list[tuple[Rule, list[int]]] = []

    def set(self, rules: list[Rule]) -> None:
        """Replace the rules."""
        with self._lock:
            self._rules = [(rule, [0, 0]) for rule in rules]

    def due(self, call: Call) -> Rule | None:
        """The rule this call falls under, if one is due."""
        with self._lock:
            for rule, counts in self._rules:
                if not rule.matches(call) or (rule.times is not None and counts[1] >= rule.times):
                    continue
                counts[0] += 1
                if counts[0] > rule.skip and (counts[0] - rule.skip) % rule.every == 0:
                    counts[1] += 1
                    return rule
        return None


def refusal(rule: Rule, call: Call) -> Reply | None:
    """The answer that stands in place of the right one; None if the call is to be made."""
    match rule.kind:
        case "throttle":
            return error(call.service, *_THROTTLED.get(call.service, ("Throttling", "Rate exceeded", 400)))
        case "error":
            return error(call.service, rule.code, rule.message, rule.status or 400)
        case "html":
            page = b"<!doctype html>\n<html lang=en><title>503 Service Unavailable</title><h1>Service Unavailable</h1><hr>\n"
            return Reply(page, rule.status or 503, "text/html")
        case "answer":
            return Reply(rule.body.encode(), rule.status or 200)
        case "empty":
            return Reply(b"", rule.status or 200)
    return None


def spoilt(rule: Rule, reply: Reply) -> Reply:
    """The right answer, made wrong."""
    half = len(reply.body) // 2
    if rule.kind == "truncate":
        return replace(reply, body=reply.body[:half])
    if rule.kind == "corrupt":
        return replace(reply, body=reply.body[:half] + b"\xff\xfe\xc3" + reply.body[half + 3 :])
    if rule.kind == "delay":
        time.sleep(rule.seconds)
    return reply


def spread(rule: Rule, reply: Reply, connection: socket) -> Iterator[bytes]:
    """The body as it goes out under a rule of kind drip or cut."""
    size = max(1, -(-len(reply.body) // DRIP))
    for at in range(0, len(reply.body), size):
        if rule.kind == "cut" and at * 2 >= len(reply.body):
            drop(connection)
        yield reply.body[at : at + size]
        if rule.kind == "drip":
            time.sleep(rule.seconds / DRIP)


def drop(connection: socket) -> None:
    """Lose the connection: what is under way is thrown away, and the caller sees a reset or a sudden end.

    Raises:
        ConnectionAbortedError: always, for the server to let go of it.
    """
    connection.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    connection.shutdown(SHUT_RDWR)
    raise ConnectionAbortedError


def rules_of(body: bytes) -> list[Rule]:
    """The rules in a JSON list.

    Raises:
        msgspec.ValidationError: it holds something else.
    """
    return msgspec.json.decode(body, type=list[Rule])
