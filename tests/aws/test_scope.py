from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.aws.small_network import GROUP, Network, access_fixture, clients_fixture, network_fixture  # noqa: F401 - fixtures, which pytest finds by name
from tui.aws.flowlog import FlowLog, group_of_arn, read_flow_log
from tui.aws.scope import resolve
from tui.aws.session import Clients
from tui.aws.stream import interface_of
from tui.demo.embedded import EmbeddedAws
from tui.flows.logformat import DEFAULT_FORMAT, DEFAULT_LAYOUT, read_log_format
from tui.flows.source import SourceError

CUSTOM = (
    "${version} ${interface-id} ${srcaddr} ${dstaddr} ${dstport} ${bytes} ${start} ${end} ${action} ${flow-direction}"
)
TGW = "${version} ${resource-type} ${tgw-id} ${srcaddr} ${dstaddr} ${bytes} ${start} ${end} ${log-status}"
NOW = 1_767_225_600


def feed(aws: EmbeddedAws, *interfaces: str, group: str = GROUP) -> None:
    """A record for each interface, so that its stream is there."""
    for interface in interfaces:
        line = f"2 123456789012 {interface} 10.0.1.7 10.0.2.9 40000 5432 6 9 900 {NOW} {NOW + 60} ACCEPT OK"
        aws.put(group, f"{interface}-all", [(NOW * 1000, NOW * 1000 + 300_000, line)])


def refusal(scope: str, clients: Clients, **more: Any) -> SourceError:
    """The sentence a scope comes to."""
    with pytest.raises(SourceError) as caught:
        resolve([scope], clients, **more)
    assert caught.value.fatal
    assert caught.value.exit_code == 2
    assert caught.value.hint
    return caught.value


def test_a_vpc_is_its_whole_log_group(network: Network, clients: Clients) -> None:
    """Where only the VPC's own flow log delivers to a group, nothing need be filtered."""
    flow_log = network.log(network.vpc, "VPC", MaxAggregationInterval=60)
    found = resolve([network.vpc], clients)
    assert found.text == f'{network.vpc} "payments"'
    (target,) = found.targets
    assert (target.group, target.interval, target.flow_logs) == (GROUP, 60, (flow_log,))
    assert target.layouts == (DEFAULT_LAYOUT,)
    assert (target.interfaces, target.streams, target.prefix) == (None, (), "")


def test_a_vpc_has_the_flow_logs_of_its_subnets_and_interfaces(network: Network, clients: Clients) -> None:
    """Flow logs on a subnet and on an interface of the VPC tell of the VPC too, each in its own group and format."""
    network.log(network.subnets[0], "Subnet", CUSTOM, group="/by/subnet")
    network.log(network.interfaces[1], "NetworkInterface", group="/by/interface")
    targets = {target.group: target for target in resolve([network.vpc], clients).targets}
    assert set(targets) == {"/by/subnet", "/by/interface"}
    assert targets["/by/subnet"].layouts == (read_log_format(CUSTOM),)
    assert targets["/by/interface"].interfaces is None


def test_a_group_named_by_destination_is_found(network: Network, clients: Clients) -> None:
    """Terraform and the console name the log group by its ARN, and only there."""
    network.logs.create_log_group(logGroupName=GROUP)
    arn = f"arn:aws:logs:eu-west-1:123456789012:log-group:{GROUP}"
    network.log(network.vpc, "VPC", group="/other", LogGroupName=None, LogDestination=arn)
    (target,) = resolve([network.vpc], clients, account="123456789012").targets
    assert target.named == {"logGroupName": GROUP}


@pytest.mark.parametrize("kind", ["VPC", "Subnet", "NetworkInterface"])
def test_an_interface_is_covered_from_above(network: Network, clients: Clients, kind: str) -> None:
    """An interface is logged by a flow log on itself, its subnet or its VPC; of a shared group only its stream is read."""
    interface = network.interfaces[0]
    network.log({"VPC": network.vpc, "Subnet": network.subnets[0], "NetworkInterface": interface}[kind], kind)
    (target,) = resolve([interface], clients).targets
    assert target.group == GROUP
    assert target.prefix == ("" if kind == "NetworkInterface" else interface)


def test_a_subnet_of_a_logged_vpc_is_its_streams(aws: EmbeddedAws, network: Network, clients: Clients) -> None:
    """Of a VPC's group a subnet reads the streams of its interfaces, those that exist."""
    network.log(network.vpc, "VPC")
    second = network.ec2.create_network_interface(SubnetId=network.subnets[0])["NetworkInterface"]["NetworkInterfaceId"]
    feed(aws, *network.interfaces, second)
    (target,) = resolve([network.subnets[0]], clients).targets
    assert set(target.streams) == {f"{network.interfaces[0]}-all", f"{second}-all"}
    assert not target.waiting


