from __future__ import annotations

import csv
import io
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command_line import Start, Vpctop
from tui.demo.embedded import EmbeddedAws
from tui.flows.logformat import DEFAULT_FORMAT

GROUP = "/vpc/flow-logs"
STREAM = "eni-1235b8ca123456789-all"


def line(port: int, start: int, status: str = "OK") -> str:
    """A default-format line."""
    if status != "OK":
        return f"2 123456789010 eni-1235b8ca123456789 - - - - - - - {start} {start + 60} - {status}"
    return (
        f"2 123456789010 eni-1235b8ca123456789 10.0.1.7 10.0.2.9 {port} 5432 6 20 4249 {start} {start + 60} ACCEPT OK"
    )


def put(aws: EmbeddedAws, *messages: str, start: int) -> None:
    """Deliver lines, some minutes after their start as Amazon does."""
    aws.put(GROUP, STREAM, [(start * 1000, (start + 240) * 1000, message) for message in messages])


@pytest.fixture
def now() -> int:
    """When the test begins, in Unix seconds: a pass over the newest part finds late records of the last minutes only."""
    return int(time.time())


@pytest.fixture
def reached(aws: EmbeddedAws, client: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> EmbeddedAws:
    """The embedded AWS, with one flow log of the default format, as the reader's own account."""
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    vpc = client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    client("logs").create_log_group(logGroupName=GROUP)
    client("ec2").create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogGroupName=GROUP,
        DeliverLogsPermissionArn="arn:aws:iam::123456789012:role/flow-logs",
        LogFormat=DEFAULT_FORMAT,
    )
    return aws


def test_once_reads_what_is_there(now: int, reached: EmbeddedAws, vpctop: Vpctop) -> None:
    """Each record comes once as JSON with its envelope, each line that fits nothing with its reason."""
    put(reached, line(40001, now - 300), line(0, now - 300, "SKIPDATA"), "not a flow record", start=now - 300)
    ran = vpctop("tail", GROUP, "--once", "--output", "json", "--api-rate", "0")
    record, skipped, unparsed = map(json.loads, ran.out.splitlines())
    assert ran.code == 0
    assert (record["srcport"], record["action"], record["@log-group"], record["@log-stream"]) == (
        40001,
        "ACCEPT",
        GROUP,
        STREAM,
    )
    assert (record["@timestamp"], record["@ingestion"]) == ((now - 300) * 1000, (now - 60) * 1000)
    assert len(record["@event-id"]) == 56
    assert (skipped["log-status"], skipped["srcaddr"]) == ("SKIPDATA", None)
    assert (unparsed["@unparsed"], unparsed["@log-stream"]) == ("not a flow record", STREAM)
    assert unparsed["@reason"]
    assert "2 records in " in ran.err
    assert "1 unparsed, " in ran.err
    assert "AWS skipped records" in ran.err


def test_json_ends_with_the_gap_ledger(now: int, reached: EmbeddedAws, vpctop: Vpctop, tmp_path: Path) -> None:
    """On stderr before the summary, and the same in the file of --gaps, which must be new."""
    put(reached, line(40001, now - 300), line(0, now - 300, "SKIPDATA"), "not a flow record", start=now - 300)
    path = tmp_path / "gaps.jsonl"
    args = ("tail", GROUP, "--once", "--output", "json", "--api-rate", "0", "--gaps", str(path))
    ran = vpctop(*args)
    *ledger, summary = [text for text in ran.err.splitlines() if text.startswith("{") or "records in" in text]
    assert summary.startswith("vpctop: 2 records in ")
    assert {json.loads(text)["@gap"] for text in ledger} == {"SKIPDATA", "UNPARSED"}
    assert path.read_text().splitlines() == ledger
    again = vpctop(*args)
    assert (again.code, again.out) == (2, "")
    assert "is there already" in again.err


def test_none_prints_only_the_summary(now: int, reached: EmbeddedAws, vpctop: Vpctop) -> None:
    """Nothing is on stdout; the summary has records, seconds and events a second."""
    put(reached, line(40001, now - 300), start=now - 300)
    ran = vpctop("tail", GROUP, "--once", "-o", "none")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("vpctop: 1 records in ")
    assert "events/s" in ran.err


def test_csv_begins_with_the_columns_of_all_formats(
    now: int, reached: EmbeddedAws, client: Callable[..., Any], vpctop: Vpctop
) -> None:
    """The flow logs of a group make the header, also those that have not delivered yet."""
    vpc = client("ec2").describe_flow_logs()["FlowLogs"][0]["ResourceId"]
    subnet = client("ec2").create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    client("ec2").create_flow_logs(
        ResourceIds=[subnet],
        ResourceType="Subnet",
        TrafficType="ALL",
        LogGroupName=GROUP,
        DeliverLogsPermissionArn="arn:aws:iam::123456789012:role/flow-logs",
        LogFormat="${interface-id} ${srcaddr} ${dstaddr} ${start} ${end} ${traffic-path}",
    )
    put(reached, line(40001, now - 300), start=now - 300)
    (row,) = csv.DictReader(io.StringIO(vpctop("tail", GROUP, "--once", "-o", "csv").out))
    assert (row["srcport"], row["traffic-path"], row["@log-group"]) == ("40001", "", GROUP)


