"""What all policies together say of a request: of the endpoint, the identity, the resource and those that limit them.

An endpoint policy only limits: it never grants.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tui.policies.context import Request, Way
from tui.policies.evaluate import Asked, Decision, Judgement, Verdict, decide
from tui.policies.grant import EVERYONE, allows
from tui.policies.model import Policy, Statement
from tui.policies.permission import BOUNDARY, IDENTITY, RESOURCE, SESSION, Need, Permission

ENDPOINT, SCP, RCP = "endpoint policy", "service control policy", "resource control policy"
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html: the list grows.
_RCP_SERVICES = frozenset(
    {"s3", "sts", "kms", "sqs", "secretsmanager", "ecr", "aoss", "cognito-idp", "cognito-identity", "logs", "dynamodb"}
)


@dataclass(frozen=True, slots=True)
class Layers:
    """The policies that a request has to pass. None, or nothing: it was not given.

    Attributes:
        identity: all policies of the user or role; one Allow among them is enough.
        resource: the bucket policy, the key policy, the trust policy of the role.
        scps: one for each level of the organization; each must allow.
    """

    endpoint: Policy | None = None
    identity: tuple[Policy, ...] = ()
    resource: Policy | None = None
    scps: tuple[Policy, ...] = ()
    rcps: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    session: Policy | None = None


@dataclass(frozen=True, slots=True)
class Combined:
    """The answer of all layers.

    Attributes:
        layer: the policy that decides, or on which it depends, as `endpoint policy`; '' if it is none of those given.
        deciding: the statement of that policy; None if no statement does.
        verdicts: what each policy says by itself, with the name of its layer.
    """

    decision: Decision
    layer: str
    deciding: Statement | None
    because: str
    missing: tuple[str, ...]
    verdicts: tuple[tuple[str, Verdict], ...]


def combine(layers: Layers, request: Request, way: Way) -> Combined:
    """Judge a request by all policies that are given.

    With neither an identity nor a resource policy the answer is about the limits alone: `allowed` means that they let
    it through. Where accounts are not told, the resource is taken to be of the caller's own account, and that is said.
    """
    asked = Asked.of(request, way)
    verdicts = tuple(each for each in _verdicts(layers, asked) if _is_heeded(each[0], asked))
    denied = next((each for each in verdicts if _denies(*each, asked)), None)
    if denied is not None:
        layer, verdict = denied
        because = f"the {layer}: {verdict.because}"
        return Combined(Decision.EXPLICIT_DENY, layer, verdict.deciding, because, (), verdicts)
    needs = tuple(_needs(layers, asked, verdicts))
    missing = _missing(verdict for _, verdict in verdicts)
    unmet = next((need for need in needs if need.met is False), None)
    if unmet is not None:
        return Combined(Decision.IMPLICIT_DENY, unmet.layer, None, unmet.because, missing, verdicts)
    for layer, judgement in _open_denies(verdicts, asked):
        why = judgement.why or f"whether such policies count for {asked.service} is not known here"
        because = f"the {layer}: {judgement.name} denies it or not: {why}"
        missing = tuple(dict.fromkeys((*judgement.missing, *missing)))
        return Combined(Decision.DEPENDS, layer, judgement.statement, because, missing, verdicts)
    unsure = next((need for need in needs if need.met is None), None)
    if unsure is not None:
        deciding = unsure.verdict.deciding if unsure.verdict else None
        return Combined(Decision.DEPENDS, unsure.layer, deciding, unsure.because, missing, verdicts)
    return _allowed(layers, asked, verdicts, needs, missing)


def _missing(verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    """The keys on which one of them hangs. A policy without any Allow hangs on those of its open Deny statements."""
    keys: dict[str, None] = {}
    for verdict in verdicts:
        keys |= dict.fromkeys(verdict.missing)
        for judgement in verdict.judgements:
            if judgement.applies is None and judgement.statement.effect == "Deny":
                keys |= dict.fromkeys(judgement.missing)
    return tuple(keys)


def _verdicts(layers: Layers, asked: Asked) -> Iterator[tuple[str, Verdict]]:
    """Each policy by itself. What a gateway makes of principals is a matter of its own policy only."""
    plain = replace(asked, way=replace(asked.way, kind="interface"))
    if layers.endpoint is not None and asked.way.through:
        yield ENDPOINT, decide(layers.endpoint, asked)
    # They limit users and roles of member accounts, not services and their linked roles.
    limited = asked.caller.is_signed and not asked.caller.bare_name.startswith("AWSServiceRoleFor")
    for policy in layers.scps if limited else ():
        yield SCP, decide(policy, plain, named=False)
    for policy in layers.rcps:
        yield RCP, decide(policy, plain)
    if layers.resource is not None:
        resource = _sparing_nobody(layers.resource) if layers.boundary else layers.resource
        yield (
            RESOURCE,
            decide(_for_the_role(resource) if asked.action.startswith("sts:assumerole") else resource, plain),
        )
    for policy in layers.identity:
        yield IDENTITY, decide(policy, plain, named=False)
    for name, limit in ((BOUNDARY, layers.boundary), (SESSION, layers.session)):
        if limit is not None:
            yield name, decide(limit, plain, named=False)


def _sparing_nobody(policy: Policy) -> Policy:
    """NotPrincipal with Deny spares nobody who has a permissions boundary, whatever it lists.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """
    statements = (
        replace(statement, principals=(EVERYONE,), not_principal=False)
        if statement.not_principal and statement.effect == "Deny"
        else statement
        for statement in policy.statements
    )
    return replace(policy, statements=tuple(statements))


def _for_the_role(policy: Policy) -> Policy:
    """A trust policy names no resource: it is about the role it belongs to."""
    statements = (
        statement if statement.resources else replace(statement, resources=("*",)) for statement in policy.statements
    )
    return replace(policy, statements=tuple(statements))


def _counts(layer: str, asked: Asked) -> bool:
    """Whether it is documented that a policy of this kind counts for the service."""
    return layer != RCP or asked.service in _RCP_SERVICES


def _denies(layer: str, verdict: Verdict, asked: Asked) -> bool:
    return verdict.decision is Decision.EXPLICIT_DENY and _counts(layer, asked)


def _is_heeded(layer: str, asked: Asked) -> bool:
    """Whether a policy of the caller is looked at: sts:GetCallerIdentity works even where one denies it.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    return asked.action != "sts:getcalleridentity" or layer not in {IDENTITY, BOUNDARY, SESSION}