def test_an_interface_without_a_stream_is_waited_for(aws: EmbeddedAws, network: Network, clients: Clients) -> None:
    """An interface that has had no traffic has no stream, and asking for it by name would fail the call."""
    network.log(network.vpc, "VPC")
    network.ec2.create_network_interface(SubnetId=network.subnets[0])
    feed(aws, *network.interfaces)
    (target,) = resolve([network.subnets[0]], clients).targets
    assert target.streams == (f"{network.interfaces[0]}-all",)
    assert target.waiting


def test_too_many_streams_are_filtered_here(network: Network, clients: Clients) -> None:
    """A hundred streams can be asked for by name; with more interfaces the group is read and filtered."""
    network.log(network.vpc, "VPC")
    for _ in range(101):
        network.ec2.create_network_interface(SubnetId=network.subnets[0])
    (target,) = resolve([network.subnets[0]], clients).targets
    assert target.interfaces is not None
    assert len(target.interfaces) == 102
    assert (target.streams, target.prefix) == ((), "")


def test_an_instance_is_its_interfaces(network: Network, clients: Clients) -> None:
    """An instance reads the stream of its interface; by its Name tag too."""
    network.log(network.vpc, "VPC")
    image = network.ec2.describe_images()["Images"][0]["ImageId"]
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web-1"}]}]
    asked = {"ImageId": image, "MinCount": 1, "MaxCount": 1, "SubnetId": network.subnets[0], "TagSpecifications": tags}
    instance = network.ec2.run_instances(**asked)["Instances"][0]
    interface = instance["NetworkInterfaces"][0]["NetworkInterfaceId"]
    for scope in (instance["InstanceId"], "web-1"):
        found = resolve([scope], clients)
        assert found.text == f'{instance["InstanceId"]} "web-1"'
        assert found.targets[0].prefix == interface


def test_a_name_is_what_carries_it(network: Network, clients: Clients) -> None:
    """A Name tag stands for its VPC."""
    network.log(network.vpc, "VPC")
    assert resolve(["payments"], clients).text == f'{network.vpc} "payments"'


def test_a_load_balancer_is_known_by_its_interfaces(aws: EmbeddedAws, network: Network, clients: Clients) -> None:
    """The name of a load balancer is in the description of its interfaces."""
    network.log(network.vpc, "VPC")
    asked = {"SubnetId": network.subnets[0], "Description": "ELB net/front/0123456789abcdef"}
    made = network.ec2.create_network_interface(**asked)["NetworkInterface"]["NetworkInterfaceId"]
    feed(aws, made)
    found = resolve(["front"], clients)
    assert found.text == 'load balancer "front"'
    assert found.targets[0].prefix == made


def test_an_ambiguous_name_lists_its_bearers(network: Network, clients: Clients) -> None:
    """Two resources of one name: the sentence lists them."""
    network.ec2.create_tags(Resources=list(network.subnets), Tags=[{"Key": "Name", "Value": "private"}])
    error = refusal("private", clients)
    assert all(subnet in error.reason for subnet in network.subnets)
    assert "id" in error.hint


def test_several_scopes_are_read_together(aws: EmbeddedAws, network: Network, clients: Clients) -> None:
    """Two interfaces of one group are one target with both streams."""
    network.log(network.vpc, "VPC")
    feed(aws, *network.interfaces)
    (target,) = resolve(list(network.interfaces), clients).targets
    assert set(target.streams) == {f"{each}-all" for each in network.interfaces}


@pytest.mark.parametrize("name", [GROUP, f"arn:aws:logs:eu-west-1:123456789012:log-group:{GROUP}:*", "flat-name"])
def test_a_log_group_is_read_as_a_whole(network: Network, clients: Clients, name: str) -> None:
    """A log group given by name or ARN is read by the formats of its flow logs."""
    group = "flat-name" if name == "flat-name" else GROUP
    network.log(network.subnets[0], "Subnet", CUSTOM, group=group)
    network.log(network.interfaces[1], "NetworkInterface", group=group)
    (target,) = resolve([name], clients, account="123456789012").targets
    assert target.group == group
    assert set(target.layouts) == {read_log_format(CUSTOM), DEFAULT_LAYOUT}
    assert target.interfaces is None
    assert target.arn == ""


