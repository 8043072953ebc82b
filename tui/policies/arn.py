"""Amazon Resource Names, and who makes a request, told from what the principal is called.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

ACCOUNT = re.compile(r"[0-9]{12}")
_SERVICE = re.compile(r"[a-z0-9][a-z0-9.-]*\.(amazonaws\.(com|com\.cn|eu)|aws\.internal)", re.IGNORECASE)
_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(/[^\s*?]*)?")
_ANONYMOUS = {"anonymous", "*", ""}


class Arn(NamedTuple):
    """The six parts; `resource` keeps the colons that it holds."""

    prefix: str
    partition: str
    service: str
    region: str
    account: str
    resource: str


@lru_cache(maxsize=4096)
def parse_arn(text: str) -> Arn | None:
    """The parts of an ARN, or of a pattern for one; None: it has fewer than six."""
    parts = text.split(":", 5)
    return Arn(*parts) if len(parts) == 6 and parts[0] == "arn" else None


class CallerKind(Enum):
    """What kind of principal makes a request."""

    USER = "user"
    ROLE = "role"  # a role, which session of it is not told
    SESSION = "session"  # one session of a role
    FEDERATED_USER = "federated user"
    ROOT = "root user"
    ANONYMOUS = "anonymous"
    SERVICE = "service"  # an AWS service by itself
    PROVIDER = "provider"  # somebody whom an identity provider knows, who has no credentials of AWS yet


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request.

    Attributes:
        text: the ARN, or what stands for one: a service's name, a provider, `anonymous`.
        account: twelve digits, '' for those that belong to none.
        name: of a user or role with its path, of a federated user; '' for others.
        session: of a session of a role; '' if it is not told.
    """

    kind: CallerKind
    text: str
    partition: str = ""
    account: str = ""
    name: str = ""
    session: str = ""

    @property
    def is_role(self) -> bool:
        """Whether a role makes the request, in whatever session."""
        return self.kind in {CallerKind.ROLE, CallerKind.SESSION}

    @property
    def is_signed(self) -> bool:
        """Whether a user, role, federated user or the root user of an account signed the request."""
        return bool(self.account)

    @property
    def bare_name(self) -> str:
        """The name without its path."""
        return self.name.rpartition("/")[2]

    @property
    def path_is_told(self) -> bool:
        """Whether the path of the role is known: the ARN of a session leaves it out."""
        return self.kind is not CallerKind.SESSION

    @property
    def pathed_arn(self) -> str:
        """A pattern for the ARNs of a role of this name under whatever path."""
        return f"arn:{self.partition}:iam::{self.account}:role/*/{self.bare_name}"

    @property
    def root_arn(self) -> str:
        """The ARN that stands for the whole account."""
        return f"arn:{self.partition}:iam::{self.account}:root"

    @property
    def identity_arn(self) -> str:
        """What aws:PrincipalArn holds: of a session it is the ARN of its role.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
        """
        if self.is_role:
            return f"arn:{self.partition}:iam::{self.account}:role/{self.name}"
        return self.text if self.is_signed else ""


ANYBODY = Caller(CallerKind.ANONYMOUS, "anonymous")


_KINDS = {
    ("iam", "user"): CallerKind.USER,
    ("iam", "role"): CallerKind.ROLE,
    ("sts", "assumed-role"): CallerKind.SESSION,
    ("sts", "federated-user"): CallerKind.FEDERATED_USER,
    ("iam", "saml-provider"): CallerKind.PROVIDER,
    ("iam", "oidc-provider"): CallerKind.PROVIDER,
}


@lru_cache(maxsize=4096)
def parse_caller(text: str) -> Caller:
    """Who a principal of a request is. Raises ValueError with a sentence if it names nobody who can make one."""
    if text.lower() in _ANONYMOUS:
        return ANYBODY
    if ACCOUNT.fullmatch(text):
        return Caller(CallerKind.ROOT, f"arn:aws:iam::{text}:root", "aws", text)
    arn = parse_arn(text)
    if arn is not None:
        return _named_by(arn, text)
    # Amazon Cognito signs users in; it is a provider with the name of a service.
    if _SERVICE.fullmatch(text) and not text.lower().startswith("cognito-identity."):
        return Caller(CallerKind.SERVICE, text)
    if not text.startswith("arn:") and _HOST.fullmatch(text):
        return Caller(CallerKind.PROVIDER, text)
    raise ValueError(f"{_short(text)} is no principal: give the ARN of a user, role or session, or a service's name")


def _named_by(arn: Arn, text: str) -> Caller:
    if not ACCOUNT.fullmatch(arn.account) or "*" in text or "?" in text:
        raise ValueError(f"{_short(text)} names no single principal of one account")
    if arn.service == "iam" and arn.resource == "root":
        return Caller(CallerKind.ROOT, text, arn.partition, arn.account)
    kind, _, name = arn.resource.partition("/")
    known = _KINDS.get((arn.service, kind))
    if known is None or not name:
        raise ValueError(f"{_short(text)} is not the ARN of a user, a role, a session or the root user")
    if known is CallerKind.PROVIDER:
        return Caller(known, text)
    if known is not CallerKind.SESSION:
        return Caller(known, text, arn.partition, arn.account, name)
    role, _, session = name.partition("/")
    if not role or not session:
        raise ValueError(f"{_short(text)} names no session: arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION")
    return Caller(known, text, arn.partition, arn.account, role, session)


def _short(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:79]}…")