def test_since_and_until_bound_what_is_read(now: int, reached: EmbeddedAws, vpctop: Vpctop) -> None:
    """Capture windows that overlap the span are in; a span that has passed ends by itself."""
    for age in (3000, 2000, 1000):
        put(reached, line(age, now - age), start=now - age)
    ran = vpctop("tail", GROUP, "-o", "json", "--since", str(now - 2100), "--until", str(now - 1500), "--api-rate", "0")
    assert ran.code == 0
    assert [json.loads(out)["srcport"] for out in ran.out.splitlines()] == [2000]


def test_a_run_that_ends_makes_one_last_pass(now: int, reached: EmbeddedAws, start: Start) -> None:
    """What is delivered, late, while `--for` runs is in."""
    put(reached, line(40001, now - 300), start=now - 300)
    process = start("tail", GROUP, "-o", "json", "--for", "8s", "--interval", "500ms", "--api-rate", "0")
    assert process.stdout
    assert json.loads(process.stdout.readline())["srcport"] == 40001
    put(reached, line(40002, now - 900), start=now - 900)
    rest = process.stdout.read().splitlines()
    assert [json.loads(out)["srcport"] for out in rest] == [40002]
    assert process.wait(20) == 0


def test_live_tail_tells_its_price_first(now: int, reached: EmbeddedAws, start: Start) -> None:
    """`--live-tail` says what it costs, listens, and brings what comes meanwhile once; a span that has passed costs nothing."""
    put(reached, line(40001, now - 300), start=now - 300)
    process = start("tail", GROUP, "-o", "json", "--for", "6s", "--interval", "1h", "--live-tail")
    assert process.stderr
    assert process.stdout
    assert b"about $0.01 a minute, $0.60 an hour" in process.stderr.readline()
    assert json.loads(process.stdout.readline())["srcport"] == 40001
    deadline = time.monotonic() + 5
    while not any(call["action"] == "StartLiveTail" for call in reached.calls()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    reached.put(GROUP, STREAM, [(now * 1000, int(time.time() * 1000), line(40002, now))])
    found = json.loads(process.stdout.readline())
    assert (found["srcport"], found["@event-id"]) == (40002, None)
    assert process.stdout.read() == b""
    assert process.wait(20) == 0
    reached.forget_calls()
    past = start("tail", GROUP, "-o", "json", "--until", str(now - 1500), "--live-tail", "--api-rate", "0")
    _, says = past.communicate(timeout=20)
    assert b"$" not in says
    assert not any(call["action"] == "StartLiveTail" for call in reached.calls())


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("vpc-00000000000000000",), 2, "vpc-00000000000000000"),
        (("/no/such/group",), 2, "/no/such/group"),
        ((GROUP, "--profile", "nobody"), 2, "nobody"),
        ((GROUP, "--endpoint-url", "http://127.0.0.1:9"), 3, "127.0.0.1:9"),
    ],
)
def test_what_aws_cannot_answer_is_one_sentence(
    now: int, args: tuple[str, ...], code: int, says: str, reached: EmbeddedAws, vpctop: Vpctop
) -> None:
    """Wrong use is 2, AWS and the network 3, and neither shows a traceback."""
    put(reached, line(40001, now - 300), start=now - 300)
    ran = vpctop("tail", *args, "--once")
    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_ACCESS_KEY_ID"])
