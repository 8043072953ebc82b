"""A policy's text from where the reader has it: a file, stdin, or the endpoint itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tui.cli.ending import Refused
from tui.cli.option import Settings
from tui.cli.policy.reading import read_file

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html; early ones have eight digits.
ENDPOINT_ID = re.compile(r"vpce-[0-9a-f]{8,17}")


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
    return Written("stdin" if name == "-" else name, read_file(name))


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
