"""What EC2 takes for an endpoint policy, and how it words what it does not take.

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html and the grammar,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html. Misspelt actions and condition keys,
wildcards that do not work and the like are taken: they are the reader's to find.
"""

from __future__ import annotations

import json
import re
from typing import Any

from moto.ec2.exceptions import EC2ClientError

POLICY_LONGEST = 20_480  # characters, white space included
_PRINCIPAL = re.compile(r"\*|[0-9]{12}|arn:[a-z0-9-]+:(?:iam|sts)::[0-9]{12}:.+|A[A-Z]{3}[A-Z0-9]{12,}")
_KINDS = {"AWS", "Service", "Federated", "CanonicalUser"}


def judge_policy(text: str | None) -> None:
    """Refuse what AWS does not take for a policy document, with line and column as AWS tells them."""
    if not text:
        return
    if len(text) > POLICY_LONGEST:
        raise _bad(f"The policy is longer than {POLICY_LONGEST} characters.")
    try:
        policy = json.loads(text)
    except (ValueError, RecursionError) as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        raise _bad(f"Syntax error at position ({line},{column})") from None
    if not isinstance(policy, dict) or not policy.get("Statement"):
        raise _bad("Syntax errors in policy.")
    if policy.get("Version", "2012-10-17") not in {"2012-10-17", "2008-10-17"}:
        raise _bad("Syntax errors in policy.")
    statements = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
    for each in statements:
        _judge_statement(each)


def _judge_statement(statement: Any) -> None:
    if not isinstance(statement, dict) or statement.get("Effect") not in {"Allow", "Deny"}:
        raise _bad("Syntax errors in policy.")
    for one, other in (("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource")):
        if (one in statement) == (other in statement):
            raise _bad(f"Missing required field {one}" if one not in statement else "Syntax errors in policy.")
    told = statement.get("Principal", statement.get("NotPrincipal"))
    if told != "*" and not (isinstance(told, dict) and told and all(map(_is_principal, told.items()))):
        raise _bad("Invalid principal in policy")
    texts = [statement.get(key, "*") for key in ("Action", "NotAction", "Resource", "NotResource")]
    condition = statement.get("Condition", {})
    is_condition = isinstance(condition, dict) and all(isinstance(each, dict) for each in condition.values())
    if not is_condition or not all(isinstance(each, str) for value in texts for each in _listed(value)):
        raise _bad("Syntax errors in policy.")


def _is_principal(pair: tuple[str, Any]) -> bool:
    kind, values = pair
    if kind == "AWS":
        return all(isinstance(each, str) and _PRINCIPAL.fullmatch(each) for each in _listed(values))
    return kind in _KINDS


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _bad(what: str) -> EC2ClientError:
    return EC2ClientError("InvalidPolicyDocument", f"The Policy Document is not valid. {what}")
