"""What AWS's own guides show is not found wrong, and what they warn of is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.policies.documented_policies import DEFAULTS, DOCUMENTED
from tests.policies.policies_written import codes, findings, policy, statement
from tui.policies.lint import lint

# Of these the guides speak without restricting anybody: no error, but open.
OPEN = {"VPCE_OPEN", "VPCE_FULL_ACCESS"}


@pytest.mark.parametrize(
    ("page", "kind", "service", "shown"), DOCUMENTED, ids=[f"{case[2]}-{at}" for at, case in enumerate(DOCUMENTED)]
)
def test_a_documented_policy_has_no_error(page: str, kind: str, service: str, shown: dict[str, Any]) -> None:
    """Each policy of a guide, for the endpoint that the guide shows it for."""
    assert page.startswith("https://docs.aws.amazon.com/")
    found = lint(json.dumps(shown, indent=2), kind, service)
    assert [finding for finding in found if finding.severity == "error"] == []
    assert {finding.code for finding in found if finding.severity == "security"} <= OPEN


@pytest.mark.parametrize("text", DEFAULTS)
@pytest.mark.parametrize("kind", ["", "gateway", "interface"])
def test_the_default_policy_is_known_by_its_meaning(text: str, kind: str) -> None:
    """Whatever its Version, Sid and brackets: full access, and nothing else wrong but what it does not have."""
    found = lint(text, kind, "s3")
    assert {finding.code for finding in found} <= {"VPCE_FULL_ACCESS", "MISSING_VERSION"}
    assert "VPCE_FULL_ACCESS" in {finding.code for finding in found}


def test_a_misspelt_key_of_the_guide_is_found() -> None:
    """The VPC guide of 2021 had aws:PrincpalAccount in a policy for endpoints of S3 and DynamoDB."""
    text = policy(statement(Condition={"StringEquals": {"aws:PrincpalAccount": "111122223333"}}))
    (finding,) = findings(text, "INVALID_GLOBAL_CONDITION_KEY")
    assert (finding.severity, finding.fix) == ("error", "Did you mean aws:PrincipalAccount?")
    assert finding.path == 'Statement[0].Condition.StringEquals["aws:PrincpalAccount"]'


def test_the_account_principal_of_a_gateway_endpoint_is_its_root_user() -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html; at an interface endpoint it is fine."""
    text = policy(statement(Principal={"AWS": "123456789012"}))
    assert codes(text, kind="gateway") == {"VPCE_GATEWAY_ACCOUNT_PRINCIPAL"}
    assert codes(text, kind="interface") == set()


def test_the_data_perimeter_of_aws_lets_its_own_buckets_through() -> None:
    """An organization's principals and resources, AWS's services, and two of AWS's own buckets by name."""
    service = "com.amazonaws.eu-west-1.s3"
    ours = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:ResourceOrgID": "o-a1b2c3d4e5"}}
    theirs = ["arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*", "arn:aws:s3:::al2023-repos-eu-west-1-de612dc2/*"]
    text = policy(
        statement(Action="*", Resource="*", Condition=ours),
        statement(Action="*", Resource="*", Condition={"Bool": {"aws:PrincipalIsAWSService": "true"}}),
        statement(Resource=theirs, Condition=None),
    )
    without = policy(statement(Action="*", Resource="*", Condition=ours))
    assert codes(text, kind="gateway", service=service) == {"VPCE_ANY_PRINCIPAL", "VPCE_AWS_BUCKETS_CUT_OFF"}
    (rest,) = findings(text, "VPCE_AWS_BUCKETS_CUT_OFF", service=service)
    assert (rest.severity, "Amazon ECR" in rest.message, "Systems Manager" in rest.message) == (
        "suggestion",
        False,
        True,
    )
    assert "arn:aws:s3:::aws-ssm-eu-west-1/*" in rest.fix
    (all_of_them,) = findings(without, kind="gateway", service=service)
    assert (all_of_them.severity, "Amazon ECR" in all_of_them.message) == ("warning", True)
