"""Whether a statement is about the principal that makes a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html and …_notprincipal.html; for
gateway endpoints https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

from __future__ import annotations

from collections.abc import Iterable

from tui.policies.arn import ACCOUNT, Caller, CallerKind, parse_arn
from tui.policies.conditions import FAILS, HOLDS, Outcome
from tui.policies.context import EndpointKind
from tui.policies.model import Principal, Statement

_GATEWAY_SERVICES = {"s3", "dynamodb", "s3express"}
_ON_GATEWAY = "on a gateway endpoint the Principal must be *: what {} does there is not documented"


def account_named(principal: Principal) -> str:
    """The account that a principal stands for: twelve digits, or the ARN of its root; '' if it is another."""
    if principal.kind != "AWS":
        return ""
    if ACCOUNT.fullmatch(principal.value):
        return principal.value
    arn = parse_arn(principal.value)
    return arn.account if arn and arn.service == "iam" and arn.resource == "root" else ""


def is_anyone(principal: Principal) -> bool:
    """`*`, which is the same as `{"AWS": "*"}`."""
    return principal.value == "*" and principal.kind in {"*", "AWS"}


def is_about(statement: Statement, caller: Caller, kind: EndpointKind, service: str) -> Outcome:
    """Whether Principal or NotPrincipal takes this caller in. `kind`: of the endpoint; `service`: of the action."""
    if statement.not_principal:
        return _exempted(statement, caller)
    gateway: bool | None = kind == "gateway"
    if not kind:
        gateway = None if service in _GATEWAY_SERVICES else False
    return _any(_names(principal, caller, gateway, statement.effect) for principal in statement.principals)


def _any(outcomes: Iterable[Outcome]) -> Outcome:
    doubtful = FAILS
    for outcome in outcomes:
        if outcome.holds:
            return outcome
        if outcome.holds is None:
            doubtful = outcome
    return doubtful


def _names(principal: Principal, caller: Caller, gateway: bool | None, effect: str) -> Outcome:
    """Whether one principal of a statement names the caller; `gateway` None: the type of the endpoint is not told."""
    if is_anyone(principal):
        return HOLDS
    plain = named(principal, caller)
    if gateway is False or plain.holds is False or principal.kind != "AWS":
        return plain
    if account_named(principal):
        if caller.kind is CallerKind.ROOT:
            return HOLDS
        if gateway and effect == "Allow":
            return FAILS  # "access is granted to the AWS account root user only"
    doubt = _ON_GATEWAY.format(principal.value)
    return Outcome(None, (), doubt if gateway else f"it depends on the type of the endpoint: {doubt}")


def named(principal: Principal, caller: Caller) -> Outcome:
    """Whether a principal names the caller, as in any policy but that of a gateway endpoint."""
    if is_anyone(principal):
        return HOLDS
    if principal.kind == "CanonicalUser":
        return Outcome(None, (), "which account a canonical user id belongs to is not known here")
    if principal.kind in {"Service", "Federated"}:
        if caller.kind in {CallerKind.SERVICE, CallerKind.PROVIDER}:
            return Outcome(holds=principal.value == caller.text)
        return FAILS
    if not caller.is_signed:
        return FAILS
    if account := account_named(principal):
        return Outcome(holds=account == caller.account)
    return _identity(principal.value, caller)


def _identity(arn: str, caller: Caller) -> Outcome:
    """Whether the ARN of a user, role or session is that of the caller, or of the role it is a session of."""
    if arn == caller.text or (caller.is_role and arn == caller.identity_arn):
        return HOLDS
    parts = parse_arn(arn)
    if parts is None or parts.account != caller.account:
        return FAILS
    kind, _, name = parts.resource.partition("/")
    if caller.kind is CallerKind.SESSION and kind == "role" and name.endswith(f"/{caller.name}"):
        return Outcome(None, (), f"the ARN of a session leaves out the path of its role: it may be {arn}")
    if caller.kind is CallerKind.ROLE and kind == "assumed-role" and name.partition("/")[0] == caller.bare_name:
        return Outcome(None, (), f"it depends on the name of the session: {arn} is one session of the role")
    if caller.kind is CallerKind.FEDERATED_USER and kind == "user":
        return Outcome(None, (), f"it depends on who called GetFederationToken: it may be {arn}")
    return FAILS


def _exempted(statement: Statement, caller: Caller) -> Outcome:
    """NotPrincipal: all but the listed. A user or role is out only if its account is listed beside it."""
    if statement.effect != "Deny":
        listed = _any(named(principal, caller) for principal in statement.principals)
        return FAILS if listed.holds else Outcome(None, (), "NotPrincipal is not supported with Allow")
    if any(is_anyone(principal) for principal in statement.principals):
        return FAILS
    if not caller.is_signed:
        found = _any(named(principal, caller) for principal in statement.principals)
        return found if found.holds is None else Outcome(holds=not found.holds)
    accounts = {account_named(principal) for principal in statement.principals}
    listed = _any(named(principal, caller) for principal in statement.principals if not account_named(principal))
    account_listed = caller.account in accounts
    if caller.kind is CallerKind.ROOT:
        return Outcome(holds=not account_listed)
    if listed.holds and account_listed:
        return FAILS
    if listed.holds:
        told = f"NotPrincipal lists the caller but not its account ({caller.account}): the whole account may be denied"
        return Outcome(None, (), told)
    if listed.holds is None:
        return listed
    others = any(_of_account(principal, caller.account) for principal in statement.principals)
    return Outcome(holds=not account_listed or others)


def _of_account(principal: Principal, account: str) -> bool:
    """Whether it is a user, role or session of this account: then the account beside it does not stand for all of it."""
    arn = parse_arn(principal.value)
    return arn is not None and arn.account == account and not account_named(principal)
