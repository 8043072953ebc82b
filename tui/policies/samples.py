"""Sample callers, actions, resources and context values that tell two policies apart wherever they differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from tui.policies.arn import ANYBODY, Caller, parse_arn, parse_caller
from tui.policies.compare import instant_of, network_of, number_of
from tui.policies.glob import Tokens, Wildcard, joined, tokens
from tui.policies.knowledge import actions, matching_actions, services
from tui.policies.model import Condition, Statement
from tui.policies.variables import keys_of
from tui.policies.who import account_named, is_anyone

OTHER_ACCOUNT = "999999999999"
SAMPLE = "example"  # what stands for any name
_ACCOUNT, _REGION, _NAME = "111122223333", "eu-west-1", SAMPLE
_ELSEWHERE = f"{SAMPLE}-other"
# Keys that the caller itself tells: not the context is varied for them, but the caller.
CALLER_KEYS = frozenset(
    {
        *("aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:username"),
        *("aws:principalisawsservice", "aws:principalservicename"),
    }
)
Values = tuple[str, ...] | None


def example(pattern: Tokens) -> str:
    """A text that the pattern matches, and that looks like one of its kind."""
    return "".join(
        token if isinstance(token, str) else _NAME if token.sign == "*" else "x" for token in joined([pattern])
    )


def example_arn(pattern: str) -> str:
    """An ARN that a pattern matches: with a Region and an account where it leaves them open."""
    arn = parse_arn(pattern)
    if arn is None:
        return example(tokens(pattern))
    region = _REGION if arn.region == "*" else example(tokens(arn.region))
    account = _ACCOUNT if arn.account == "*" else example(tokens(arn.account))
    partition = "aws" if arn.partition == "*" else arn.partition
    return f"arn:{partition}:{example(tokens(arn.service))}:{region}:{account}:{example(tokens(arn.resource))}"


def sample_callers(statements: Sequence[Statement]) -> tuple[Caller, ...]:
    """Everybody who is named, a user of each account, a stranger, an anonymous caller, and a service if one is named."""
    told: dict[str, None] = {}
    for statement in statements:
        for principal in statement.principals:
            if is_anyone(principal):
                continue
            account = account_named(principal)
            told |= dict.fromkeys([*_of_account(account)] if account else [principal.value])
        for condition in statement.conditions:
            if condition.key.lower() in CALLER_KEYS:
                told |= dict.fromkeys(_of_condition(condition))
    told |= dict.fromkeys([f"arn:aws:iam::{_ACCOUNT}:role/{_NAME}", f"arn:aws:iam::{_ACCOUNT}:user/{_NAME}"])
    told |= dict.fromkeys([f"arn:aws:iam::{OTHER_ACCOUNT}:user/{_ELSEWHERE}"])
    callers = dict.fromkeys(caller for text in told for caller in _caller(text))
    return (*callers, ANYBODY) if ANYBODY not in callers else tuple(callers)


def _of_account(account: str) -> Iterator[str]:
    yield f"arn:aws:iam::{account}:user/{_NAME}"
    yield f"arn:aws:iam::{account}:root"


def _of_condition(condition: Condition) -> Iterator[str]:
    key = condition.key.lower()
    for value in condition.values:
        if key == "aws:principalarn":
            yield example_arn(value)
        elif key == "aws:principalaccount":
            yield f"arn:aws:iam::{example(tokens(value))}:user/{_NAME}"
        elif key == "aws:username":
            yield f"arn:aws:iam::{_ACCOUNT}:user/{example(tokens(value))}"
        elif key == "aws:principalservicename":
            yield value
    if key == "aws:principaltype":
        yield from (f"arn:aws:iam::{_ACCOUNT}:role/{_NAME}", f"arn:aws:iam::{_ACCOUNT}:root")
        yield f"arn:aws:sts::{_ACCOUNT}:federated-user/{_NAME}"
    if key == "aws:principalisawsservice":
        yield "cloudtrail.amazonaws.com"


def _caller(text: str) -> Iterator[Caller]:
    try:
        yield parse_caller(text)
    except ValueError:
        return


def sample_actions(patterns: Iterable[str]) -> Iterator[str]:
    """All known actions of the services that are named, those named that are not known, and one of another service."""
    wanted = list(dict.fromkeys(patterns))
    named = dict.fromkeys(pattern.partition(":")[0].lower() for pattern in wanted)
    for service in named:
        if service in services():
            known = {lower: f"{service}:{action.name}" for lower, action in actions(service).items()}
            yield from (known.pop(lower) for lower in _USUAL if lower in known)
            yield from known.values()
        elif service.isascii() and service and not {"*", "?"} & set(service):
            yield f"{service}:{_NAME.title()}"
    for pattern in wanted:
        service, colon, name = pattern.partition(":")
        if colon and not matching_actions(pattern) and not {"*", "?"} & set(service):
            yield f"{service}:{example(tokens(name))}"
    yield next(action for action in _ANY if action.partition(":")[0] not in named)


# What readers know best stands first, and so becomes the example.
_USUAL = (
    *("getobject", "putobject", "listbucket", "deleteobject", "decrypt", "encrypt", "generatedatakey", "getitem"),
    *("putitem", "query", "getsecretvalue", "sendmessage", "receivemessage", "publish", "invokefunction", "assumerole"),
    *("batchgetimage", "getauthorizationtoken", "putlogevents", "getparameter", "invoke", "getbucketpolicy"),
)
_ANY = ("s3:GetObject", "dynamodb:GetItem", "kms:Decrypt", "sqs:SendMessage", "sns:Publish", "ssm:GetParameter")


def sample_values(conditions: Sequence[Condition], spare: Sequence[str]) -> tuple[Values, ...]:
    """Values of one key that fulfil each condition on it, and that do not; None is the key left out.

    `spare`: values that other conditions compare this key with through a variable.
    """
    single: dict[str, None] = {}
    for condition in conditions:
        for text in condition.values:
            single |= dict.fromkeys(_around(condition.operator, text))
    single |= dict.fromkeys((*spare, _ELSEWHERE))
    single |= dict.fromkeys(text.swapcase() for text in tuple(single))
    values: dict[Values, None] = {(text,): None for text in single}
    if any(condition.qualifier for condition in conditions):
        values |= {(text, _ELSEWHERE): None for text in single if text != _ELSEWHERE}
        values |= {tuple(single): None, (): None}
    return (*values, None)


def _around(operator: str, text: str) -> Iterator[str]:
    """Values at, below and above what a condition names, as its operator reads it."""
    if operator == "Null":
        return
    if operator == "Bool":
        yield from ("true", "false")
    elif operator.startswith("Numeric") and (number := number_of(text)) is not None:
        yield from (str(number), str(number - 1), str(number + 1))
    elif operator.startswith("Date") and (instant := instant_of(text)) is not None:
        yield from (str(instant), str(instant - Decimal(1)), str(instant + Decimal(1)))
    elif operator in {"IpAddress", "NotIpAddress"} and (block := network_of(text)) is not None:
        yield str(block.network_address)
        yield "203.0.113.77" if block.version == 4 else "2001:db8:ffff::77"
        if int(block.broadcast_address) + 1 < 1 << block.max_prefixlen:
            yield str(block.broadcast_address + 1)
    elif operator.startswith("Arn"):
        yield example_arn(text)
    elif operator in {"StringLike", "StringNotLike"}:
        yield example(tokens(text))
        yield example(tuple(token for token in tokens(text) if not isinstance(token, Wildcard)))
    else:
        yield text


def variables_of(statement: Statement) -> tuple[str, ...]:
    """The keys that a statement's resources and conditions name as variables."""
    texts = (*statement.resources, *(text for condition in statement.conditions for text in condition.values))
    return tuple(dict.fromkeys(key for text in texts if "${" in text for key in keys_of(text)))
