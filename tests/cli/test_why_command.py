from __future__ import annotations

import json
import os
import pty
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.cli.command_line import Start, Vpctop
from tests.cli.copied import apply
from tui.demo.embedded import EmbeddedAws

AT = 1_767_225_600.0
DENIED = {"kind": "error", "code": "UnauthorizedOperation", "status": 403, "times": None}
KEYS = {"verdict", "by", "rule", "direction", "confidence", "evidence", "fix"}


@pytest.fixture(name="world", scope="module")
def world_fixture() -> Iterator[EmbeddedAws]:
    """The demo's account, whose time stands still after the incident's first act: replies out of the data tier stop."""
    with EmbeddedAws(at=AT, history=60, rate=1.0) as running:
        yield running


@pytest.fixture(name="demo")
def demo_fixture(world: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedAws]:
    """The demo's account as the reader's own, without faults."""
    for name, value in world.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("tui.aws.inventory_call.RATE", 0.0)
    monkeypatch.setattr("tui.aws.inventory_once._FIRST_REST", 0.01)
    world.inject([])
    world.forget_calls()
    yield world
    world.inject([])


@pytest.fixture(name="ec2")
def ec2_fixture(demo: EmbeddedAws) -> Any:
    """A client of the demo's EC2, to change its rules."""
    import boto3

    key, secret = demo.access_keys
    how = {"aws_access_key_id": key, "aws_secret_access_key": secret}
    return boto3.client("ec2", region_name=demo.region, endpoint_url=demo.url, **how)


def test_the_incident_is_explained_and_its_command_mends_it(demo: EmbeddedAws, ec2: Any, vpctop: Vpctop) -> None:
    """The reply out of the data tier is refused, by which ACL; the command that is offered lets it pass, and no other."""
    ran = vpctop("why", "app-1", "db-writer:5432", "--output", "json")
    answer = json.loads(ran.out)
    assert ran.code == 1, ran.err
    assert set(answer) >= KEYS
    assert (answer["verdict"], answer["by"], answer["direction"], answer["confidence"]) == (
        "refused", "network ACL", "out", "certain",
    )  # fmt: skip
    assert answer["rule"].startswith("acl-")
    assert answer["rule"].endswith(" 32767")
    assert "the reply out to" in answer["sentence"]
    assert all(set(step) >= KEYS for step in answer["steps"])
    assert [(step["trip"], step["verdict"]) for step in answer["steps"]] == [
        ("request", "pass"), ("request", "pass"), ("request", "pass"), ("reply", "refused"), ("reply", "pass"), ("reply", "pass"),
    ]  # fmt: skip
    assert answer["fixes"] == [answer["fix"]]
    undo = apply(answer["fix"], ec2)
    try:
        assert vpctop("why", "app-1", "db-writer:5432").code == 0
        assert vpctop("why", "app-3", "db-writer:5432").code == 1
    finally:
        undo()
    assert {call["action"][:8] for call in demo.calls()} <= {"Describe", "GetManag", "CreateNe", "DeleteNe"}


def test_what_is_refused_twice_has_two_commands(demo: EmbeddedAws, ec2: Any, vpctop: Vpctop) -> None:
    """The web tier has no rule at the database and gets no reply either: both commands together let it pass."""
    assert demo.scope
    answer = json.loads(vpctop("why", "web-1", "db-writer:5432", "-o", "json").out)
    assert (answer["by"], len(answer["fixes"])) == ("security group", 2)
    undo = [apply(command, ec2) for command in answer["fixes"]]
    try:
        assert vpctop("why", "web-1", "db-writer:5432").code == 0
        assert vpctop("why", "web-1", "db-reader:5433").code == 1
        assert vpctop("why", "web-3", "db-writer:5432").code == 1
    finally:
        for each in undo:
            each()


