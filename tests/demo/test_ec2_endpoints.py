"""Endpoints of the embedded AWS are judged, settle and are throttled as AWS does."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tui.demo.embedded import EmbeddedAws

Client = Callable[..., Any]
S3 = "com.amazonaws.eu-west-1.s3"
KMS = "com.amazonaws.eu-west-1.kms"
PARTNER = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a7c3e915d2b48f60"
ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def refusal(call: Callable[..., Any], **asked: Any) -> tuple[str, str]:
    """Error code and message a call ends with."""
    with pytest.raises(ClientError) as caught:
        call(**asked)
    error: Any = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.fixture(name="ec2")
def ec2_fixture(aws: EmbeddedAws, client: Client) -> Any:  # noqa: ARG001 - empties the account
    """An EC2 client on an empty account."""
    return client("ec2")


@pytest.fixture(name="vpc")
def vpc_fixture(ec2: Any) -> str:
    """A VPC that resolves names."""
    vpc = str(ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"])
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    return vpc


def made(ec2: Any, vpc: str, service: str = KMS, kind: str = "Interface", **more: Any) -> str:
    """A new endpoint's id."""
    answer = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=service, VpcEndpointType=kind, **more)
    return str(answer["VpcEndpoint"]["VpcEndpointId"])


def states(ec2: Any) -> list[str]:
    """The states of all endpoints."""
    return [each["State"] for each in ec2.describe_vpc_endpoints()["VpcEndpoints"]]


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        ('{"Statement": [', "Syntax error at position (1,16)"),
        ('{\n "Statement": [{"Effect" "Allow"}]}', "Syntax error at position (2,26)"),
        ("[]", "Syntax errors in policy."),
        ({"Version": "2012-10-18", "Statement": [ALLOW]}, "Syntax errors in policy."),
        ({"Statement": [{**ALLOW, "Effect": "allow"}]}, "Syntax errors in policy."),
        ({"Statement": [{**ALLOW, "Condition": ["a"]}]}, "Syntax errors in policy."),
        ({"Statement": [{**ALLOW, "Action": 7}]}, "Syntax errors in policy."),
        ({"Statement": {key: value for key, value in ALLOW.items() if key != "Principal"}}, "field Principal"),
        ({"Statement": [{**ALLOW, "Principal": "arn:aws:iam::123456789012:role/app"}]}, "Invalid principal in policy"),
        ({"Statement": [{**ALLOW, "Principal": {"AWS": "app"}}]}, "Invalid principal in policy"),
        ({"Statement": [ALLOW], "Id": "x" * 20_480}, "longer than 20480"),
    ],
)
def test_what_is_no_policy_is_refused(ec2: Any, vpc: str, policy: Any, says: str) -> None:
    """Bad JSON with its place, bad grammar and a bare ARN for a principal; at creation and after."""
    text = policy if isinstance(policy, str) else json.dumps(policy)
    endpoint = made(ec2, vpc)
    for refused in (
        refusal(ec2.modify_vpc_endpoint, VpcEndpointId=endpoint, PolicyDocument=text),
        refusal(ec2.create_vpc_endpoint, VpcId=vpc, ServiceName=S3, PolicyDocument=text),
    ):
        assert refused[0] == "InvalidPolicyDocument"
        assert says in refused[1]


@pytest.mark.parametrize(
    "statement",
    [
        {**ALLOW, "Action": "kms:Decrpyt"},
        {**ALLOW, "Condition": {"StringEquals": {"aws:PrincipalOrganisation": "o-1"}}},
        {**ALLOW, "Principal": {"AWS": ["123456789012", "arn:aws:iam::123456789012:role/app", "AROADEMO000000000001"]}},
        {**ALLOW, "Resource": ["arn:aws:kms:eu-west-1:1234*:key/*"]},
    ],
)
def test_what_only_looks_wrong_is_taken(ec2: Any, vpc: str, statement: dict[str, Any]) -> None:
    """Typos in actions and keys, wildcards that match nothing: AWS takes them, and shows the text as it came."""
    endpoint, text = made(ec2, vpc), json.dumps({"Statement": [statement]}, indent=1)
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PolicyDocument=text)
    assert ec2.describe_vpc_endpoints()["VpcEndpoints"][0]["PolicyDocument"] == text


def test_a_service_without_policies_takes_none(ec2: Any, vpc: str) -> None:
    """It is told which service, in AWS's words; a name that no service has is refused."""
    mail = "com.amazonaws.eu-west-1.email-smtp"
    text = json.dumps({"Statement": [ALLOW]})
    code, message = refusal(ec2.modify_vpc_endpoint, VpcEndpointId=made(ec2, vpc, mail), PolicyDocument=text)
    assert (code, message) == ("InvalidParameter", f"Service {mail} only supports the full-access endpoint policy.")
    assert refusal(ec2.create_vpc_endpoint, VpcId=vpc, ServiceName=S3 + "4")[0] == "InvalidServiceName"
    wrong = {"VpcId": vpc, "ServiceName": KMS, "VpcEndpointType": "Gateway"}
    assert refusal(ec2.create_vpc_endpoint, **wrong)[0] == "InvalidParameter"


