"""Whether two policy texts mean the same, though they are not written the same.

AWS keeps a policy's text as it was sent, but not always: a principal's ARN may come back as a unique id.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

# As AWS gives it to an endpoint for which none was given:
# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
DEFAULT_POLICY = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'

_ACCOUNT = re.compile(r"[0-9]{12}|arn:[a-z0-9-]+:iam::([0-9]{12}):root")
_NAMED = re.compile(r"arn:[a-z0-9-]+:(?:iam|sts)::[0-9]{12}:(?:user|role|assumed-role|federated-user)/.+")
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
_UNIQUE_ID = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}")


def same_meaning(one: str, other: str) -> bool:
    """Whether two texts are the same policy but for what means nothing: order, white space, Sids, a list of one.

    A text that is no JSON is the same as itself alone. More than this is not worked out: two policies may be called
    different that let the same through.
    """
    return one == other or _alike(one, other, lambda principal: principal)


def same_but_for_ids(sent: str, shown: str) -> bool:
    """Whether `shown` means what `sent` does if its unique ids (AIDA… AROA…) are the principals that were sent as ARNs."""
    return same_meaning(sent, shown) or _alike(sent, shown, _nameless)


def _alike(one: str, other: str, principal: Callable[[str], str]) -> bool:
    try:
        return bool(_plain(json.loads(one), principal) == _plain(json.loads(other), principal))
    except (ValueError, RecursionError, TypeError, AttributeError):
        return False


def _nameless(principal: str) -> str:
    return "one" if _NAMED.fullmatch(principal) or _UNIQUE_ID.fullmatch(principal) else principal


def _plain(policy: dict[str, Any], principal: Callable[[str], str]) -> Any:
    """A policy in one form for all ways to write it."""
    statements = [_statement(each, principal) for each in _listed(policy.get("Statement"))]
    # The version decides nothing but whether ${…} is a variable.
    version = policy.get("Version") if "${" in json.dumps(statements) else None
    rest = {key: value for key, value in policy.items() if key not in {"Version", "Id", "Statement"}}
    return version, rest, sorted(statements, key=json.dumps)


def _statement(statement: dict[str, Any], principal: Callable[[str], str]) -> Any:
    found: dict[str, Any] = {}
    for key, value in statement.items():
        match key:
            case "Sid":
                continue
            case "Action" | "NotAction":
                found[key] = sorted({str(each).lower() for each in _listed(value)})
            case "Resource" | "NotResource":
                found[key] = sorted({str(each) for each in _listed(value)})
            case "Principal" | "NotPrincipal":
                found[key] = _principals(value, principal)
            case "Condition":
                found[key] = _conditions(value)
            case _:
                found[key] = value
    return sorted(found.items())


def _principals(told: Any, principal: Callable[[str], str]) -> Any:
    if told == "*":
        told = {"AWS": "*"}
    # Not a set: two ARNs may have become two ids.
    return sorted(
        (kind, sorted(principal(_account(str(each))) for each in _listed(values))) for kind, values in told.items()
    )


def _account(principal: str) -> str:
    """An account stands for its root and the other way round."""
    found = _ACCOUNT.fullmatch(principal)
    return (found[1] or found[0]) if found else principal


def _conditions(told: dict[str, Any]) -> Any:
    return sorted(
        (
            operator,
            sorted((key.lower(), sorted({_value(each) for each in _listed(values)})) for key, values in keys.items()),
        )
        for operator, keys in told.items()
    )


def _value(told: Any) -> str:
    """`true`, a number and their texts are the same to IAM."""
    return told if isinstance(told, str) else json.dumps(told)


def _listed(told: Any) -> list[Any]:
    return told if isinstance(told, list) else [told]
