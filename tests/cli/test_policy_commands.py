"""`vpctop policy test`, `explain` and `diff` as a reader and a script use them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tui.cli.program import program
from tui.demo.embedded import EmbeddedAws

BOB = "arn:aws:iam::111122223333:user/bob"
OBJECT = "arn:aws:s3:::payments-ledger/2026/11.csv"
ASKED = ("--principal", BOB, "--action", "s3:GetObject", "--resource", OBJECT)
ENDPOINT = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Ledger",
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::payments-ledger/*",
            "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
        }
    ],
}
IDENTITY = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}


def run(*args: str, stdin: str | bytes = "") -> tuple[int, str]:
    """Exit code, and what was said or why it was refused."""
    result = CliRunner().invoke(program, ["policy", *args], input=stdin, standalone_mode=False)
    return (2, str(result.exception)) if result.exception else (int(result.return_value), result.output)


@pytest.fixture
def endpoint(tmp_path: Path) -> str:
    """The file of an endpoint policy."""
    return written(tmp_path / "endpoint.json", ENDPOINT)


def written(path: Path, value: Any) -> str:
    """A file with this value as JSON, or with this text."""
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return str(path)


def test_a_request_is_judged(endpoint: str) -> None:
    """Allowed is 0, denied and open are 1; the JSON tells decision, statement, sid, reason and missing keys."""
    code, out = run("test", endpoint, *ASKED, "--context", "aws:PrincipalOrgID=o-1", "-o", "json")
    told = json.loads(out)
    assert (code, told["decision"], told["statement"], told["sid"], told["missing"]) == (0, "allowed", 0, "Ledger", [])
    code, out = run("test", endpoint, *ASKED, "-o", "json")
    told = json.loads(out)
    assert (code, told["decision"], told["missing"]) == (1, "depends", ["aws:PrincipalOrgID"])
    code, out = run("test", endpoint, *ASKED, "--absent", "aws:PrincipalOrgID")
    assert code == 1
    assert out.startswith("implicit-deny: ")
    assert "aws:PrincipalOrgID is not in the request" in out


@pytest.mark.parametrize(
    "told",
    [
        ("--context", "aws:PrincipalOrgID=o-1", "aws:SourceVpc=vpc-1", "aws:username=a=b"),
        ("--context", "aws:SourceVpc=vpc-1", "--context", "aws:username=ann", "aws:PrincipalOrgID=o-1"),
        (
            "--absent",
            "aws:SourceVpc",
            "aws:username",
            "--context",
            "s3:prefix=",
            "aws:PrincipalOrgID=o-1",
            "--type",
            "gateway",
        ),
    ],
)
def test_one_option_takes_several_keys(endpoint: str, told: tuple[str, ...]) -> None:
    """As many as stand behind it, also with the file last."""
    for args in ((endpoint, *ASKED, *told), (*ASKED, *told, endpoint), (*ASKED, *told, "--", endpoint)):
        code, out = run("test", "-o", "json", *args)
        assert (code, json.loads(out)["missing"]) == (0, [])


@pytest.mark.parametrize(
    ("action", "talk"),
    [
        ("s3:GetObject", ""),
        ("s3:HeadObject", "s3:HeadObject is a call; policies name what it needs: s3:GetObject"),
        ("s3:FlyObject", "no action s3:FlyObject is known"),
        ("s4:GetObject", "no service s4 is known"),
    ],
)
def test_an_action_that_policies_do_not_name_is_doubted(endpoint: str, action: str, talk: str) -> None:
    """A call that needs another permission, a misspelt action, an unknown service: said on stderr, judged all the same."""
    args = ["policy", "test", endpoint, *ASKED[:2], "--action", action, *ASKED[4:], "-o", "json"]
    result = CliRunner().invoke(program, args, standalone_mode=False)
    assert talk in result.stderr
    assert bool(result.stderr) == bool(talk)
    assert json.loads(result.stdout)["decision"]


def test_other_policies_decide_with_it(endpoint: str, tmp_path: Path) -> None:
    """An identity policy that allows, and one that does not; stdin may be one of the files."""
    identity = written(tmp_path / "identity.json", IDENTITY)
    asked = (*ASKED, "--context", "aws:principalorgid=o-1", "-o", "json")
    assert json.loads(run("test", endpoint, *asked, "--identity", identity)[1])["decision"] == "allowed"
    other = json.dumps(IDENTITY).replace("s3:*", "kms:*")
    told = json.loads(run("test", endpoint, *asked, "--identity", "-", stdin=other)[1])
    assert (told["decision"], told["layer"]) == ("implicit-deny", "identity policy")


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ((), "give the FILE"),
        (("nowhere.json", *ASKED), "nowhere.json"),
        (("{file}",), "needs --principal"),
        (("{file}", "--principal", "bob", *ASKED[2:]), "is no principal"),
        (("{file}", *ASKED[:2], "--action", "s3:*", *ASKED[4:]), "is no action"),
        (("{file}", *ASKED[:4], "--resource", "bucket"), "give an ARN"),
        (("{file}", *ASKED, "--context", "aws:PrincipalOrgID"), "is not KEY=VALUE"),
        (("{file}", *ASKED, "--context", "aws:PrincipalOrgID=o-1", "vpce-1"), "unexpected extra argument (vpce-1)"),
        (("{file}", *ASKED, "aws:PrincipalOrgID=o-1"), "unexpected extra argument"),
        (("{file}", *ASKED, "--resource-account", "4444-5555-6666"), "12 digits"),
        (("{file}", *ASKED, "--cases", "{file}"), "with --cases"),
        (("-", *ASKED, "--identity", "-"), "stdin"),
        (("{bad}", *ASKED), "line 1, column"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(endpoint: str, tmp_path: Path, args: tuple[str, ...], sentence: str) -> None:
    """Exit code 2, and what is wrong."""
    bad = written(tmp_path / "bad.json", '{"Statement": [}')
    code, told = run("test", *(arg.format(file=endpoint, bad=bad) for arg in args), stdin=json.dumps(ENDPOINT))
    assert code == 2
    assert sentence in told


def case(**changes: Any) -> str:
    """A line of cases."""
    asked = {"principal": BOB, "action": "s3:GetObject", "resource": OBJECT, "context": {"aws:PrincipalOrgID": "o-1"}}
    whole: dict[str, Any] = {"policy": ENDPOINT, "request": asked, "type": "gateway"}
    for name, value in changes.items():
        if name in {"policy", "type"}:
            whole[name] = value
        else:
            asked[name] = value
    return json.dumps(whole)


def test_cases_give_a_line_each_in_order() -> None:
    """Policies as objects and as texts; null is a key that is not there; a bad line does not stop the others."""
    lines = [
        case(),
        case(policy=json.dumps(ENDPOINT)),
        case(context={"aws:PrincipalOrgID": None}),
        case(context={"aws:PrincipalOrgID": ["o-1"], "aws:MultiFactorAuthPresent": True, "s3:max-keys": 10}),
        case(context={}),
        "{not json",
        '"text"',
        case(principal="bob"),
        case(policy={"Statement": 5}),
        case(policy='{"Statement": [}'),
        case(type="Gateway Load Balancer"),
        case(context={"aws:PrincipalOrgID": {"a": 1}}),
        '{"request":' + "[" * 5000,
        "",
        case(action="s3:PutObject"),
    ]
    code, out = run("test", "--cases", "-", stdin="\n".join(lines))
    told = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [each["decision"] for each in told] == [
        *("allowed", "allowed", "implicit-deny", "allowed", "depends"),
        *(None, None, None, None, None, None, None, None),
        "implicit-deny",
    ]
    assert all(each["error"] for each in told if each["decision"] is None)
    assert set(told[0]) == {"decision", "statement", "sid", "because", "missing"}


def test_the_principal_of_a_case_may_be_written_as_in_policies() -> None:
    """An object with one name, also in a list; a request has one principal, and its action no white space."""
    lines = [
        case(principal={"AWS": BOB}),
        case(principal={"AWS": [BOB]}),
        case(principal={"AWS": [BOB, BOB]}),
        case(principal={}),
        case(action="s3:Get\tObject"),
        case(action="s3:GetObject\n"),
    ]
    told = [json.loads(line) for line in run("test", "--cases", "-", stdin="\n".join(lines))[1].splitlines()]
    assert [each["decision"] for each in told] == ["allowed", "allowed", None, None, None, None]


def test_cases_that_are_not_text_are_results_too() -> None:
    """Bytes that are no UTF-8, a byte order mark, NUL, and no line at all."""
    code, out = run("test", "--cases", "-", stdin=b"\xef\xbb\xbf" + case().encode() + b"\n\xff\xfe\n\x00\n")
    assert [json.loads(line)["decision"] for line in out.splitlines()] == ["allowed", None, None]
    assert code == 1
    assert run("test", "--cases", "-", stdin="\n \n") == (0, "")
    assert run("test", "--cases", "/nowhere/at/all") == (2, "cannot read /nowhere/at/all: No such file or directory")


def test_all_allowed_is_exit_code_0(tmp_path: Path) -> None:
    """A file of cases that must stay allowed is a check for scripts."""
    cases = written(tmp_path / "cases.jsonl", f"{case()}\n{case()}\n")
    assert run("test", "--cases", cases)[0] == 0


def test_a_policy_is_explained(endpoint: str) -> None:
    """A summary, and a sentence for each statement, for readers and for programs."""
    code, out = run("explain", endpoint)
    assert code == 0
    assert "0 Ledger: Anyone may call s3:GetObject on any object of the bucket payments-ledger, if" in out
    told = json.loads(run("explain", "-", "-o", "json", stdin=json.dumps(ENDPOINT))[1])
    assert (told["default"], told["statements"][0]["sid"]) == (False, "Ledger")
    assert run("explain", "-", stdin="nothing")[0] == 2


def test_hostile_names_reach_the_terminal_harmless(tmp_path: Path) -> None:
    """A control sequence in a Sid or a resource is shown, not obeyed."""
    hostile = json.loads(json.dumps(ENDPOINT))
    hostile["Statement"][0]["Resource"] = "arn:aws:s3:::a\x1b]0;owned\x07b"
    for args in (("explain",), ("test", *ASKED)):
        out = run(args[0], written(tmp_path / "h.json", hostile), *args[1:])[1]
        assert "\x1b" not in out
        assert "\x07" not in out


def test_two_versions_are_compared(endpoint: str, tmp_path: Path) -> None:
    """0 where they mean the same, 1 where not; each change's request changes its verdict when it is tested."""
    rewritten = json.loads(json.dumps(ENDPOINT))
    rewritten["Statement"][0] |= {"Sid": "Other", "Principal": {"AWS": "*"}, "Action": ["S3:getobject"]}
    assert run("diff", endpoint, written(tmp_path / "same.json", rewritten)) == (0, "both mean the same\n")
    rewritten["Statement"][0]["Action"] = ["s3:GetObject", "s3:PutObject"]
    code, out = run("diff", endpoint, "-", "-o", "json", stdin=json.dumps(rewritten))
    told = json.loads(out)
    assert (code, told["same"]) == (1, False)
    for change in told["changes"]:
        assert change["change"] == "newly-allowed"
        for document, side in ((ENDPOINT, "old"), (rewritten, "new")):
            line = json.dumps({"policy": document, "request": change["request"], "type": "interface"})
            judged = json.loads(run("test", "--cases", "-", stdin=line)[1])
            assert judged["decision"] == change[side]["decision"]
    text = run("diff", endpoint, "-", stdin=json.dumps(rewritten))[1]
    assert text.startswith("Newly allowed: role example of account 111122223333")
    assert run("diff", "-", "-")[0] == 2


@pytest.fixture
def reached(aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> EmbeddedAws:
    """The embedded AWS, as the reader's own account."""
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    return aws


def test_the_policy_in_force_is_judged(reached: EmbeddedAws, client: Callable[..., Any], endpoint: str) -> None:
    """Of a vpce-…, the type, the id and the VPC are known: nothing needs to be told of them."""
    ec2 = client("ec2", reached.region)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    text = json.dumps(ENDPOINT).replace("aws:PrincipalOrgID", "aws:SourceVpc").replace("o-1", vpc)
    made = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.eu-west-1.s3", PolicyDocument=text)
    name = made["VpcEndpoint"]["VpcEndpointId"]
    assert json.loads(run("test", name, *ASKED, "-o", "json")[1])["decision"] == "allowed"
    assert "the VPC that the request comes from is vpc-" in run("explain", name)[1]
    assert run("diff", name, name) == (0, "both mean the same\n")
    assert run("diff", name, endpoint)[0] == 1
    assert run("explain", "vpce-0123456789abcdef0")[0] == 2
