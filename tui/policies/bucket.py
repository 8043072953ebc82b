"""Bucket policies and an endpoint for S3: what to write so that only this way leads in, and whether this way does.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from tui.policies.arn import ANYBODY, Caller
from tui.policies.combine import Combined, Layers, combine
from tui.policies.conditions import Outcome, judge
from tui.policies.context import Request, Way, context_of
from tui.policies.english import is_all_of, some
from tui.policies.grant import Truth, both
from tui.policies.model import Policy, Statement
from tui.policies.variables import has_variables
from tui.policies.who import is_anyone

_WAY_KEYS = frozenset({"aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip", "aws:sourceip", "aws:sourcevpcarn"})
_LOCKS_OUT = (
    "It denies whatever comes another way: the console, other VPCs, AWS services that work for you, and whoever would "
    "want to take the policy away again. The root user of the bucket's account can still delete it."
)
# What of a bucket a reader wants to know, in this order: with and without an object.
_PROBES = (("s3:ListBucket", ""), ("s3:GetObject", "/example"), ("s3:PutObject", "/example"))


@dataclass(frozen=True, slots=True)
class Snippet:
    """A bucket policy to start from. `text` is JSON; `says` what it does, `beware` what else it does."""

    title: str
    text: str
    says: str
    beware: str


def snippets(bucket: str, endpoint: str, vpc: str, partition: str = "aws") -> tuple[Snippet, ...]:
    """Bucket policies that let requests in only through this endpoint, or only from its VPC."""
    name = f"arn:{partition}:s3:::{bucket}"
    made = []
    for title, key, value, sid in (
        ("only through this endpoint", "aws:SourceVpce", endpoint, "OnlyThroughThisEndpoint"),
        ("only from this VPC, through any of its endpoints for S3", "aws:SourceVpc", vpc, "OnlyFromThisVpc"),
    ):
        if not value:
            continue
        statement = {
            "Sid": sid,
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [name, f"{name}/*"],
            "Condition": {"StringNotEquals": {key: value}},
        }
        text = json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)
        made.append(Snippet(title, text, f"Requests reach {bucket} {title} ({value}).", _LOCKS_OUT))
    return tuple(made)


@dataclass(frozen=True, slots=True)
class Gate:
    """A statement of a bucket policy that asks by which way a request comes.

    Attributes:
        applies: whether its conditions on the way hold for this endpoint; None: it cannot be told.
        says: what that means, one sentence.
    """

    statement: Statement
    applies: Truth
    says: str


def gates(bucket_policy: Policy, way: Way) -> tuple[Gate, ...]:
    """The statements of a bucket policy that look at the way, and what they make of this endpoint."""
    context = context_of(Request(ANYBODY, "s3:GetObject", "*"), way)
    variables = has_variables(bucket_policy.version)
    found = []
    for statement in bucket_policy.statements:
        asked = [condition for condition in statement.conditions if condition.key.lower() in _WAY_KEYS]
        if not asked:
            continue
        outcomes = [judge(condition, context, variables) for condition in asked]
        applies = both(*(outcome.holds for outcome in outcomes))
        found.append(Gate(statement, applies, _says(statement, applies, outcomes)))
    return tuple(found)


def _says(statement: Statement, applies: Truth, outcomes: list[Outcome]) -> str:
    name = f"Statement {statement.index}" + (f" ({statement.sid})" if statement.sid else "")
    others = ", where its other conditions hold too" if len(outcomes) < len(statement.conditions) else ""
    if statement.not_principal:
        others += ", but for the principals it spares"
    elif not any(is_anyone(each) for each in statement.principals):
        others += ", for the principals it names"
    keys = " and ".join(dict.fromkeys(key for outcome in outcomes for key in outcome.keys))
    what = f"{_calls(statement)} through this endpoint"
    if applies is None:
        does = "denies" if statement.effect == "Deny" else "allows"
        return f"{name} {does} {what} or not: it depends on {keys}{others}."
    if statement.effect == "Deny":
        does = "denies" if applies else "does not deny"
        return f"{name} {does} {what}{others if applies else ''}."
    does = "counts" if applies else "allows nothing"
    return f"{name} {does} for {what}{others if applies else ''}."


def _calls(statement: Statement) -> str:
    """What a statement is about: all that comes, or some calls only."""
    if statement.not_action:
        return f"calls of all but {some(statement.actions, 'and')} that come"
    if any(is_all_of("s3", action) for action in statement.actions):
        return "what comes"
    return f"calls of {some(statement.actions, 'or')} that come"


@dataclass(frozen=True, slots=True)
class Passing:
    """Whether one request passes the endpoint policy and the bucket policy."""

    request: Request
    answer: Combined


def passing(
    bucket: str, caller: Caller, layers: Layers, way: Way, partition: str = "aws", account: str = ""
) -> tuple[Passing, ...]:
    """Whether listing, reading and writing pass both policies. `layers`: the endpoint's, the bucket's, any others.

    `account`: whose the bucket is, '' if that is not known.
    """
    told = []
    for action, key in _PROBES:
        request = Request(caller, action, f"arn:{partition}:s3:::{bucket}{key}", account)
        told.append(Passing(request, combine(layers, request, way)))
    return tuple(told)
