"""The incident as its records and EC2 show it within the first two minutes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tui.demo.world.feed import Feed
from tui.demo.world.plant import plant
from tui.demo.world.topology import Topology

ACCOUNT, REGION, START = "123456789012", "eu-west-1", 1_772_443_200
Records = list[dict[str, str]]


@pytest.fixture(scope="module")
def shown() -> Iterator[tuple[Topology, Records, Any]]:
    """The world, what of the payments flow log has arrived two minutes after the start, and EC2 at that time."""
    with mock_aws():
        topology = plant(7, ACCOUNT, REGION)
        fields = next(log.fields for log in topology.flow_logs if log.version == 5)
        records = [
            dict(zip(fields, line.split(), strict=True))
            for each in Feed(topology, 7, 100, START, 300).deliveries(START + 120)
            if each.group == "/vpc/payments/flow-logs"
            for _, _, line in each.events
        ]
        yield topology, records, boto3.client("ec2", region_name=REGION)


def between(records: Records, source: set[str], destination: set[str]) -> Records:
    """The records from one set of addresses to another."""
    return [each for each in records if each["srcaddr"] in source and each["dstaddr"] in destination]


def addresses(topology: Topology, *names: str) -> set[str]:
    """The addresses of these interfaces."""
    return {topology.interfaces[name].address for name in names}


def test_replies_of_the_database_are_refused_in_one_zone(shown: tuple[Topology, Records, Any]) -> None:
    """App to database is accepted on both interfaces, the reply is refused on its way out of the data tier."""
    topology, records, _ = shown
    late = [each for each in records if int(each["start"]) >= START - 20]
    cut, whole = addresses(topology, "app-1", "app-3", "app-5"), addresses(topology, "app-2", "app-4", "app-6")
    database = addresses(topology, "db-writer", "db-reader")
    asked = between(late, cut, database)
    assert {each["action"] for each in asked} == {"ACCEPT"}
    assert {each["flow-direction"] for each in asked} == {"ingress", "egress"}
    replies = between(late, database, cut)
    assert len(replies) > 20
    assert {(each["action"], each["flow-direction"]) for each in replies} == {("REJECT", "egress")}
    assert {each["action"] for each in between(late, database, whole)} == {"ACCEPT"}
    early = [each for each in records if int(each["start"]) < START - 20]
    assert {each["action"] for each in between(early, database, cut)} == {"ACCEPT"}


def test_no_record_reaches_over_the_edit(shown: tuple[Topology, Records, Any]) -> None:
    """What came before the edit and what came after are told apart to the second, also within a window."""
    spans = [(int(each["start"]), int(each["end"])) for each in shown[1] if each["log-status"] == "OK"]
    assert not [span for span in spans if span[0] < START - 20 < span[1]]


def test_retries_of_the_application_grow(shown: tuple[Topology, Records, Any]) -> None:
    """Attempts are SYN alone, again and again, and more of them with time."""
    topology, records, _ = shown
    app, database = topology.interfaces["app-1"], addresses(topology, "db-writer", "db-reader")
    tries = [
        each
        for each in between(records, {app.address}, database)
        if each["tcp-flags"] == "2" and each["interface-id"] == app.id and each["bytes"] == "240"
    ]
    by_time = Counter((int(each["start"]) - START + 20) // 25 for each in tries)
    assert by_time[2] > by_time[0] > 0


def test_an_open_connection_is_cut_off_within_a_window(shown: tuple[Topology, Records, Any]) -> None:
    """The same 5-tuple is ACCEPT before the edit and REJECT after it, with flags 0: it was in the middle."""
    topology, records, _ = shown
    database = topology.interfaces["db-writer"]
    seen: dict[tuple[str, str], set[str]] = {}
    for each in records:
        if each["interface-id"] == database.id and each["flow-direction"] == "egress" and each["tcp-flags"] == "0":
            seen.setdefault((each["dstaddr"], each["dstport"]), set()).add(each["action"])
    assert {"ACCEPT", "REJECT"} in seen.values()


def test_a_port_scan_is_mostly_refused(shown: tuple[Topology, Records, Any]) -> None:
    """One address knocks at many ports of one host and at every public interface; a few are let in."""
    topology, records, _ = shown
    scan = [each for each in records if each["srcaddr"] == "192.0.2.201"]
    bastion = topology.interfaces["bastion"].address
    assert len({each["dstport"] for each in scan if each["dstaddr"] == bastion}) > 100
    assert len({each["dstaddr"] for each in scan}) == 8
    count = Counter(each["action"] for each in scan)
    assert 0 < count["ACCEPT"] < count["REJECT"] / 10
    assert all(int(each["packets"]) <= 4 for each in scan)


def test_s3_goes_around_its_endpoint(shown: tuple[Topology, Records, Any]) -> None:
    """From private-b, S3 has traffic-path 7 before and 1 after, and then shows up at the NAT gateway."""
    topology, records, _ = shown
    batch = {topology.interfaces[name].id for name in ("batch-1", "batch-2")}
    s3 = [each for each in records if each["pkt-dst-aws-service"] == "S3"]
    before = {each["traffic-path"] for each in s3 if each["interface-id"] in batch and int(each["start"]) < START + 5}
    after = {each["traffic-path"] for each in s3 if each["interface-id"] in batch and int(each["start"]) >= START + 5}
    assert (before, after) == ({"7"}, {"1"})
    nat = topology.interfaces["nat-b"].id
    assert min(int(each["start"]) for each in s3 if each["interface-id"] == nat) >= START + 5
    untouched = [each for each in s3 if each["interface-id"] == topology.interfaces["batch-3"].id]
    assert {each["traffic-path"] for each in untouched} == {"7"}


def test_connections_whose_way_did_not_change_go_on(shown: tuple[Topology, Records, Any]) -> None:
    """Losing one route of one table ends no connection to the session cache, in either subnet."""
    topology, records, _ = shown
    cache = addresses(topology, "cache-1", "cache-2", "cache-3")
    for name in ("app-2", "app-4", "app-6"):
        app = topology.interfaces[name].address
        sent = [each for each in between(records, {app}, cache) if each["tcp-flags"] == "0"]
        before = {each["srcport"] for each in sent if int(each["start"]) < START + 5}
        after = {each["srcport"] for each in sent if int(each["start"]) >= START + 5}
        assert len(before & after) >= 2


def test_ec2_shows_what_was_changed(shown: tuple[Topology, Records, Any]) -> None:
    """The ACL entry, the lost route, the endpoint's tables and the narrowed policy can be looked up."""
    topology, _, ec2 = shown
    (acl,) = ec2.describe_network_acls(NetworkAclIds=[topology.acls["data"]])["NetworkAcls"]
    (entry,) = [each for each in acl["Entries"] if each["Egress"] and each["RuleNumber"] == 100]
    assert entry["PortRange"] == {"From": 1024, "To": 32767}
    (table,) = ec2.describe_route_tables(RouteTableIds=[topology.route_tables["private-b"]])["RouteTables"]
    assert topology.prefix_lists["s3"] not in {each.get("DestinationPrefixListId") for each in table["Routes"]}
    endpoints = {each["VpcEndpointId"]: each for each in ec2.describe_vpc_endpoints()["VpcEndpoints"]}
    assert topology.route_tables["private-b"] not in endpoints[topology.endpoints["s3"]]["RouteTableIds"]
    (statement,) = json.loads(endpoints[topology.endpoints["kms"]]["PolicyDocument"])["Statement"]
    assert statement["Action"] == ["kms:Decrypt", "kms:DescribeKey"]


