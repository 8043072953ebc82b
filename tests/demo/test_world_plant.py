"""The planted world as boto3 sees it: what a reader can look up."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tui.demo.world.plant import plant
from tui.demo.world.topology import Topology

ACCOUNT, REGION = "123456789012", "eu-west-1"


@pytest.fixture(scope="module")
def planted() -> Iterator[tuple[Topology, Any]]:
    """A world and a client of the EC2 it is planted in."""
    with mock_aws():
        topology = plant(7, ACCOUNT, REGION)
        yield topology, boto3.client("ec2", region_name=REGION)


def test_two_plantings_of_a_seed_have_the_same_ids() -> None:
    """Equal seeds give equal ids and addresses, other seeds others, and planting takes well under a second."""
    with mock_aws():
        first = plant(7, ACCOUNT, REGION)
        before = time.process_time()
        again = plant(7, ACCOUNT, REGION)
        assert time.process_time() - before < 1
        other = plant(8, ACCOUNT, REGION)
    assert str(first) == str(again)
    assert first.scope != other.scope
    assert not {each.id for each in first.interfaces.values()} & {each.id for each in other.interfaces.values()}


def test_there_are_two_vpcs_and_six_subnets_in_three_zones(planted: tuple[Topology, Any]) -> None:
    """Nothing but the demo's VPCs is there: the default VPC is gone."""
    topology, ec2 = planted
    vpcs = ec2.describe_vpcs()["Vpcs"]
    assert {each["CidrBlock"] for each in vpcs} == {"10.0.0.0/16", "10.1.0.0/16"}
    subnets = ec2.describe_subnets()["Subnets"]
    assert len(subnets) == 6
    assert len({each["AvailabilityZoneId"] for each in subnets}) == 3
    assert topology.scope == topology.vpcs["payments"]


def test_every_address_lies_in_its_subnet_and_belongs_to_one_interface(planted: tuple[Topology, Any]) -> None:
    """Some sixty interfaces, each with a Name and an address of its own in its subnet."""
    _, ec2 = planted
    cidrs = {each["SubnetId"]: ip_network(each["CidrBlock"]) for each in ec2.describe_subnets()["Subnets"]}
    interfaces = ec2.describe_network_interfaces()["NetworkInterfaces"]
    assert 55 <= len(interfaces) <= 70
    assert len({each["PrivateIpAddress"] for each in interfaces}) == len(interfaces)
    for each in interfaces:
        assert ip_address(each["PrivateIpAddress"]) in cidrs[each["SubnetId"]]
        assert any(tag["Key"] == "Name" for tag in each["TagSet"])
        assert each["Status"] == "in-use"


@pytest.mark.parametrize(
    ("description", "interface_type", "count"),
    [
        ("ELB app/", "interface", 4),
        ("ELB net/", "network_load_balancer", 2),
        ("Interface for NAT Gateway nat-", "nat_gateway", 2),
        ("Network Interface for Transit Gateway Attachment tgw-attach-", "transit_gateway", 3),
        ("RDSNetworkInterface", "interface", 2),
        ("Network interface for DBProxy", "interface", 1),
        ("ElastiCache ", "interface", 3),
        ("RedshiftNetworkInterface", "interface", 3),
        ("AWS Lambda VPC ENI-", "lambda", 2),
        ("Created By Amazon Workspaces", "interface", 6),
        ("VPC Endpoint Interface vpce-", "vpc_endpoint", 10),
        ("VPC Endpoint Interface vpce-", "gateway_load_balancer_endpoint", 1),
    ],
)
def test_service_interfaces_are_described_as_amazon_does(
    planted: tuple[Topology, Any], description: str, interface_type: str, count: int
) -> None:
    """A service's interface is requester-managed, has an owner, no instance, and its kind's words and type."""
    _, ec2 = planted
    found = [
        each
        for each in ec2.describe_network_interfaces()["NetworkInterfaces"]
        if each["Description"].startswith(description) and each["InterfaceType"] == interface_type
    ]
    assert len(found) == count
    for each in found:
        assert each["RequesterManaged"]
        assert each["RequesterId"]
        assert each["Attachment"]["InstanceOwnerId"] != ACCOUNT
        assert "InstanceId" not in each["Attachment"]


def test_an_instance_interface_names_its_instance(planted: tuple[Topology, Any]) -> None:
    """What is not requester-managed is attached to an instance of the account, which has the same name."""
    _, ec2 = planted
    instances = {
        each["InstanceId"]: each
        for reservation in ec2.describe_instances()["Reservations"]
        for each in reservation["Instances"]
    }
    own = [each for each in ec2.describe_network_interfaces()["NetworkInterfaces"] if not each["RequesterManaged"]]
    assert {each["Attachment"]["InstanceId"] for each in own} == set(instances)
    for each in own:
        instance = instances[each["Attachment"]["InstanceId"]]
        assert {"Key": "Name", "Value": _name(each["TagSet"])} in instance["Tags"]
        assert instance["PrivateIpAddress"] == each["PrivateIpAddress"]


