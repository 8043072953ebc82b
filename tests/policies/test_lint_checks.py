"""Each check of lint: a policy that has the finding, and a near miss that has not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.policies.lint_cases import ACTIONS, GRAMMAR, KEYS, PRINCIPALS, RESOURCES, VALUES, VARIABLES, Pair
from tests.policies.lint_endpoint_cases import ENDPOINT
from tests.policies.policies_written import codes, findings, policy, statement

ROOM = Path(__file__).parent.parent.parent / "tui" / "policies"
PAIRS = [*GRAMMAR, *PRINCIPALS, *ACTIONS, *RESOURCES, *KEYS, *VALUES, *VARIABLES, *ENDPOINT]
IDS = [f"{pair.code}-{number}" for number, pair in enumerate(PAIRS)]
CODE = re.compile(r'"([A-Z]{4,}(?:_[A-Z]+)+)"')
# Codes with no pair of their own: more findings than are told.
ELSEWHERE = {"TOO_MANY_FINDINGS"}


@pytest.mark.parametrize("pair", PAIRS, ids=IDS)
def test_a_check_finds_what_it_is_for(pair: Pair) -> None:
    """The policy has the finding, with its severity, and a place inside of the text."""
    found = findings(pair.has, pair.code, **pair.known)
    assert pair.severity in {finding.severity for finding in found}
    lines = pair.has.split("\n")
    for finding in found:
        assert finding.message
        assert 1 <= finding.line <= len(lines)
        assert 1 <= finding.column <= len(lines[finding.line - 1]) + 1


@pytest.mark.parametrize("pair", PAIRS, ids=IDS)
def test_a_near_miss_is_left_alone(pair: Pair) -> None:
    """What nearly is wrong is not found wrong."""
    assert pair.code not in codes(pair.lacks, **pair.known)


def test_a_policy_with_nothing_wrong_has_no_findings() -> None:
    """One organization, one bucket, a gateway endpoint of DynamoDB's neighbour: silence."""
    assert findings(policy(statement()), kind="gateway") == []


def test_what_is_written_twice_is_said_to_be() -> None:
    """No action is covered by itself; one that only differs in case is covered by the other."""
    (twice,) = findings(policy(statement(Action=["s3:GetObject", "s3:GetObject"])), "REDUNDANT_ACTION")
    assert twice.message == '"s3:GetObject" stands twice in this list'
    (other,) = findings(policy(statement(Action=["s3:GetObject", "s3:getobject"])), "REDUNDANT_ACTION")
    assert other.message == '"s3:getobject" is covered by "s3:GetObject"'


def test_every_code_has_a_pair() -> None:
    """No check is without its policy and its near miss."""
    written = {code for path in ROOM.rglob("*.py") for code in CODE.findall(path.read_text())}

    assert written <= {pair.code for pair in PAIRS} | ELSEWHERE


def test_unknown_kind_and_service_are_not_judged() -> None:
    """Without --type and --service only what holds for every endpoint is told."""
    text = policy(
        statement(Principal={"AWS": "arn:aws:iam::111122223333:role/app"}, Action="kms:Decrypt", Condition=None)
    )
    assert "VPCE_GATEWAY_PRINCIPAL" not in codes(text)
    assert "VPCE_GATEWAY_PRINCIPAL" not in codes(text, kind="interface")
    assert "VPCE_NO_ACTION_OF_SERVICE" not in codes(text)
    assert "VPCE_NO_ACTION_OF_SERVICE" not in codes(text, service="something.new")
