"""What a request to the embedded AWS asks for: service, action, parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import msgspec

# The Region and the service stand in the signature's credential scope:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html
_SCOPE = re.compile(r"Credential=([^/,\s]+)/\d+/([\w-]+)/([\w-]+)/aws4_request")
_TARGETS = {"Logs_20140328": "logs"}
QUIET = {"PutLogEvents"}  # whose parameters are too long to remember


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `parameters` are as they were sent: a JSON object, or the flat names of a query (`Filter.1.Name`)."""

    service: str
    action: str
    region: str
    access_key: str
    body: bytes = field(repr=False, default=b"")
    parameters: dict[str, Any] = field(default_factory=dict)
    signed: str = ""  # when, by the caller's clock: 20260101T000000Z

    @property
    def told(self) -> dict[str, Any]:
        """The call as tests see it."""
        return {"service": self.service, "action": self.action, "region": self.region, "parameters": self.parameters}


def read_call(environ: dict[str, Any], region: str) -> Call:
    """The call in a WSGI environment; `region` if it is not signed for one. Reads the body."""
    body = read_body(environ)
    found = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    access_key, region, service = found.groups() if found else ("", region, "")
    prefix, _, action = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")
    if action:
        service = _TARGETS.get(prefix, service)
        parameters = {} if action in QUIET else _json(body)
    else:
        parameters = _query(body, environ.get("QUERY_STRING", ""))
        action = str(parameters.pop("Action", ""))
        parameters.pop("Version", None)
    return Call(service, action, region, access_key, body, parameters, environ.get("HTTP_X_AMZ_DATE", ""))


def read_body(environ: dict[str, Any]) -> bytes:
    """The whole body of a request."""
    stream = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        return bytes(stream.read())
    return bytes(stream.read(int(environ.get("CONTENT_LENGTH") or 0)))


def _json(body: bytes) -> dict[str, Any]:
    try:
        decoded = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return decoded if isinstance(decoded, dict) else {}


def _query(body: bytes, query: str) -> dict[str, Any]:
    text = body.decode("utf-8", "replace")
    return dict(parse_qsl(query, keep_blank_values=True)) | dict(parse_qsl(text, keep_blank_values=True))