def _name(tags: list[dict[str, str]]) -> str:
    return next(tag["Value"] for tag in tags if tag["Key"] == "Name")


def test_eight_endpoints_of_three_types_have_policies_of_their_own(planted: tuple[Topology, Any]) -> None:
    """Two gateway, five interface and one Gateway Load Balancer endpoint; full access, limits, denials."""
    _, ec2 = planted
    endpoints = ec2.describe_vpc_endpoints()["VpcEndpoints"]
    assert Counter(each["VpcEndpointType"] for each in endpoints) == {
        "Gateway": 2,
        "Interface": 5,
        "GatewayLoadBalancer": 1,
    }
    policies = [each["PolicyDocument"] for each in endpoints if each.get("PolicyDocument")]
    assert len(set(policies)) >= 6
    statements = [statement for text in policies for statement in json.loads(text)["Statement"]]
    assert {each["Effect"] for each in statements} == {"Allow", "Deny"}
    assert all(each["Principal"] == "*" for each in statements)


def test_an_interface_endpoint_lists_its_interfaces(planted: tuple[Topology, Any]) -> None:
    """Its interfaces are those whose description names it, one in each of its subnets."""
    _, ec2 = planted
    interfaces = {each["NetworkInterfaceId"]: each for each in ec2.describe_network_interfaces()["NetworkInterfaces"]}
    endpoints = [each for each in ec2.describe_vpc_endpoints()["VpcEndpoints"] if each["NetworkInterfaceIds"]]
    assert len(endpoints) == 6
    for endpoint in endpoints:
        own = [interfaces[each] for each in endpoint["NetworkInterfaceIds"]]
        assert {each["SubnetId"] for each in own} == set(endpoint["SubnetIds"])
        assert all(endpoint["VpcEndpointId"] in each["Description"] for each in own)


def test_three_flow_logs_have_three_formats(planted: tuple[Topology, Any]) -> None:
    """Default, version 5 and version 11; 60 and 600 s; one names its group only inside LogDestination; none failed."""
    topology, ec2 = planted
    logs = ec2.describe_flow_logs()["FlowLogs"]
    groups = [each.get("LogGroupName") or each["LogDestination"].split(":log-group:")[1] for each in logs]
    assert groups == [each.group for each in topology.flow_logs]
    assert sum("LogGroupName" not in each for each in logs) == 1
    assert [each["LogFormat"].count("${") for each in logs] == [14, 29, 35]
    assert [each["MaxAggregationInterval"] for each in logs] == [600, 60, 60]
    assert all(each["DeliverLogsStatus"] == "SUCCESS" and each["FlowLogStatus"] == "ACTIVE" for each in logs)
    assert "${next-hop-interface-id}" in logs[2]["LogFormat"]


def test_every_tier_has_a_network_acl_with_an_ephemeral_range(planted: tuple[Topology, Any]) -> None:
    """No subnet of the payments VPC is left under the default ACL, and each tier lets replies through."""
    topology, ec2 = planted
    acls = ec2.describe_network_acls()["NetworkAcls"]
    by_subnet = {each["SubnetId"]: acl for acl in acls for each in acl["Associations"]}
    assert set(by_subnet) == {each.id for each in topology.subnets.values()}
    assert not any(acl["IsDefault"] for acl in by_subnet.values())
    for name in ("public", "data"):
        (acl,) = [each for each in acls if each["NetworkAclId"] == topology.acls[name]]
        ranges = [each["PortRange"] for each in acl["Entries"] if each["Egress"] and "PortRange" in each]
        assert {"From": 1024, "To": 65535} in ranges


def test_route_tables_lead_over_every_kind_of_gateway(planted: tuple[Topology, Any]) -> None:
    """Internet gateway, NAT gateways, peering, transit gateway, and prefix lists to gateway endpoints."""
    topology, ec2 = planted
    routes = [route for table in ec2.describe_route_tables()["RouteTables"] for route in table["Routes"]]
    assert {route["NatGatewayId"] for route in routes if "NatGatewayId" in route} == {
        each["NatGatewayId"] for each in ec2.describe_nat_gateways()["NatGateways"]
    }
    assert any("TransitGatewayId" in route for route in routes)
    assert any("VpcPeeringConnectionId" in route for route in routes)
    listed = {route["GatewayId"] for route in routes if "DestinationPrefixListId" in route}
    assert listed == {topology.endpoints["s3"], topology.endpoints["dynamodb"]}
