"""`vpctop policy bucket` as a reader and a script use it.

The policies are those of https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.cli.test_policy_commands import run, written
from tui.cli.program import program
from tui.demo.embedded import EmbeddedAws

HERE, ELSEWHERE, VPC = "vpce-1a2b3c4d", "vpce-99999999", "vpc-111bbb22"
ROLE = "arn:aws:iam::111122223333:role/app"
ONLY_HERE = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Access-to-specific-VPCE-only",
            "Principal": "*",
            "Action": "s3:*",
            "Effect": "Deny",
            "Resource": ["arn:aws:s3:::amzn-s3-demo-bucket", "arn:aws:s3:::amzn-s3-demo-bucket/*"],
            "Condition": {"StringNotEquals": {"aws:SourceVpce": HERE}},
        },
        {
            "Effect": "Allow",
            "Principal": {"AWS": ROLE},
            "Action": ["s3:GetObject", "s3:ListBucket", "s3:PutObject"],
            "Resource": ["arn:aws:s3:::amzn-s3-demo-bucket", "arn:aws:s3:::amzn-s3-demo-bucket/*"],
        },
    ],
}
READING = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": ["s3:GetObject", "s3:ListBucket"],
            "Resource": ["arn:aws:s3:::amzn-s3-demo-bucket", "arn:aws:s3:::amzn-s3-demo-bucket/*"],
        }
    ]
}


def told(*args: str) -> tuple[int, Any]:
    """Exit code and the JSON that was told."""
    code, out = run("bucket", *args, "-o", "json")
    return code, json.loads(out)


def test_policies_to_start_from_are_written() -> None:
    """One for the endpoint and one for its VPC, as AWS's own examples have them; the JSON of each is a whole policy."""
    code, answer = told("amzn-s3-demo-bucket", "--endpoint", HERE, "--vpc", VPC)
    assert (code, answer["gates"], answer["requests"]) == (0, None, None)
    conditions = [each["policy"]["Statement"][0]["Condition"] for each in answer["snippets"]]
    assert conditions == [{"StringNotEquals": {"aws:SourceVpce": HERE}}, {"StringNotEquals": {"aws:SourceVpc": VPC}}]
    assert all("console" in each["beware"] for each in answer["snippets"])
    code, text = run("bucket", "arn:aws-cn:s3:::amzn-s3-demo-bucket", "--vpc", VPC)
    assert (code, "arn:aws-cn:s3:::amzn-s3-demo-bucket/*" in text, HERE in text) == (0, True, False)


def test_what_a_bucket_makes_of_an_endpoint_is_told(tmp_path: Path) -> None:
    """Its Deny spares this endpoint and no other; without a principal no request is tried."""
    policy = written(tmp_path / "bucket.json", ONLY_HERE)
    code, answer = told("amzn-s3-demo-bucket", "--endpoint", HERE, "--policy", policy)
    (gate,) = answer["gates"]
    assert (code, gate["applies"], gate["sid"], answer["requests"]) == (0, False, "Access-to-specific-VPCE-only", None)
    code, text = run("bucket", "amzn-s3-demo-bucket", "--endpoint", ELSEWHERE, "--policy", policy)
    assert (code, "denies what comes through this endpoint" in text, "takes a principal" in text) == (1, True, True)


def test_requests_pass_both_policies_or_not(tmp_path: Path) -> None:
    """Reading passes both; writing stops at the endpoint; through another endpoint everything stops at the bucket."""
    bucket, endpoint = written(tmp_path / "b.json", ONLY_HERE), written(tmp_path / "e.json", READING)
    asked = ("amzn-s3-demo-bucket", "--policy", bucket, "--endpoint-policy", endpoint, "--principal", ROLE)
    code, answer = told(*asked, "--endpoint", HERE)
    decisions = [(each["action"], each["decision"], each["layer"]) for each in answer["requests"]]
    assert decisions == [
        ("s3:ListBucket", "allowed", "endpoint policy"),
        ("s3:GetObject", "allowed", "endpoint policy"),
        ("s3:PutObject", "implicit-deny", "endpoint policy"),
    ]
    assert code == 1
    _, answer = told(*asked, "--endpoint", ELSEWHERE)
    assert {(each["decision"], each["layer"]) for each in answer["requests"]} >= {("explicit-deny", "resource policy")}
    assert all(each["decision"].endswith("deny") for each in answer["requests"])


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("Not_A_Bucket", "--endpoint", HERE), "is no name of a bucket"),
        (("bucket",), "give the --endpoint"),
        (("bucket", "--endpoint", "vpce-xyz"), "is no id of an endpoint"),
        (("bucket", "--vpc", "subnet-1"), "is no id of a VPC"),
        (("bucket", "--endpoint", HERE, "--principal", ROLE), "give --policy FILE"),
        (("bucket", "--endpoint", HERE, "--policy", "/nowhere/x.json"), "cannot read /nowhere/x.json"),
        (("bucket", "--vpc", VPC, "--policy", "-", "--principal", ROLE), "--endpoint-policy FILE"),
        (("bucket", "--endpoint", HERE, "--policy", "-", "--principal", ROLE, "--identity", "-"), "only one"),
        (("bucket", "--endpoint", HERE, "--policy", "-"), "line 1, column"),
    ],
)
def test_wrong_use_is_one_sentence(args: tuple[str, ...], said: str) -> None:
    """What is wrong, and nothing is asked of AWS."""
    code, out = run("bucket", *args, stdin="{not json")
    assert (code, said in out) == (2, True), out


def test_the_policy_in_force_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an endpoint for S3 its own policy, type and VPC count; one for another service is refused."""
    policy = written(tmp_path / "b.json", ONLY_HERE)
    with EmbeddedAws(seed=7) as aws:
        for name, value in aws.environment().items():
            monkeypatch.setenv(name, value)
        import boto3

        ec2 = boto3.client("ec2")
        there = ec2.describe_vpc_endpoints()["VpcEndpoints"]
        ids = {each["ServiceName"].rpartition(".")[2]: each["VpcEndpointId"] for each in there}
        asked = ("amzn-s3-demo-bucket", "--policy", policy, "--principal", ROLE, "--endpoint")
        code, answer = told(*asked, ids["s3"])
        assert (code, answer["vpc"]) == (1, aws.scope)
        assert {each["decision"] for each in answer["requests"]} == {"explicit-deny"}
        result = CliRunner().invoke(program, ["policy", "bucket", *asked, ids["kms"]], standalone_mode=False)
        assert "is no endpoint for S3" in str(result.exception)