def test_a_log_group_of_another_account_is_read_by_its_arn(clients: Clients) -> None:
    """From a monitoring account, a log group is named by its ARN, without the star."""
    arn = "arn:aws:logs:eu-west-1:999999999999:log-group:/shared/flow"
    (target,) = resolve([f"{arn}:*"], clients, account="123456789012").targets
    assert target.named == {"logGroupIdentifier": arn}


def test_an_unknown_format_is_said(client: Callable[..., Any], clients: Clients) -> None:
    """A group that no flow log tells of is read as the default format, and that is said."""
    client("logs").create_log_group(logGroupName="/old/flow")
    found = resolve(["/old/flow"], clients)
    assert found.targets[0].layouts == (DEFAULT_LAYOUT,)
    assert "default format" in found.notes[0]


def test_the_readers_format_wins(network: Network, clients: Clients) -> None:
    """--log-format is believed, not DescribeFlowLogs."""
    network.log(network.vpc, "VPC")
    (target,) = resolve([network.vpc], clients, log_formats=[CUSTOM]).targets
    assert target.layouts == (read_log_format(CUSTOM),)


def test_what_shares_the_group_is_understood_too(network: Network, clients: Clients) -> None:
    """A subnet's reader knows the formats of the other flow logs in the group, its own first."""
    network.log(network.subnets[0], "Subnet", CUSTOM)
    network.log(network.subnets[1], "Subnet")
    (target,) = resolve([network.subnets[0]], clients).targets
    assert target.layouts == (read_log_format(CUSTOM), DEFAULT_LAYOUT)
    assert target.interfaces == frozenset({network.interfaces[0]})


def test_a_flow_log_names_itself(network: Network, clients: Clients) -> None:
    """A flow log's id is a scope."""
    flow_log = network.log(network.vpc, "VPC")
    assert resolve([flow_log], clients).targets[0].flow_logs == (flow_log,)


def test_a_transit_gateways_flow_log_is_read(network: Network, clients: Clients) -> None:
    """A transit gateway's records have no interface: its group is read as it is."""
    gateway = network.ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    network.log(gateway, "TransitGateway", TGW, TrafficType=None, MaxAggregationInterval=60)
    (target,) = resolve([gateway], clients).targets
    assert target.layouts == (read_log_format(TGW),)
    assert target.interfaces is None


def test_no_flow_log_is_told_with_the_command_that_makes_one(network: Network, clients: Clients) -> None:
    """The sentence names the resource; the hint is a command to copy."""
    network.log(network.subnets[1], "Subnet")
    error = refusal(network.interfaces[0], clients)
    assert network.interfaces[0] in error.reason
    command = f"aws ec2 create-flow-logs --resource-type NetworkInterface --resource-ids {network.interfaces[0]} "
    assert error.hint.startswith(command)


