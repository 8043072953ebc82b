"""Cases for `vpctop policy test --cases`: a policy and a request a line, a result a line, in order."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from tui.cli.ending import DONE, FINDING, Refused
from tui.cli.policy.reading import as_json, worst
from tui.cli.policy.test import checked_action
from tui.policies.arn import ANYBODY, Caller, parse_caller
from tui.policies.context import EndpointKind, Request, Way
from tui.policies.evaluate import evaluate
from tui.policies.model import Policy
from tui.policies.quick import read_plainly

_KINDS: Mapping[str, EndpointKind] = {"gateway": "gateway", "interface": "interface", "": ""}
_LONGEST = 4 << 20  # bytes of a line; a policy has some twenty thousand characters


class CaseRequest(msgspec.Struct):
    """The request of a case."""

    principal: str | dict[str, str | list[str]] | None
    action: str
    resource: str
    resource_account: str | int | None = None
    context: dict[str, Any] | None = None


class Case(msgspec.Struct):
    """A line: the policy as an object or as a JSON text, the request, the type of the endpoint."""

    policy: msgspec.Raw
    request: CaseRequest
    type: str | None = None


_DECODER = msgspec.json.Decoder(Case)


def run_cases(path: str) -> int:
    """Judge every line of a file, `-` being stdin. A bad line has its result too, and the others go on.

    Returns 1 if any request is not allowed or any line is bad.
    """
    out = sys.stdout
    code = DONE
    for line in _lines(path):
        result = judged(line)
        if result.get("decision") != "allowed":
            code = FINDING
        out.write(as_json(result) + "\n")
        if path == "-":
            out.flush()  # whoever writes the cases may wait for each answer
    out.flush()
    return code


def _lines(path: str) -> Iterator[bytes]:
    """The lines that are not empty."""
    try:
        if path == "-":
            if sys.stdin is None:
                raise Refused("there is no stdin to read cases from")
            yield from _cut(sys.stdin.buffer)
        else:
            with Path(path).open("rb") as file:
                yield from _cut(file)
    except OSError as error:
        raise Refused(f"cannot read {path}: {error.strerror or error}") from None


def _cut(file: BinaryIO) -> Iterator[bytes]:
    first = True
    while line := file.readline(_LONGEST + 1):
        if len(line) > _LONGEST and not line.endswith(b"\n"):
            while (more := file.readline(_LONGEST)) and not more.endswith(b"\n"):
                pass
        if first:
            line, first = line.removeprefix(b"\xef\xbb\xbf"), False
        if line.strip():
            yield line


def judged(line: bytes) -> dict[str, object]:
    """The result of one case; its `error` tells what is wrong with a line that is none."""
    if len(line) > _LONGEST:
        return _bad(f"the line has more than {_LONGEST >> 20} MB")
    try:
        case = _DECODER.decode(line)
        policy = _policy(bytes(case.policy))
        request, way = _request(case)
    except msgspec.MsgspecError as error:
        return _bad(f"the line is no case: {error}")
    except RecursionError:
        return _bad("the line is nested too deep")
    except ValueError as error:  # also of bytes that are no UTF-8
        return _bad(str(error))
    verdict = evaluate(policy, request, way)
    return {
        "decision": str(verdict.decision),
        "statement": verdict.deciding.index if verdict.deciding else None,
        "sid": verdict.deciding.sid if verdict.deciding else "",
        "because": verdict.because,
        "missing": list(verdict.missing),
    }


def _bad(sentence: str) -> dict[str, object]:
    empty: dict[str, object] = {"decision": None, "statement": None, "sid": "", "because": sentence, "missing": []}
    return empty | {"error": sentence}


@lru_cache(maxsize=512)
def _policy(raw: bytes) -> Policy:
    """The policy of an object, or of a string that holds one as text. Raises ValueError with a sentence."""
    if raw.startswith(b'"'):
        text = msgspec.json.decode(raw, type=str)
    elif raw.startswith(b"{"):
        text = raw.decode()
    else:
        raise ValueError("the policy must be an object, or a string that holds one as JSON")
    reading = read_plainly(text)
    if reading.policy is None:
        raise ValueError(f"the policy: {worst(reading)}")
    return reading.policy


def _request(case: Case) -> tuple[Request, Way]:
    kind = _KINDS.get((case.type or "").lower())
    if kind is None:
        raise ValueError(f"the type {case.type!r:.80} is neither gateway nor interface")
    asked = case.request
    account = "" if asked.resource_account is None else str(asked.resource_account)
    account = account.zfill(12) if isinstance(asked.resource_account, int) else account
    context = {key: _values(key, value) for key, value in (asked.context or {}).items()}
    caller = _caller(asked.principal)
    return Request(caller, checked_action(asked.action), asked.resource, account, context), Way(kind)


def _caller(principal: str | dict[str, str | list[str]] | None) -> Caller:
    """The caller: by its ARN or name, or as policies write it, {"AWS": …} or {"AWS": […]}. None is nobody known."""
    if principal is None:
        return ANYBODY
    if isinstance(principal, str):
        return parse_caller(principal)
    names = [name for value in principal.values() for name in (value if isinstance(value, list) else [value])]
    if len(names) != 1:
        raise ValueError("a request has one principal")
    return parse_caller(names[0])


def _values(key: str, value: Any) -> tuple[str, ...] | None:
    """The values of a context key; None: it is not in the request."""
    if value is None:
        return None
    values = value if isinstance(value, list) else [value]
    if any(isinstance(each, dict | list) or each is None for each in values):
        raise ValueError(f"the context key {key!r:.80} has a value that is no text, number, true or false")
    return tuple(str(each).lower() if isinstance(each, bool) else str(each) for each in values)
