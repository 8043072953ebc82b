"""Who the calls are made as."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from tui.aws.session import Clients
from tui.flows.clean import clean
from tui.flows.source import SourceError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """The account and a short name of the user or role; both '' when AWS would not say."""

    account: str = ""
    name: str = ""


def ask_identity(clients: Clients) -> Identity:
    """Ask GetCallerIdentity, which needs no permission; not knowing is no reason not to go on.

    Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    try:
        answer = clients.call("sts", "GetCallerIdentity")
    except SourceError as error:
        log.warning("identity unknown: %s", error.reason)
        return Identity()
    account = clean(str(answer.get("Account") or ""), 12)
    return Identity(account, short_name(str(answer.get("Arn") or "")))


def short_name(arn: str) -> str:
    """`arn:aws:sts::1…:assumed-role/Admin/alice` is Admin/alice, a user its name, the root user root."""
    resource = arn.split(":", 5)[-1] if arn.count(":") >= 5 else arn
    kind, slash, rest = resource.partition("/")
    if not slash:
        return clean(resource, 64)
    return clean(rest if kind == "assumed-role" else rest.rsplit("/", 1)[-1], 64)