def _open_denies(verdicts: tuple[tuple[str, Verdict], ...], asked: Asked) -> Iterator[tuple[str, Judgement]]:
    for layer, verdict in verdicts:
        for judgement in verdict.judgements:
            unsure = judgement.applies is None or (judgement.applies and not _counts(layer, asked))
            if judgement.statement.effect == "Deny" and unsure:
                yield layer, judgement


def _needs(layers: Layers, asked: Asked, verdicts: tuple[tuple[str, Verdict], ...]) -> Iterator[Need]:
    by_layer: dict[str, list[Verdict]] = {}
    for layer, verdict in verdicts:
        by_layer.setdefault(layer, []).append(verdict)
    for verdict in by_layer.get(ENDPOINT, ()):
        yield Need(ENDPOINT, allows(verdict), f"the endpoint policy: {verdict.because}", verdict)
    for verdict in by_layer.get(SCP, ()):
        yield _of_organization(verdict)
    # RCPFullAWSAccess stands beside every resource control policy and cannot be detached: they can only deny.
    permission = Permission(asked, by_layer)
    yield permission.need() if layers.identity or layers.resource else permission.limits()


def _of_organization(verdict: Verdict) -> Need:
    """A service control policy that only denies is one of several at its level, or it would stop everything."""
    if not any(judgement.statement.effect == "Allow" for judgement in verdict.judgements):
        because = "the service control policy allows nothing itself: is FullAWSAccess attached beside it?"
        return Need(SCP, None, because, verdict)
    return Need(SCP, allows(verdict), f"the {SCP}: {verdict.because}", verdict)


def _allowed(
    layers: Layers,
    asked: Asked,
    verdicts: tuple[tuple[str, Verdict], ...],
    needs: tuple[Need, ...],
    missing: tuple[str, ...],
) -> Combined:
    first = needs[0]
    deciding = first.verdict.deciding if first.verdict else None
    parts = [need.because for need in needs if need.layer]
    if not layers.identity and not layers.resource:
        parts.append("the identity policy and the resource's own decide too")
    elif asked.caller.is_signed and not Permission(asked, {}).resource_account():
        parts.append("the resource is taken to be of the caller's account")
    return Combined(Decision.ALLOWED, first.layer, deciding, "; ".join(parts), missing, verdicts)
