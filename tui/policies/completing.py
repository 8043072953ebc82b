"""What a reader may want to ask of a policy: principals, actions, resources and condition keys to complete a request from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tui.policies.arn import ACCOUNT, parse_arn, parse_caller
from tui.policies.context import Request
from tui.policies.knowledge import actions, keys_of, matching_actions, resource_forms, services
from tui.policies.model import Condition, Policy, Statement
from tui.policies.samples import CALLER_KEYS, example_arn, sample_actions

MOST = 50  # candidates at a time
_ARN_KEYS = {"aws:principalarn"}
# Services that call others on somebody's behalf.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services
_CALLERS = ("logs.amazonaws.com", "cloudtrail.amazonaws.com", "lambda.amazonaws.com", "ec2.amazonaws.com")
# Those of the keys of every service that endpoint policies ask for, and that the caller does not tell by itself.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
_KEYS = (
    *("aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalTag/", "aws:ResourceAccount", "aws:ResourceOrgID"),
    *("aws:ResourceOrgPaths", "aws:ResourceTag/", "aws:RequestTag/", "aws:TagKeys", "aws:VpcSourceIp", "aws:SourceVpc"),
    *("aws:SourceVpce", "aws:SourceArn", "aws:SourceAccount", "aws:CalledVia", "aws:ViaAWSService", "aws:UserAgent"),
    *("aws:RequestedRegion", "aws:SecureTransport", "aws:CurrentTime", "aws:MultiFactorAuthPresent", "aws:userid"),
)
_PLACE = re.compile(r"\$\{([^}]*)\}|<([^>]*)>")


@dataclass(frozen=True, slots=True)
class Fields:
    """A request as it is written in a form, each field a text; '' is nothing written.

    Attributes:
        context: `key=value` for each condition key, `key=` for one that is known to be absent, with `; ` between them.
            The same key again is one more value of it.
    """

    principal: str = ""
    action: str = ""
    resource: str = ""
    resource_account: str = ""
    context: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known besides the policy.

    `prefixes` begin the actions of the endpoint's service; `recent` was asked about before, newest first. `others` are
    the policies of other endpoints, `arns` resources that there are.
    """

    prefixes: tuple[str, ...] = ()
    account: str = ""
    region: str = ""
    recent: tuple[str, ...] = ()
    others: tuple[Policy, ...] = ()
    arns: tuple[str, ...] = ()

    @property
    def partition(self) -> str:
        """How ARNs of the Region begin after `arn:`."""
        return partition_of(self.region)


def partition_of(region: str) -> str:
    """The partition of a Region.

    https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
    """
    return "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"