def test_s3_that_lost_its_endpoint_goes_around_it(demo: EmbeddedAws, ec2: Any, vpctop: Vpctop) -> None:
    """The incident's second act: S3 goes over NAT and passes; what the note says leads it to the endpoint again."""
    assert demo.scope
    lost = vpctop("why", "app-2", "52.216.1.1:443", "-o", "json")
    assert lost.code == 0
    answer = json.loads(lost.out)
    assert [step["place"] for step in answer["steps"] if step["trip"] == "request"] == [
        "out of app-2", "route", "into nat-b", "out of nat-b", "route",
    ]  # fmt: skip
    (note,) = (each for each in answer["notes"] if "goes around" in each)
    words = note.split()
    endpoint, table = (words[words.index(each) + 1] for each in ("--vpc-endpoint-id", "--add-route-table-ids"))
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddRouteTableIds=[table])
    try:
        mended = vpctop("why", "app-2", "52.216.1.1:443")
        assert mended.code == 0
        assert "nat" not in mended.out
        assert f"{endpoint} (s3)" in mended.out.replace("\n                 ", " ")
    finally:
        ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, RemoveRouteTableIds=[table])


@pytest.fixture(name="peers")
def peers_fixture(aws: EmbeddedAws, client: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Three small VPCs in an empty account, two of the same range; the first and the last peer, with half of the routes.

    Gives a client of EC2.
    """
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("tui.aws.inventory_call.RATE", 0.0)
    ec2 = client("ec2")
    for vpc in ec2.describe_vpcs()["Vpcs"]:
        assert not vpc.get("Tags")
    made = {}
    for name, block in (("payments", "10.0.0.0/16"), ("staging", "10.0.0.0/16"), ("shared", "10.1.0.0/16")):
        vpc = made[name] = ec2.create_vpc(CidrBlock=block)["Vpc"]["VpcId"]
        ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": name}])
        start = block.removesuffix("0.0/16")
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=f"{start}2.0/24")["Subnet"]["SubnetId"]
        group = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
        every = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[every])
        ec2.create_network_interface(SubnetId=subnet, PrivateIpAddress=f"{start}2.9", Groups=[group])
    peering = ec2.create_vpc_peering_connection(VpcId=made["payments"], PeerVpcId=made["shared"])
    peering = peering["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    (main,) = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [made["payments"]]}])["RouteTables"]
    ec2.create_route(
        RouteTableId=main["RouteTableId"], DestinationCidrBlock="10.1.0.0/16", VpcPeeringConnectionId=peering
    )
    return ec2


def test_equal_addresses_are_told_apart_by_the_scope(peers: Any, vpctop: Vpctop) -> None:
    """An address that two VPCs have is asked back; a VPC by its name says which; the other end may say it as well."""
    assert peers
    ran = vpctop("why", "8.8.8.8", "10.0.2.9:443")
    assert (ran.code, ran.out) == (2, "")
    assert '"payments"' in ran.err
    assert '"staging"' in ran.err
    assert "--scope" in ran.err
    assert vpctop("why", "8.8.8.8", "10.0.2.9:443", "--scope", "staging").code == 1
    assert vpctop("why", "10.1.2.9", "10.0.2.9:443", "--scope", "payments").code == 1


def test_the_deleted_half_of_a_peering_is_found_and_mended(peers: Any, vpctop: Vpctop) -> None:
    """The way there is routed, the way back is not: which table lacks it, and the command that gives it."""
    ran = vpctop("why", "10.0.2.9", "10.1.2.9:443", "-o", "json", "--scope", "payments")
    answer = json.loads(ran.out)
    assert (ran.code, answer["verdict"], answer["by"]) == (1, "refused", "route table")
    assert "has no route back to 10.0.2.9" in answer["sentence"]
    apply(answer["fix"], peers)
    assert vpctop("why", "10.0.2.9", "10.1.2.9:443", "--scope", "payments").code == 0
    assert vpctop("why", "10.1.2.9", "10.0.2.9:443", "--scope", "payments").code == 0
    assert vpctop("why", "10.0.2.9", "10.1.2.9:443", "--scope", "staging").code == 1


def test_text_is_the_answer_the_steps_and_the_command(demo: EmbeddedAws, vpctop: Vpctop) -> None:
    """The first line answers; each step has glyph and word; the command stands alone on the last line."""
    assert demo.scope
    ran = vpctop("why", "app-1", "db-writer:5432/tcp")
    lines = ran.out.splitlines()
    assert ran.code == 1
    assert lines[0].startswith("✗ REFUSED (certain)  app-1 10.0.")
    assert "tcp ports 32768-65535" in lines[0]
    assert sum(line.startswith("  ✓ PASS ") for line in lines) == 5
    assert sum(line.startswith("  ✗ REFUSED ") for line in lines) == 1
    assert any("closest: entry 100 of acl-" in line for line in lines)
    assert lines[-1].startswith("aws ec2 create-network-acl-entry --region eu-west-1 ")
    assert "\x1b" not in ran.out
    assert max(len(line) for line in lines[1:-1]) <= 100
    plain = vpctop("why", "app-1", "db-writer:5432", "--ascii").out
    assert plain.isascii()
    assert "x REFUSED" in plain


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("app-2", "db-writer:5432"), 0, "would pass, and its replies too"),
        (("app-2", "db-writer", "5432"), 0, "would pass"),
        (("prometheus", "web-1:9100"), 0, "pcx-"),
        (("app-1", "s3:443"), 0, "vpce-"),
        (("app-1", "kms:443"), 0, "vpce kms"),
        (("203.0.113.77", "bastion:22"), 1, "in from 203.0.113.77"),
        (("198.51.100.241", "bastion:22"), 0, "from the internet through igw-"),
        (("203.0.113.77", "web-1:443"), 1, "has no public IPv4 address"),
        (("ci-1", "8.8.8.8:443"), 0, "as far as can be seen"),
        (("bastion", "web-1:icmp"), 0, "icmp/8/0"),
        (("bastion", "app-1:icmp/8"), 0, "icmp/8/0"),
        (("2001:db8:ffff::1", "[2001:db8:1a00:f000::11]:443"), 0, "::/0"),
        (("app-1", "52.216.1.1:443", "--source-port", "40000"), 0, "s3 52.216.1.1:443/tcp"),
        (("web-1", "10.0.30.250:443"), 1, "nobody is there to be reached"),
    ],
)
def test_every_way_to_ask_is_answered(
    demo: EmbeddedAws, vpctop: Vpctop, args: tuple[str, ...], code: int, says: str
) -> None:
    """Names, ids, addresses of both versions, services; peering, endpoints, internet both ways; the exit code tells."""
    assert demo.scope
    ran = vpctop("why", *args)
    assert says in ran.out
    assert ran.code == code


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("web-1", "db-writer"), "say which port of the target, as in 'db-writer:443'"),
        (("web-1", "10.0.0.0/8:443"), "is a network"),
        (("web-1", "db-writer:99999"), "from 1 to 65535"),
        (("web-1", "nobody:443"), "nothing of eu-west-1 is called nobody"),
        (("web-1", "i-0123456789abcdef0:443"), "nothing of eu-west-1 is called i-0123456789abcdef0"),
        (("8.8.8.8", "1.1.1.1:443"), "neither 8.8.8.8 nor 1.1.1.1 is in a VPC"),
        (("web-1", "db-writer:443", "--scope", "vpc-nope"), "no VPC of eu-west-1 is 'vpc-nope'"),
        (("web-1", "db-writer:443", "--timeout", "0"), "--timeout"),
        (("web-1", "db-writer:443", "--source-port", "0"), "--source-port"),
        (("web-1",), "Missing argument 'TARGET'"),
    ],
)
def test_wrong_use_is_one_sentence(demo: EmbeddedAws, vpctop: Vpctop, args: tuple[str, ...], says: str) -> None:
    """Exit code 2, nothing on stdout, no traceback."""
    assert demo.scope
    ran = vpctop("why", *args)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("action", "says"),
    [
        ("DescribeSecurityGroups", "ec2:DescribeSecurityGroups is denied"),
        ("DescribeNetworkAcls", "ec2:DescribeNetworkAcls is denied"),
        ("DescribeRouteTables", "ec2:DescribeRouteTables is denied"),
        ("DescribeNetworkInterfaces", "ec2:DescribeNetworkInterfaces is denied"),
        ("DescribeVpcPeeringConnections", "ec2:DescribeVpcPeeringConnections is denied"),
    ],
)
def test_what_may_not_be_read_is_named_and_not_guessed_at(
    demo: EmbeddedAws, vpctop: Vpctop, action: str, says: str
) -> None:
    """Each denied call that matters makes it `cannot tell`, exit code 1, and is named in the answer."""
    demo.inject([{**DENIED, "action": action}])
    ran = vpctop("why", "prometheus", "web-1:9100", "-o", "json")
    answer = json.loads(ran.out)
    assert (ran.code, answer["verdict"], answer["confidence"]) == (1, "cannot tell", "cannot tell")
    assert says in json.dumps(answer)
    assert says in vpctop("why", "prometheus", "web-1:9100").out.replace("\n      ", " ")


@pytest.mark.parametrize(
    "action", ["DescribeInstances", "DescribeVpcEndpoints", "DescribeVpcs", "DescribeSecurityGroupRules"]
)
def test_what_does_not_matter_may_be_denied(demo: EmbeddedAws, ec2: Any, vpctop: Vpctop, action: str) -> None:
    """Names of instances, endpoints, and ids of rules are not needed for an answer by address."""
    named = {"Name": "tag:Name", "Values": ["prometheus", "web-1"]}
    found = [each["Instances"][0] for each in ec2.describe_instances(Filters=[named])["Reservations"]]
    web, prometheus = sorted((each["PrivateIpAddress"] for each in found), key=lambda each: each.startswith("10.1."))
    demo.inject([{**DENIED, "action": action}])
    ran = vpctop("why", prometheus, f"{web}:9100")
    assert ran.code == 0, ran.out + ran.err


def test_throttling_is_borne_and_silence_is_not(demo: EmbeddedAws, vpctop: Vpctop) -> None:
    """A call that is throttled is made again; AWS that does not answer in time is exit code 3."""
    demo.inject(
        [{"kind": "error", "code": "RequestLimitExceeded", "status": 503, "times": 2, "action": "DescribeRouteTables"}]
    )
    assert vpctop("why", "app-2", "db-writer:5432").code == 0
    demo.inject([{"kind": "delay", "seconds": 20.0, "times": None, "action": "DescribeNetworkAcls"}])
    ran = vpctop("why", "app-2", "db-writer:5432", "--timeout", "2s")
    assert (ran.code, ran.out) == (3, "")
    assert "not done answering in time" in ran.err


def test_an_interrupt_ends_it_at_once(demo: EmbeddedAws, start: Start) -> None:
    """ctrl-C while AWS does not answer: exit code 130, no traceback, and what it waited for was told."""
    demo.inject([{"kind": "delay", "seconds": 30.0, "times": None, "action": "DescribeNetworkAcls"}])
    process = start("why", "app-2", "db-writer:5432", environment=demo.environment())
    deadline = time.monotonic() + 20
    while not any(call["action"] == "DescribeNetworkAcls" for call in demo.calls()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert process.wait(5) == 130
    assert process.stderr is not None
    assert b"Traceback" not in process.stderr.read()


def test_only_the_vpcs_in_question_are_read(demo: EmbeddedAws, vpctop: Vpctop) -> None:
    """Interfaces and rules of these VPCs and their peers, by a filter, each list once."""
    assert vpctop("why", "app-2", "db-writer:5432").code == 0
    calls = [call for call in demo.calls() if call["action"] == "DescribeNetworkAcls"]
    assert len(calls) == 1
    assert calls[0]["parameters"]["Filter.1.Name"] == "vpc-id"


def test_colours_are_for_terminals_that_want_them(demo: EmbeddedAws, start: Start) -> None:
    """On a terminal the word is coloured, not with NO_COLOR; a closed pipe is no error."""
    for no_colour in ("", "1"):
        main, side = pty.openpty()
        environment = {**demo.environment(), "NO_COLOR": no_colour, "TERM": "xterm"}
        process = start("why", "app-2", "db-writer:5432", stdout=side, environment=environment)
        os.close(side)
        out = b""
        while True:
            try:
                part = os.read(main, 65536)
            except OSError:
                break
            if not part:
                break
            out += part
        os.close(main)
        assert process.wait(30) == 0
        assert (b"\x1b[32m" in out) is (not no_colour)
        assert "✓ PASS".encode() in out