def test_a_narrowed_policy_refuses_no_flow(shown: tuple[Topology, Records, Any]) -> None:
    """What an endpoint policy denies is an answer over HTTPS: the flows to KMS stay ACCEPT."""
    topology, records, _ = shown
    kms = addresses(topology, "kms-a", "kms-b")
    late = [each for each in records if each["dstaddr"] in kms and int(each["start"]) >= START + 45]
    assert {each["action"] for each in late} == {"ACCEPT"}


def test_mending_the_acl_mends_the_traffic() -> None:
    """A reader who puts the entry back sees the database answer again."""
    with mock_aws():
        topology = plant(7, ACCOUNT, REGION)
        feed = Feed(topology, 7, 100, START, 60)
        list(feed.deliveries(START + 30))
        boto3.client("ec2", region_name=REGION).replace_network_acl_entry(
            NetworkAclId=topology.acls["data"], RuleNumber=100, Egress=True, Protocol="6", RuleAction="allow",
            CidrBlock="10.0.16.0/20", PortRange={"From": 1024, "To": 65535},
        )  # fmt: skip
        fields = next(log.fields for log in topology.flow_logs if log.version == 5)
        records = [
            dict(zip(fields, line.split(), strict=True))
            for each in feed.deliveries(START + 180)
            if each.group == "/vpc/payments/flow-logs"
            for _, _, line in each.events
        ]
    late = [each for each in records if int(each["start"]) >= START + 32]
    replies = between(late, addresses(topology, "db-writer"), addresses(topology, "app-1", "app-3", "app-5"))
    assert len(replies) > 20
    assert {each["action"] for each in replies} == {"ACCEPT"}