def test_missing_settings_are_named(
    name: str, reached: EmbeddedAws, vpctop: Vpctop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No Region and no credentials are said as such."""
    assert reached.url
    monkeypatch.delenv(name)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False) if name == "AWS_REGION" else None
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY") if name == "AWS_ACCESS_KEY_ID" else None
    ran = vpctop("tail", GROUP, "--once")
    assert ran.code == 2
    assert ("no AWS Region" if name == "AWS_REGION" else "no AWS credentials") in ran.err


def test_ctrl_c_ends_a_tail_in_the_middle_of_a_call(now: int, reached: EmbeddedAws, start: Start) -> None:
    """A call that hangs does not hold the end: 130, at once, with the summary."""
    put(reached, line(40001, now - 300), start=now - 300)
    process = start("tail", GROUP, "-o", "json", "--interval", "100ms", "--api-rate", "0")
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline()
    reached.inject([{"kind": "delay", "action": "FilterLogEvents", "seconds": 8.0, "times": None}])
    injected = time.time()
    deadline = time.monotonic() + 10
    while not any(call["wall"] >= injected for call in reached.calls()) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    asked = time.monotonic()
    assert process.wait(5) == 130
    assert time.monotonic() - asked < 2
    assert process.stderr.read().decode().splitlines()[-1].startswith("vpctop: 1 records in ")


def test_without_a_scope_the_logged_vpcs_are_listed(reached: EmbeddedAws, vpctop: Vpctop) -> None:
    """`vpctop` alone tells what there is to look at."""
    assert reached.url
    ran = vpctop()
    assert ran.code == 2
    assert f"({GROUP})" in ran.err


def test_the_demo_serves_until_its_starter_goes(start: Start, home: Path) -> None:
    """It prints what a shell can evaluate, answers, and ends without leaving a process when stdin closes."""
    assert home.is_dir()
    process = start("demo", "--serve", "--seed", "3", "--rate", "5")
    assert process.stdin
    assert process.stdout
    told: dict[str, str] = {}
    scope = ""
    while not scope:
        text = process.stdout.readline().decode()
        assert text.startswith(
            ("export AWS_", "export NO_PROXY", "export no_proxy", "unset AWS_PROFILE", "# scope: vpc-")
        ), text
        name, _, value = text.removeprefix("export ").strip().partition("=")
        told[name] = value.strip("'")
        scope = text.split()[2].rstrip(",") if text.startswith("#") else ""
    assert told["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    tail = start("tail", scope, "-o", "json", "--api-rate", "0", environment=told)
    assert tail.stdout
    assert json.loads(tail.stdout.readline())["@event-id"]
    tail.send_signal(signal.SIGTERM)
    assert tail.wait(5) == 143
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert children
    process.stdin.close()
    assert process.wait(10) == 0
    assert not [child for child in children if Path(f"/proc/{child}").exists()]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_served_demo(number: int, code: int, start: Start) -> None:
    """Also while it is still starting, and with /dev/null for stdin, as a service manager gives."""
    with Path(os.devnull).open("rb") as null:
        process = start("demo", "--serve", "--rate", "5", stdin=null)
        assert process.stdout
        if number == signal.SIGTERM:
            assert process.stdout.readline().startswith(b"export ")
        else:
            time.sleep(1.0)  # the child is being started: there is nothing to wait for
        process.send_signal(number)
        assert process.wait(10) == code


def test_a_filter_is_pushed_and_carried_out(now: int, reached: EmbeddedAws, vpctop: Vpctop) -> None:
    """CloudWatch is asked for what it can filter; the rest is done here, and both are said."""
    put(reached, line(40001, now - 300), line(40002, now - 300), line(0, now - 300, "SKIPDATA"), start=now - 300)
    asked = ("tail", GROUP, "--once", "--output", "json", "--api-rate", "0", "--filter", "port=40002 action=accept")
    reached.forget_calls()
    ran = vpctop(*asked)
    assert [json.loads(each)["srcport"] for each in ran.out.splitlines()] == [40002]
    assert "CloudWatch filters: action = ACCEPT; here: port = 40002" in ran.err
    assert "1 records in " in ran.err
    assert "AWS skipped records" in ran.err
    assert vpctop(*asked, "--no-push").out == ran.out
    calls = [call["parameters"] for call in reached.calls() if call["action"] == "FilterLogEvents"]
    assert ["filterPattern" in call for call in calls] == [True, False]


def test_a_filter_may_ask_for_names_of_the_inventory(
    now: int, reached: EmbeddedAws, client: Callable[..., Any], vpctop: Vpctop
) -> None:
    """Whose address it is is read from EC2 before the first record is judged."""
    ec2 = client("ec2")
    vpc = ec2.describe_flow_logs()["FlowLogs"][0]["ResourceId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.2.0/24")["Subnet"]["SubnetId"]
    tags = [{"ResourceType": "network-interface", "Tags": [{"Key": "Name", "Value": "db-writer"}]}]
    ec2.create_network_interface(SubnetId=subnet, PrivateIpAddress="10.0.2.9", TagSpecifications=tags)
    other = line(40002, now - 300).replace("10.0.2.9", "10.0.2.10")
    put(reached, line(40001, now - 300), other, start=now - 300)
    ran = vpctop("tail", vpc, "--once", "--api-rate", "0", "--filter", "name:db-*", "--output", "json")
    assert [json.loads(each)["srcport"] for each in ran.out.splitlines()] == [40001]
    assert ran.code == 0


def test_names_that_cannot_be_read_end_it_with_a_sentence(now: int, reached: EmbeddedAws, vpctop: Vpctop) -> None:
    """No record is kept or dropped by a name that nobody knows."""
    put(reached, line(40001, now - 300), start=now - 300)
    denied = {"kind": "error", "code": "UnauthorizedOperation", "status": 403, "times": None}
    reached.inject([{**denied, "action": "DescribeNetworkInterfaces"}])
    ran = vpctop("tail", GROUP, "--once", "--api-rate", "0", "--filter", "name:db-*")
    assert ran.code == 3
    assert ran.out == ""
    assert "the names that --filter asks for are not known" in ran.err
    assert "ec2:DescribeNetworkInterfaces" in ran.err
