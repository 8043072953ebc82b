"""A policy's text from where the reader has it: a file, standard input, or the endpoint itself."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from tui.cli.ending import Refused
from tui.cli.option import Settings

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html; early ones have eight digits.
ENDPOINT_ID = re.compile(r"vpce-[0-9a-f]{8,17}")
_LONGEST = 4 * ((1 << 20) + 1)  # bytes: more characters than anybody looks at


@dataclass(frozen=True, slots=True)
class Written:
    """A policy as it is written, and what is known of its endpoint; '' and None are unknown.

    `name` is what the reader called it.
    """

    name: str
    text: bytes | str
    kind: str = ""
    service: str = ""
    endpoint: str = ""
    vpc: str = ""
    takes_policy: bool | None = None


def read_written(name: str, settings: Settings) -> Written:
    """The policy of FILE, of `-`, or of a `vpce-…`.

    Raises:
        Refused: there is no such file, or it cannot be read.
        SourceError: AWS or the network refused.
    """
    if ENDPOINT_ID.fullmatch(name):
        return _of_endpoint(name, settings)
    if name == "-":
        return Written("standard input", sys.stdin.buffer.read(_LONGEST))
    try:
        with Path(name).open("rb") as file:
            return Written(name, file.read(_LONGEST))
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise Refused(f"{name}: cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _of_endpoint(name: str, settings: Settings) -> Written:
    from tui.aws.endpoint_read import read_endpoint
    from tui.aws.session import Access, resolve_credentials

    access = Access(settings.profile, settings.region, settings.endpoint_url)
    resolve_credentials(access)
    found = read_endpoint(access, name)
    endpoint = found.endpoint
    if not endpoint.policy:
        raise Refused(f"{name} has no policy: access through it is full ({endpoint.kind} endpoint of {endpoint.short})")
    return Written(
        name, endpoint.policy, endpoint.kind.lower(), endpoint.service, name, endpoint.vpc, found.takes_policy
    )
