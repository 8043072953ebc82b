"""Answers of the embedded AWS on the wire, errors in the envelope of each protocol."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from xml.sax.saxutils import escape

import msgspec

_numbers = count(1)


def request_id() -> str:
    """An id like those AWS gives to requests; the n-th is the same in every run."""
    return f"{next(_numbers):08x}-0000-4000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, content type and body of an answer, with more headers if need be."""

    body: bytes
    status: int = 200
    kind: str = "application/x-amz-json-1.1"
    headers: tuple[tuple[str, str], ...] = ()

    def header_list(self, length: int | None = None) -> list[tuple[str, str]]:
        """The headers to send, for a body of `length` bytes."""
        return [
            ("Content-Type", self.kind),
            ("Content-Length", str(len(self.body) if length is None else length)),
            ("x-amzn-RequestId", request_id()),
            *self.headers,
        ]


def error(service: str, code: str, message: str, status: int = 400) -> Reply:
    """An error as the service words it.

    Logs speaks JSON; EC2 has an XML envelope of its own, the other query services another.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    """
    if service == "logs":
        return Reply(msgspec.json.encode({"__type": code, "message": message}), status)
    what = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    if service == "ec2":
        text = f"<Response><Errors><Error>{what}</Error></Errors><RequestID>{request_id()}</RequestID></Response>"
    else:
        side = "Sender" if status < 500 else "Receiver"
        text = f"<ErrorResponse><Error><Type>{side}</Type>{what}</Error><RequestId>{request_id()}</RequestId></ErrorResponse>"
    return Reply(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode(), status, "text/xml;charset=UTF-8")


def joined(parts: Iterable[bytes] | bytes | str) -> bytes:
    """A body that came in any of the shapes moto gives."""
    if isinstance(parts, str):
        return parts.encode()
    return parts if isinstance(parts, bytes) else b"".join(parts)