def test_logs_in_s3_are_named(network: Network, clients: Clients, client: Callable[..., Any]) -> None:
    """Flow logs that go elsewhere are named with where they go."""
    client("s3").create_bucket(Bucket="flows", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    more: dict[str, Any] = {
        "LogGroupName": None,
        "DeliverLogsPermissionArn": None,
        "LogDestination": "arn:aws:s3:::flows",
    }
    flow_log = network.log(network.vpc, "VPC", LogDestinationType="s3", **more)
    error = refusal(network.vpc, clients)
    assert f"{flow_log} to S3 (arn:aws:s3:::flows)" in error.reason


def test_a_format_without_addresses_is_named(network: Network, clients: Clients) -> None:
    """A log format that does not tell who talked to whom is refused, with what it lacks."""
    flow_log = network.log(network.vpc, "VPC", "${interface-id} ${srcaddr} ${bytes} ${start} ${end}")
    error = refusal(network.vpc, clients)
    assert flow_log in error.reason
    assert "lacks ${dstaddr}" in error.reason
    assert "lacks ${srcaddr} and ${dstaddr}" in refusal(GROUP, clients, log_formats=["${bytes} ${start}"]).reason


@pytest.mark.parametrize(
    ("scope", "reason"),
    [
        ("vpc-0123456789abcdef0", "vpc-0123456789abcdef0 does not exist in eu-west-1"),
        ("subnet-0123456789abcdef0", "does not exist"),
        ("eni-0123456789abcdef0", "does not exist"),
        ("i-0123456789abcdef0", "does not exist"),
        ("vpce-0123456789abcdef0", "does not exist"),
        ("tgw-0123456789abcdef0", "no flow log covers tgw-0123456789abcdef0"),
        ("nowhere", "nothing in eu-west-1 is named nowhere"),
        ("/no/such/group", "log group /no/such/group does not exist"),
        ("arn:aws:s3:::bucket", "not the ARN of a log group"),
        ("vpc-*", "no scope"),
        ("a\x1b[31mb", "named"),
        ("", "no scope"),
    ],
)
def test_an_unknown_scope_is_one_sentence(aws: EmbeddedAws, clients: Clients, scope: str, reason: str) -> None:
    """Each scope that is not there is named in the sentence, harmless on a terminal."""
    assert aws.account
    error = refusal(scope, clients)
    assert reason in error.reason
    assert error.reason.isprintable()


def test_no_scope_is_one_sentence(clients: Clients) -> None:
    """Nothing was asked for."""
    with pytest.raises(SourceError, match="no scope was given"):
        resolve([], clients)


def test_a_bad_log_format_is_one_sentence(clients: Clients) -> None:
    """What is wrong with --log-format is said by its reader."""
    assert "field 2" in refusal(GROUP, clients, log_formats=["${version} srcaddr"]).reason


def test_a_denied_format_is_borne_for_a_log_group(aws: EmbeddedAws, network: Network, clients: Clients) -> None:
    """Who may read the group but not DescribeFlowLogs reads it by the default format; a VPC cannot be found then."""
    network.log(network.vpc, "VPC")
    denied = {"kind": "error", "code": "UnauthorizedOperation", "status": 403, "times": None}
    aws.inject([{**denied, "action": "DescribeFlowLogs"}])
    found = resolve([GROUP], clients)
    assert found.targets[0].layouts == (DEFAULT_LAYOUT,)
    assert "ec2:DescribeFlowLogs is denied" in found.notes[0]
    with pytest.raises(SourceError, match="AWS denies ec2:DescribeFlowLogs") as caught:
        resolve([network.vpc], clients)
    assert "grant ec2:DescribeFlowLogs" in caught.value.hint


def test_every_page_is_read(aws: EmbeddedAws, network: Network, clients: Clients) -> None:
    """Interfaces beyond the first page are in scope too."""
    for _ in range(12):
        network.ec2.create_network_interface(SubnetId=network.subnets[0])
    network.log(network.subnets[0], "Subnet")
    network.log(network.subnets[1], "Subnet")
    aws.forget_calls()
    (target,) = resolve([network.subnets[0]], clients).targets
    assert target.interfaces is not None
    assert len(target.interfaces) == 13
    asked = [call["parameters"] for call in aws.calls() if call["action"] == "DescribeNetworkInterfaces"]
    assert all("MaxResults" in parameters for parameters in asked)


@pytest.mark.parametrize(
    ("told", "group"),
    [
        ({"LogGroupName": "/a"}, "/a"),
        ({"LogDestination": "arn:aws:logs:eu-west-1:1:log-group:/a:*", "LogDestinationType": "cloud-watch-logs"}, "/a"),
        ({"LogDestination": "arn:aws:logs:eu-west-1:1:log-group:/a", "LogGroupName": "/a"}, "/a"),
        ({"LogDestination": "arn:aws:s3:::b/p/", "LogDestinationType": "s3"}, ""),
        ({"LogDestination": "arn:aws:firehose:eu-west-1:1:x", "LogDestinationType": "kinesis-data-firehose"}, ""),
        ({}, ""),
    ],
)
def test_the_group_is_told_in_either_place(told: dict[str, Any], group: str) -> None:
    """LogGroupName or the group in LogDestination: either may be there."""
    assert read_flow_log(told).group == group
    assert isinstance(read_flow_log(told), FlowLog)
    assert read_flow_log(told).log_format == DEFAULT_FORMAT


@pytest.mark.parametrize(
    ("arn", "found"),
    [
        ("arn:aws-cn:logs:cn-north-1:1:log-group:/a/b:*", ("/a/b", "1")),
        ("arn:aws:logs:eu-west-1:1:log-group:x", ("x", "1")),
        ("arn:aws:s3:::b", ("", "")),
        ("arn:", ("", "")),
    ],
)
def test_a_log_group_arn_is_taken_apart(arn: str, found: tuple[str, str]) -> None:
    """Name and account, with or without the star; '' for any other ARN."""
    assert group_of_arn(arn) == found


@pytest.mark.parametrize(
    ("stream", "interface"),
    [
        ("eni-0123456789abcdef0-all", "eni-0123456789abcdef0"),
        ("eni-01234567-reject", "eni-01234567"),
        ("eni-01234567", "eni-01234567"),
        ("tgw-attach-0123-all", ""),
        ("eni-01234567-all-more", ""),
    ],
)
def test_a_stream_names_its_interface(stream: str, interface: str) -> None:
    """A stream is an interface's, with or without what it holds; other names tell nothing."""
    assert interface_of(stream) == interface