class UnreadableError(ValueError):
    """A field that cannot be read; the message is a sentence, `field` which of Fields it is."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def read_fields(fields: Fields) -> Request:
    """The request of a form.

    Raises:
        UnreadableError: a field is missing, or no such thing.
    """
    if not fields.principal.strip():
        raise UnreadableError("principal", "Who asks? The ARN of a user, role or session, a service, or anonymous.")
    try:
        caller = parse_caller(fields.principal.strip())
    except ValueError as error:
        raise UnreadableError("principal", str(error)) from error
    action = fields.action.strip()
    service, colon, name = action.partition(":")
    if not (service and colon and name) or not action.isascii() or any(sign in action for sign in "*? "):
        raise UnreadableError("action", "What for? One action, without wildcards, as s3:GetObject.")
    resource = fields.resource.strip()
    if resource != "*" and parse_arn(resource) is None:
        raise UnreadableError("resource", "On what? The ARN of a resource, or * for an action that has none.")
    account = fields.resource_account.strip()
    if account and not ACCOUNT.fullmatch(account):
        raise UnreadableError(
            "resource_account", "The resource's account has twelve digits; leave it empty if unknown."
        )
    return Request(caller, action, resource, account, _context(fields.context))


def _context(text: str) -> dict[str, tuple[str, ...] | None]:
    context: dict[str, tuple[str, ...] | None] = {}
    for part in (each.strip() for each in text.split(";")):
        if not part:
            continue
        key, equals, value = part.partition("=")
        if not equals or not key.strip():
            raise UnreadableError("context", "Write key=value; key= for a key that is absent; ; between them.")
        name = key.strip()
        context[name] = (*(context.get(name) or ()), value.strip()) if value.strip() else None
    return context


def fields_of(request: Request) -> Fields:
    """How a request is written in a form."""
    parts = []
    for key, values in request.context.items():
        parts += [f"{key}={value}" for value in values or ("",)]
    return Fields(request.caller.text, request.action, request.resource, request.resource_account, "; ".join(parts))


def first_fields(policy: Policy, around: Surroundings) -> Fields:
    """A request to begin with: who, what and on what stand in the policy itself, where they can."""
    principal = next(iter(principals(policy, around)), "")
    action = next(iter(_own_actions(policy, around)), "")
    return Fields(principal, action, next(iter(resources(action, policy, around)), ""))


def candidates(field: str, fields: Fields, policy: Policy, around: Surroundings) -> tuple[str, ...]:
    """What the field may become, the likeliest first: what begins as is written, then what holds it. () if it is whole."""
    written = getattr(fields, field).strip()
    if field == "principal":
        known: Iterable[str] = principals(policy, around)
    elif field == "action":
        known = _actions(written, policy, around)
    elif field == "resource":
        known = resources(fields.action, policy, around)
    elif field == "resource_account":
        known = _accounts(policy, around)
    else:
        return _contexts(fields, policy)
    found = _like(written, known)
    return () if found == (written,) else found


def _like(written: str, known: Iterable[str]) -> tuple[str, ...]:
    lower = written.lower()
    all_of = list(dict.fromkeys(known))
    beginning = [each for each in all_of if each.lower().startswith(lower)]
    holding = [each for each in all_of if lower in each.lower() and not each.lower().startswith(lower)]
    return tuple([*beginning, *holding][:MOST])


def principals(policy: Policy, around: Surroundings) -> Iterator[str]:
    """Those asked about before, those of the policy, the account, then kinds of them."""
    yield from around.recent
    for statement in _statements(policy, around):
        for text in (
            *(principal.value for principal in statement.principals),
            *(value for condition in statement.conditions for value in _principals_of(condition)),
        ):
            if _is_caller(text):
                yield text
    for account in _accounts(policy, around):
        yield f"arn:{around.partition}:iam::{account}:root"
        yield f"arn:{around.partition}:iam::{account}:role/ROLE"
        yield f"arn:{around.partition}:iam::{account}:user/USER"
        yield f"arn:{around.partition}:sts::{account}:assumed-role/ROLE/SESSION"
    yield "anonymous"
    yield from _CALLERS


def _statements(policy: Policy, around: Surroundings) -> Iterator[Statement]:
    """Those of the policy itself first."""
    for each in (policy, *around.others):
        yield from each.statements


def _principals_of(condition: Condition) -> tuple[str, ...]:
    return condition.values if condition.key.lower() in _ARN_KEYS else ()


def _is_caller(text: str) -> bool:
    if text == "*":
        return False
    try:
        parse_caller(text)
    except ValueError:
        return False
    return True


def _accounts(policy: Policy, around: Surroundings) -> tuple[str, ...]:
    found = [around.account]
    for statement in policy.statements:
        texts = [*(each.value for each in statement.principals), *statement.resources]
        for condition in statement.conditions:
            texts += condition.values
        for text in texts:
            arn = parse_arn(text)
            found.append(arn.account if arn else text)
    return tuple(dict.fromkeys(text for text in found if ACCOUNT.fullmatch(text)))


def _own_actions(policy: Policy, around: Surroundings) -> Iterator[str]:
    """The actions that the policy names, then the usual ones of the service."""
    for statement in policy.statements:
        for pattern in statement.actions:
            named = matching_actions(pattern)
            if len(named) == 1 and not statement.not_action:
                yield named[0]
    usual = sample_actions([f"{prefix}:*" for prefix in around.prefixes]) if around.prefixes else ()
    yield from (action for action in usual if action.partition(":")[0] in around.prefixes)


def _actions(written: str, policy: Policy, around: Surroundings) -> Iterator[str]:
    """Those of the endpoint's service first; of another once its prefix is written."""
    prefix, colon, _ = written.partition(":")
    yield from _own_actions(policy, around)
    for service in around.prefixes:
        yield from (f"{service}:{action.name}" for action in actions(service).values())
    if colon:
        yield from (f"{prefix.lower()}:{action.name}" for action in actions(prefix.lower()).values())
    else:
        yield from (f"{service}:" for service in sorted(services()) if prefix and service.startswith(prefix.lower()))


def resources(action: str, policy: Policy, around: Surroundings) -> Iterator[str]:
    """An example of each resource that the policy names, then the forms of the action's resources."""
    service, _, name = action.lower().partition(":")
    forms = resource_forms(service, name)
    for statement in _statements(policy, around):
        for pattern in statement.resources:
            arn = parse_arn(pattern)
            if arn is not None and not statement.not_resource and service in {arn.service.lower(), ""}:
                yield example_arn(pattern)
    kinds = {_kind_of(form) for form in forms}
    yield from (arn for arn in around.arns if _kind_of(arn) in kinds)
    yield from (_filled(form, around) for form in sorted(forms, key=len))
    if not forms:
        yield "*"


def _kind_of(arn: str) -> tuple[str, str]:
    """Service and type of a resource: ec2 and instance."""
    parts = arn.split(":", 5)
    return (parts[2], parts[5].partition("/")[0]) if len(parts) > 5 else ("", "")


def _filled(form: str, around: Surroundings) -> str:
    """The shape of an ARN with what is known; the rest in capitals, to be written over."""
    known = {"partition": around.partition, "region": around.region or "REGION", "account": around.account or "ACCOUNT"}
    return _PLACE.sub(lambda found: known.get((found[1] or found[2]).lower(), (found[1] or found[2]).upper()), form)


def _contexts(fields: Fields, policy: Policy) -> tuple[str, ...]:
    """The whole field with its last part completed: a key that matters, or a value of it that the policy names."""
    before, separator, last = fields.context.rpartition(";")
    head = f"{before}{separator} " if separator else ""
    key, equals, value = (part.strip() for part in last.partition("="))
    conditions = [each for statement in policy.statements for each in statement.conditions]
    if equals:
        named = [text for each in conditions if each.key.lower() == key.lower() for text in each.values]
        return tuple(f"{head}{key}={text}" for text in _like(value, named) if text != value)
    service = fields.action.partition(":")[0].lower()
    known = [each.key for each in conditions if each.key.lower() not in CALLER_KEYS]
    known += [*keys_of(service), *_KEYS] if key else []
    spelled: dict[str, str] = {}
    for each in known:
        spelled.setdefault(each.lower(), each)
    return tuple(f"{head}{_open_key(each)}" for each in _like(key, spelled.values()))


def _open_key(key: str) -> str:
    """A key to be followed by its value; of a tag first by the tag's name."""
    plain = _PLACE.sub("", key)
    return plain if plain.endswith(("/", ":")) else f"{plain}="
