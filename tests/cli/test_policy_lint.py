"""`vpctop policy lint` and `vpctop policy iam`: what they print, and how they end."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command_line import Vpctop
from tui.cli.policy.lint_text import shown_finding
from tui.demo.embedded import EmbeddedAws
from tui.policies.grammar import Form, read_policy
from tui.policies.json_reader import read_json
from tui.policies.knowledge import matching_actions
from tui.policies.lint import lint

GOOD = """\
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": "*",
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::payments-archive/*",
      "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    }
  ]
}
"""
FULL = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str | bytes], str]:
    """Writes a policy and gives its path."""

    def write(text: str | bytes) -> str:
        path = tmp_path / "policy.json"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


@pytest.fixture
def reached(aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> EmbeddedAws:
    """The embedded AWS, as the reader's own account."""
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    return aws


def test_a_policy_with_nothing_wrong(vpctop: Vpctop, file: Callable[[str], str]) -> None:
    """Nothing on stdout, exit 0."""
    path = file(GOOD)
    ran = vpctop("policy", "lint", path, "--type", "gateway")
    assert (ran.code, ran.out, ran.err) == (0, "", f"vpctop: {path}: nothing found\n")
    assert json.loads(vpctop("policy", "lint", path, "-o", "json").out) == {"findings": []}


def test_a_finding_shows_the_line_and_the_place(vpctop: Vpctop, file: Callable[[str], str]) -> None:
    """Path, line and column as compilers write them, the line with a caret, and what to do."""
    path = file(GOOD.replace("GetObject", "GetObjct"))
    ran = vpctop("policy", "lint", path)
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert lines[0].startswith(f'{path}:7:17: error: s3 has no action "GetObjct" (as of 20')
    assert lines[0].endswith("[INVALID_ACTION]")
    assert lines[1:4] == [
        '    7 |       "Action": "s3:GetObjct",',
        "      |                 ^",
        "      = Did you mean s3:GetObject?",
    ]
    assert ran.err == f"vpctop: {path}: 1 error\n"


@pytest.mark.parametrize("text", ["", " \n\n"])
def test_where_nothing_is_written_no_line_is_shown(vpctop: Vpctop, file: Callable[[str], str], text: str) -> None:
    """An empty file has a sentence, and no empty line with a caret."""
    path = file(text)
    assert vpctop("policy", "lint", path).out.splitlines() == [
        f"{path}:1:1: error: the text ends where a value is expected [JSON_SYNTAX_ERROR]",
        "      = Finish it, or close what is open.",
        "",
    ]


def test_json_has_every_field(vpctop: Vpctop, file: Callable[[str], str]) -> None:
    """One object with the findings, in the order of the text."""
    ran = vpctop(
        "policy", "lint", file(GOOD.replace('"*"', '{"AWS": "111122223333"}')), "--type", "gateway", "-o", "json"
    )
    (finding,) = json.loads(ran.out)["findings"]
    assert finding | {"message": "", "fix": ""} == {
        "code": "VPCE_GATEWAY_ACCOUNT_PRINCIPAL",
        "severity": "error",
        "message": "",
        "line": 6,
        "column": 28,
        "path": "Statement[0].Principal.AWS",
        "fix": "",
    }
    assert (ran.code, ran.err) == (1, "")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (FULL, 1),  # a security finding
        (GOOD.replace('"*"', '{"AWS": "arn:aws:iam::111122223333:role/app"}'), 0),
        (GOOD.replace('  "Version": "2012-10-17",\n', ""), 0),  # a warning
        ("", 1),
        ("not json", 1),
        ("[" * 5000, 1),
        (GOOD + " " * 20_481, 1),
        (b"\xff\xfe{\x00}\x00", 1),
        ('{"Id": "\x00"}', 1),
        ('{"Statement": 7}', 1),
        ("{" + '"a": 1,' * 200_000 + "}", 1),
    ],
    ids=["full", "interface", "warning", "empty", "no JSON", "deep", "long", "UTF-16", "NUL", "wrong type", "megabyte"],
)
@pytest.mark.parametrize("output", ["text", "json"])
def test_exit_codes(
    vpctop: Vpctop, file: Callable[[str | bytes], str], text: str | bytes, code: int, output: str
) -> None:
    """1 exactly if there is an error or a security finding; no traceback, whatever the file."""
    ran = vpctop("policy", "lint", file(text), "--output", output)
    assert ran.code == code
    assert "Traceback" not in ran.out + ran.err
    if output == "json":
        severities = {finding["severity"] for finding in json.loads(ran.out)["findings"]}
        assert bool(severities & {"error", "security"}) == (code == 1)


def test_standard_input(vpctop: Vpctop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dash reads what comes in a pipe."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GOOD.replace("Allow", "allow").encode())))
    ran = vpctop("policy", "lint", "-")
    assert (ran.code, ran.out.split(" ")[:2]) == (1, ["stdin:5:17:", "error:"])


@pytest.mark.parametrize(
    "args",
    [
        ("policy", "lint", "/no/such/file"),
        ("policy", "lint", "/"),
        ("policy", "lint", "a\0b"),
        ("policy", "lint", "policy.json", "--type", "tunnel"),
        ("policy", "lint"),
        ("policy", "iam", "--allow", "everything"),
        ("policy", "mend"),
    ],
)
def test_wrong_use(vpctop: Vpctop, args: tuple[str, ...]) -> None:
    """Exit 2 and a sentence, nothing on stdout."""
    ran = vpctop(*args)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err


def test_the_service_decides_what_comes_through(vpctop: Vpctop, file: Callable[[str], str]) -> None:
    """With --service an action of another service is told; a service that nobody knows is said."""
    path = file(GOOD)
    ran = vpctop("policy", "lint", path, "--service", "com.amazonaws.eu-west-1.ecr.dkr")
    assert (ran.code, "VPCE_NO_ACTION_OF_SERVICE" in ran.out) == (1, True)
    ran = vpctop("policy", "lint", path, "--service", "timetravel")
    assert (ran.code, "no actions are known of a service timetravel" in ran.err) == (0, True)


def test_findings_may_be_left_out_by_code(vpctop: Vpctop, file: Callable[[str], str]) -> None:
    """What is known and accepted need not fail a pipeline."""
    ran = vpctop(
        "policy", "lint", file(FULL), "--ignore", "vpce_full_access", "--ignore", "MISSING_VERSION", "-o", "json"
    )
    assert (ran.code, json.loads(ran.out)) == (0, {"findings": []})


def test_a_long_line_is_cut_round_the_place(vpctop: Vpctop, file: Callable[[str], str]) -> None:
    """A policy in one line is shown by a part of it, and what a terminal would act on is not."""
    text = json.dumps(
        json.loads(GOOD.replace("payments", "p\u200byments\u202e" * 40).replace("Allow", "\U0001f600llow"))
    )
    ran = vpctop("policy", "lint", file(text))
    assert ran.code == 1
    assert all(len(line) < 130 for line in ran.out.splitlines() if line.lstrip()[:1].isdigit())
    assert not {"\u200b", "\u202e", "\x1b"} & set(ran.out)


@pytest.mark.parametrize("columns", [1, 40, 80, 200])
def test_the_line_at_fault_fits_the_terminal(columns: int) -> None:
    """However narrow, the caret stands under the place."""
    text = json.dumps(json.loads(GOOD.replace("GetObject", "GetObjct")))
    (finding,) = lint(text)
    _, line, caret, *_ = shown_finding(finding, "policy.json", read_json(text), columns).split("\n")
    assert len(line) <= max(30, columns)
    assert line[caret.index("^") :].startswith('"s3:Get')


def test_the_policy_in_force_is_read(reached: EmbeddedAws, client: Callable[..., Any], vpctop: Vpctop) -> None:
    """Of a vpce-… type, service and VPC are known; they cannot be told otherwise."""
    ec2 = client("ec2", reached.region)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    text = GOOD.replace('"*"', '{"AWS": "111122223333"}').replace("s3:GetObject", "kms:Decrypt")
    made = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.eu-west-1.s3", PolicyDocument=text)
    endpoint = made["VpcEndpoint"]["VpcEndpointId"]
    ran = vpctop("policy", "lint", endpoint, "--output", "json")
    codes = {finding["code"] for finding in json.loads(ran.out)["findings"]}
    assert (ran.code, codes >= {"VPCE_GATEWAY_ACCOUNT_PRINCIPAL", "VPCE_NO_ACTION_OF_SERVICE"}) == (1, True)
    assert vpctop("policy", "lint", endpoint, "--type", "interface").code == 2


def test_an_endpoint_that_is_not_there(reached: EmbeddedAws, vpctop: Vpctop) -> None:
    """It is wrong use, as a file that is not there: exit 2 and a sentence."""
    assert reached.url
    ran = vpctop("policy", "lint", "vpce-0123456789abcdef0")
    assert (ran.code, ran.out) == (2, "")
    assert "vpce-0123456789abcdef0" in ran.err


def test_the_identity_policy_allows_all_of_it(vpctop: Vpctop) -> None:
    """A policy on stdout, every action of which there is; why it names no endpoint on stderr."""
    ran = vpctop("policy", "iam")
    reading = read_policy(ran.out, Form.IDENTITY)
    assert (ran.code, reading.findings) == (0, ())
    actions = {action for statement in reading.draft.statements for action in statement.actions}
    assert all(matching_actions(action) for action in actions)
    wanted = {"Create": "", "Describe": "s", "Modify": "", "Delete": "s"}
    assert {f"ec2:{verb}VpcEndpoint{plural}" for verb, plural in wanted.items()} <= actions
    assert {"ec2:CreateFlowLogs", "ec2:DescribeFlowLogs", "ec2:DeleteFlowLogs", "iam:PassRole"} <= actions
    assert "names no endpoint and no prefix list" in ran.err
    assert "https://docs.aws.amazon.com/" in ran.err
    assert {finding.code for finding in lint(ran.out) if finding.severity == "error"} == {"MISSING_PRINCIPAL"}


def test_the_identity_policy_allows_only_what_is_asked(vpctop: Vpctop) -> None:
    """--allow takes several, with commas or again."""
    once, twice = (
        vpctop("policy", "iam", "--allow", "describe,delete"),
        vpctop("policy", "iam", "--allow", "delete", "--allow", "describe"),
    )
    assert once.out == twice.out
    statements = json.loads(once.out)["Statement"]
    assert [statement["Sid"] for statement in statements] == ["SeeEndpoints", "DeleteEndpoints"]
    told = json.loads(vpctop("policy", "iam", "--allow", "flow-logs", "-o", "json").out)
    assert told.keys() == {"policy", "because", "sources"}


def test_aws_that_cannot_be_reached(vpctop: Vpctop, reached: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    """The network failed: exit 3, it may be tried again."""
    assert reached.url
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert vpctop("policy", "lint", "vpce-0123456789abcdef0", "--endpoint-url", "http://127.0.0.1:9").code == 3
