"""What is known of the context of a request: values, keys that are not in it, and keys of which nothing is known.

The availability of each key is from
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Literal

from tui.policies.arn import ANYBODY, Caller, CallerKind, parse_arn

EndpointKind = Literal["gateway", "interface", ""]  # '' if it is not told
NOTHING: Mapping[str, tuple[str, ...] | None] = MappingProxyType({})


class State(Enum):
    """A key without a value."""

    ABSENT = "absent"
    PRESENT = "present"  # it is there; its value is not known
    UNKNOWN = "unknown"  # not even that is known


Value = tuple[str, ...] | State


@dataclass(frozen=True, slots=True)
class Request:
    """A request to an AWS service.

    Attributes:
        action: as in policies, `s3:GetObject`.
        resource: an ARN, or `*` for an action that has no resource.
        resource_account: whose the resource is; '' if only the ARN can tell (an S3 ARN does not).
        context: values by condition key, in any case; None: the key is known to be absent. A key that is not here is
            filled in if the rest of the request tells it, and otherwise unknown.
    """

    caller: Caller
    action: str
    resource: str
    resource_account: str = ""
    context: Mapping[str, tuple[str, ...] | None] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Way:
    """How the request comes to the service: `endpoint` and `vpc` are ids, '' if not told.

    `through` False: not through any endpoint.
    """

    kind: EndpointKind = ""
    endpoint: str = ""
    vpc: str = ""
    through: bool = True


# What a caller sends along or not, as he likes. A request that is told without it is a request without it.
_SENT = frozenset(
    {
        *("aws:tagkeys", "aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "aws:referer"),
        *("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"),
        *(
            "s3:prefix",
            "s3:delimiter",
            "s3:max-keys",
            "s3:versionid",
            "s3:requestobjecttagkeys",
            "s3:locationconstraint",
        ),
        *("kms:viaservice", "kms:encryptioncontextkeys", "kms:grantisforawsresource"),
        *("sts:externalid", "sts:transitivetagkeys", "dynamodb:attributes", "dynamodb:select"),
    }
)
_SENT_FAMILIES = ("aws:requesttag/", "s3:requestobjecttag/", "s3:x-amz-", "kms:encryptioncontext:")
_ALWAYS = frozenset(
    {
        *("aws:currenttime", "aws:epochtime", "aws:securetransport", "aws:useragent", "aws:requestedregion"),
        *("s3:signatureversion", "s3:authtype", "s3:tlsversion"),
    }
)
# What only temporary credentials have: a user is taken to ask with the access keys of its own.
_TEMPORARY = frozenset({"aws:tokenissuetime", "aws:multifactorauthpresent", "aws:multifactorauthage"})
_FEDERATING = frozenset({"sts:assumerolewithsaml", "sts:assumerolewithwebidentity"})
_PRINCIPAL_TYPES = {
    CallerKind.USER: "User",
    CallerKind.ROLE: "AssumedRole",
    CallerKind.SESSION: "AssumedRole",
    CallerKind.FEDERATED_USER: "FederatedUser",
    CallerKind.ROOT: "Account",
    CallerKind.ANONYMOUS: "Anonymous",
}
# Roles with these names stand under a path that the ARN of a session does not show.
_PATHED_ROLES = ("AWSReservedSSO_", "AWSServiceRoleFor")


class Context:
    """The context of one request. `assumed` grows with each key that was taken for absent because nobody sent it.

    `pathed_role` is a pattern for the ARNs that the caller's role has if it stands under a path; '' if that is told.
    """

    __slots__ = ("_known", "_long_term", "assumed", "doubting", "pathed_role")

    def __init__(
        self, known: Mapping[str, Value], long_term: bool = False, pathed_role: str = "", doubting: bool = False
    ) -> None:
        self._known = known
        self._long_term = long_term
        self.assumed: set[str] = set()
        self.pathed_role = pathed_role
        self.doubting = doubting

    def doubted(self) -> Context:
        """The same request by somebody who may have sent more than was told."""
        return Context(self._known, self._long_term, self.pathed_role, doubting=True)

    def look(self, key: str) -> Value:
        """What is known of a key. Key names are the same in any case."""
        folded = key.lower()
        known = self._known.get(folded)
        if known is not None:
            return known
        if folded in _SENT or folded.startswith(_SENT_FAMILIES) or (self._long_term and folded in _TEMPORARY):
            self.assumed.add(key)
            return State.UNKNOWN if self.doubting else State.ABSENT
        if folded.startswith("aws:principaltag/") and self._known.get("aws:principaltag/") is State.ABSENT:
            return State.ABSENT
        return State.UNKNOWN


@dataclass(slots=True)
class _Facts:
    """The context while it is put together."""

    known: dict[str, Value] = field(default_factory=dict)

    def tell(self, key: str, value: str | State) -> None:
        self.known[key] = value if isinstance(value, State) else (value,)

    def absent(self, *keys: str) -> None:
        for key in keys:
            self.known[key] = State.ABSENT


def actual_caller(request: Request) -> Caller:
    """Who makes the request as the service sees it: nobody whom AWS knows while a federated user asks for a role.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sts_vpc_endpoint_policies.html
    """
    if request.action.lower() in _FEDERATING and request.caller.kind is not CallerKind.PROVIDER:
        return ANYBODY
    return request.caller


def context_of(request: Request, way: Way) -> Context:
    """All that is known of the context of a request that comes this way."""
    facts = _Facts()
    caller = actual_caller(request)
    _of_caller(facts, caller)
    if request.action.lower() in _FEDERATING:
        facts.absent("aws:principalaccount", "aws:principaltype", "aws:userid")
    _of_resource(facts, request)
    _of_way(facts, way)
    for key in _ALWAYS:
        facts.known.setdefault(key, State.PRESENT)
    pathed_role = "" if caller.path_is_told else caller.pathed_arn
    for key, values in request.context.items():
        facts.known[key.lower()] = State.ABSENT if values is None else values
        if key.lower() == "aws:principalarn":
            pathed_role = ""
    return Context(facts.known, caller.kind is CallerKind.USER, pathed_role)


def _of_caller(facts: _Facts, caller: Caller) -> None:
    if caller.is_signed:
        unsure = caller.kind is CallerKind.SESSION and caller.name.startswith(_PATHED_ROLES)
        facts.tell("aws:principalarn", State.PRESENT if unsure else caller.identity_arn)
        facts.tell("aws:principalaccount", caller.account)
        facts.tell("aws:principalisawsservice", "false")
        facts.tell("aws:viaawsservice", "false")
        facts.tell("kms:calleraccount", caller.account)
        facts.tell("aws:userid", State.PRESENT)
        facts.absent("aws:principalservicename", "aws:principalservicenameslist")
    else:
        facts.absent("aws:principalarn", "aws:principaltag/", "aws:tokenissuetime", "aws:multifactorauthpresent")
        facts.absent("aws:multifactorauthage", "aws:principalorgid", "aws:principalorgpaths", "aws:sourceidentity")
    if caller.kind in _PRINCIPAL_TYPES:
        facts.tell("aws:principaltype", _PRINCIPAL_TYPES[caller.kind])
    if caller.kind is CallerKind.USER:
        facts.tell("aws:username", caller.bare_name)
        facts.absent("aws:federatedprovider", "aws:ec2instancesourcevpc", "aws:ec2instancesourceprivateipv4")
        facts.absent("ec2:sourceinstancearn")
    else:
        facts.absent("aws:username")
    if caller.kind is CallerKind.ROOT:
        facts.tell("aws:userid", caller.account)
        facts.absent("aws:principaltag/")
    if caller.is_role:
        facts.tell("aws:tokenissuetime", State.PRESENT)
        facts.tell("aws:multifactorauthpresent", State.PRESENT)
    if caller.kind is CallerKind.SERVICE:
        facts.tell("aws:principalisawsservice", "true")
        facts.tell("aws:principalservicename", caller.text)
        facts.tell("aws:principalservicenameslist", State.PRESENT)
        facts.tell("aws:principalaccount", State.UNKNOWN)
    elif not caller.is_signed:
        facts.tell("aws:principalaccount", "anonymous")
        facts.tell("aws:userid", "anonymous")
        facts.absent("aws:principalisawsservice", "aws:principalservicename", "aws:principalservicenameslist")


def _of_resource(facts: _Facts, request: Request) -> None:
    arn = parse_arn(request.resource)
    account = request.resource_account or (arn.account if arn else "")
    if account and "*" not in account:
        facts.tell("aws:resourceaccount", account)
        facts.tell("s3:resourceaccount", account)
    elif arn and arn.service == "s3":
        facts.tell("aws:resourceaccount", State.PRESENT)
    if arn and arn.region and "*" not in arn.region:
        facts.tell("aws:requestedregion", arn.region)


def _of_way(facts: _Facts, way: Way) -> None:
    """The network keys: a request has either those of an endpoint or aws:SourceIp."""
    if way.through:
        facts.absent("aws:sourceip")
        facts.tell("aws:sourcevpce", way.endpoint or State.PRESENT)
        facts.tell("aws:sourcevpc", way.vpc or State.PRESENT)
        facts.tell("aws:vpcsourceip", State.PRESENT)
    else:
        facts.tell("aws:sourceip", State.PRESENT)
        facts.absent("aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip", "aws:sourcevpcarn")
        facts.absent("aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths")