def test_private_dns_needs_a_vpc_that_resolves_names(ec2: Any, vpc: str) -> None:
    """Both attributes, and no other endpoint with the name; a partner's service without a name has none."""
    other = ec2.create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]
    asked = {"ServiceName": KMS, "VpcEndpointType": "Interface", "PrivateDnsEnabled": True}
    assert "enableDnsHostnames" in refusal(ec2.create_vpc_endpoint, VpcId=other, **asked)[1]
    made(ec2, vpc, PrivateDnsEnabled=True)
    assert "conflicting DNS domain" in refusal(ec2.create_vpc_endpoint, VpcId=vpc, **asked)[1]
    second = made(ec2, vpc)
    assert "conflicting" in refusal(ec2.modify_vpc_endpoint, VpcEndpointId=second, PrivateDnsEnabled=True)[1]
    assert "private DNS name" in refusal(ec2.create_vpc_endpoint, VpcId=vpc, **{**asked, "ServiceName": PARTNER})[1]


def test_an_endpoint_has_one_subnet_a_zone(ec2: Any, vpc: str) -> None:
    """A second one in the same zone is refused, at creation and after, and so is a zone that the service is not in."""
    one, two, other, far = (
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.1.{number}.0/24", AvailabilityZone=f"eu-west-1{zone}")["Subnet"][
            "SubnetId"
        ]
        for number, zone in enumerate("aabc")
    )
    asked = {"VpcId": vpc, "ServiceName": KMS, "VpcEndpointType": "Interface"}
    assert refusal(ec2.create_vpc_endpoint, SubnetIds=[one, two], **asked)[0] == "DuplicateSubnetsInSameZone"
    endpoint = made(ec2, vpc, SubnetIds=[one, other])
    code, message = refusal(ec2.modify_vpc_endpoint, VpcEndpointId=endpoint, AddSubnetIds=[two])
    assert (code, message.split()[-1]) == ("DuplicateSubnetsInSameZone", two)
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddSubnetIds=[two], RemoveSubnetIds=[one])
    assert (
        "zone of the subnet"
        in refusal(ec2.create_vpc_endpoint, SubnetIds=[far], **{**asked, "ServiceName": PARTNER})[1]
    )


def test_states_settle_after_a_while(ec2: Any, vpc: str, aws: EmbeddedAws) -> None:
    """Pending, then available; deleting, then gone; a gateway endpoint is available at once; a partner has to accept."""
    aws.configure(hiccups=False, endpoints={"settle": 0.3})
    interface = made(ec2, vpc)
    assert states(ec2) == ["pending"]
    time.sleep(0.4)
    assert states(ec2) == ["available"]
    ec2.delete_vpc_endpoints(VpcEndpointIds=[interface])
    assert states(ec2) == ["deleting"]
    assert refusal(ec2.modify_vpc_endpoint, VpcEndpointId=interface, PrivateDnsEnabled=False)[0] == "IncorrectState"
    time.sleep(0.4)
    assert states(ec2) == []
    made(ec2, vpc, S3, "Gateway")
    made(ec2, vpc, PARTNER)
    assert sorted(states(ec2)) == ["available", "pendingAcceptance"]


def test_changes_are_throttled_as_aws_does(ec2: Any, vpc: str, aws: EmbeddedAws) -> None:
    """Four of a kind at once, then one every three seconds; the others have buckets of their own."""
    aws.configure(hiccups=False, endpoints={"paced": True})
    endpoints = [made(ec2, vpc) for _ in range(4)]
    with pytest.raises(ClientError) as caught:
        made(ec2, vpc)
    assert caught.value.response["Error"]["Code"] == "RequestLimitExceeded"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    assert ec2.delete_vpc_endpoints(VpcEndpointIds=endpoints)["Unsuccessful"] == []
    assert len(ec2.describe_vpc_endpoint_services()["ServiceDetails"]) > 40


def test_services_are_found_by_filters(ec2: Any) -> None:
    """By name, where one that nobody knows is no error; by type and owner; by ServiceNames it is one."""

    def found(**filters: str) -> set[str]:
        asked = [{"Name": name.replace("_", "-"), "Values": [value, "nothing"]} for name, value in filters.items()]
        answer = ec2.describe_vpc_endpoint_services(Filters=asked)
        assert set(answer["ServiceNames"]) == {each["ServiceName"] for each in answer["ServiceDetails"]}
        return set(answer["ServiceNames"])

    assert found(service_name=S3) == {S3}
    assert found(service_type="Gateway") == {S3, "com.amazonaws.eu-west-1.dynamodb"}
    assert found(owner="444455556666", service_type="Interface") == {PARTNER}
    assert refusal(ec2.describe_vpc_endpoint_services, ServiceNames=[S3, S3 + "4"])[0] == "InvalidServiceName"


def test_a_client_token_makes_one_endpoint(ec2: Any, vpc: str) -> None:
    """The same call again answers with what it made; another with the same token is refused."""
    first, second = (made(ec2, vpc, S3, "Gateway", ClientToken="token-1") for _ in range(2))
    assert first == second
    other = {"VpcId": vpc, "ServiceName": KMS, "VpcEndpointType": "Interface", "ClientToken": "token-1"}
    assert refusal(ec2.create_vpc_endpoint, **other)[0] == "IdempotentParameterMismatch"
    assert len(states(ec2)) == 1
