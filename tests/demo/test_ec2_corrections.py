"""EC2 and STS of the embedded AWS do as AWS does where moto does not."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tui.demo.embedded import EmbeddedAws

ROLE = "arn:aws:iam::123456789012:role/vpc-flow-logs"
DENY_ALL = '{"Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}'

Client = Callable[..., Any]


def refusal(call: Callable[..., Any], **asked: Any) -> tuple[str, str]:
    """Error code and message a call ends with."""
    with pytest.raises(ClientError) as caught:
        call(**asked)
    error: Any = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.fixture
def ec2(aws: EmbeddedAws, client: Client) -> Any:  # noqa: ARG001 - empties the account
    """An EC2 client on an empty account."""
    return client("ec2")


@pytest.fixture
def vpc(ec2: Any) -> str:
    """A VPC."""
    return str(ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"])


def subnet_in(ec2: Any, vpc: str, number: int) -> str:
    """A new subnet 10.1.number.0/24."""
    return str(ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.1.{number}.0/24")["Subnet"]["SubnetId"])


def endpoint_of(ec2: Any, endpoint_id: str) -> dict[str, Any]:
    """What DescribeVpcEndpoints tells of one endpoint."""
    (found,) = ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])["VpcEndpoints"]
    return dict(found)


def gateway_routes(ec2: Any, table: str) -> list[str]:
    """The endpoints a route table routes to."""
    (found,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    return [route["GatewayId"] for route in found["Routes"] if route.get("GatewayId", "").startswith("vpce-")]


def test_an_account_begins_without_a_default_vpc(ec2: Any, client: Client) -> None:
    """No VPC, subnet or ENI is there before one is made, in any Region."""
    assert ec2.describe_vpcs()["Vpcs"] == []
    assert ec2.describe_subnets()["Subnets"] == []
    assert client("ec2", "us-east-1").describe_vpcs()["Vpcs"] == []


def test_ids_depend_on_the_seed_alone(aws: EmbeddedAws, client: Client) -> None:
    """After a reset the same calls make the same ids."""
    made = []
    for _ in range(2):
        aws.reset()
        vpc = client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        made.append(
            (vpc, client("ec2").create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"])
        )
    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("operation", "key"),
    [
        ("describe_subnets", "Subnets"),
        ("describe_network_interfaces", "NetworkInterfaces"),
        ("describe_security_groups", "SecurityGroups"),
        ("describe_route_tables", "RouteTables"),
        ("describe_flow_logs", "FlowLogs"),
    ],
)
def test_listings_come_in_pages(ec2: Any, vpc: str, operation: str, key: str) -> None:
    """MaxResults and NextToken work, by hand and by botocore's paginator, and lose nothing."""
    for number in range(12):
        subnet = subnet_in(ec2, vpc, number)
        ec2.create_network_interface(SubnetId=subnet)
        ec2.create_security_group(GroupName=f"group-{number}", Description="x", VpcId=vpc)
        ec2.create_route_table(VpcId=vpc)
        flow_log = {"ResourceIds": [subnet], "ResourceType": "Subnet", "TrafficType": "ALL", "LogGroupName": "/vpc"}
        ec2.create_flow_logs(DeliverLogsPermissionArn=ROLE, **flow_log)
    call = getattr(ec2, operation)
    whole = call()[key]
    assert len(whole) >= 12
    first = call(MaxResults=5)
    assert (first[key], "NextToken" in first) == (whole[:5], True)
    assert call(MaxResults=5, NextToken=first["NextToken"])[key] == whole[5:10]
    pages = list(ec2.get_paginator(operation).paginate(PaginationConfig={"PageSize": 5}))
    assert [item for page in pages for item in page[key]] == whole
    assert "NextToken" not in pages[-1]
    assert refusal(call, MaxResults=5, NextToken="nonsense")[0] == "InvalidPaginationToken"


def test_a_page_can_be_made_small_from_outside(aws: EmbeddedAws, ec2: Any, vpc: str) -> None:
    """With ec2_page set, even a call without MaxResults gets a first page and a token."""
    for number in range(5):
        subnet_in(ec2, vpc, number)
    aws.configure(ec2_page=2)
    assert len(ec2.describe_subnets()["Subnets"]) == 2
    assert "NextToken" in ec2.describe_subnets()
    assert len(ec2.get_paginator("describe_subnets").paginate().build_full_result()["Subnets"]) == 5


def test_impossible_pages_are_refused(ec2: Any) -> None:
    """MaxResults above the most, or together with ids, is an error."""
    assert refusal(ec2.describe_subnets, MaxResults=1001)[0] == "InvalidParameterValue"
    both = {"MaxResults": 10, "NetworkInterfaceIds": ["eni-0123456789abcdef0"]}
    assert refusal(ec2.describe_network_interfaces, **both)[0] == "InvalidParameterCombination"


@pytest.mark.parametrize(
    "operation",
    ["describe_network_interfaces", "describe_vpc_endpoints", "describe_security_groups", "describe_prefix_lists"],
)
def test_an_unknown_filter_is_a_client_error(ec2: Any, operation: str) -> None:
    """A filter that AWS does not have is refused by name, as an error in EC2's own XML."""
    filters = [{"Name": "colour", "Values": ["red"]}]
    expected = ("InvalidParameterValue", "The filter 'colour' is invalid")
    assert refusal(getattr(ec2, operation), Filters=filters) == expected


def test_filters_that_moto_lacks(ec2: Any, vpc: str) -> None:
    """Endpoints are found by id and ENIs by requester, state of attachment, and any address."""
    made = {"VpcId": vpc, "VpcEndpointType": "Interface", "SubnetIds": [subnet_in(ec2, vpc, 1)]}
    one, other = (
        ec2.create_vpc_endpoint(ServiceName=f"com.amazonaws.eu-west-1.{name}", **made)["VpcEndpoint"]["VpcEndpointId"]
        for name in ("kms", "sqs")
    )

    def found(operation: str, key: str, name: str, value: str) -> int:
        return len(getattr(ec2, operation)(Filters=[{"Name": name, "Values": [value]}])[key])

    assert found("describe_vpc_endpoints", "VpcEndpoints", "vpc-endpoint-id", one) == 1
    assert found("describe_vpc_endpoints", "VpcEndpoints", "vpc-endpoint-id", "vpce-*") == 2
    (eni,) = endpoint_of(ec2, other)["NetworkInterfaceIds"]
    (told,) = ec2.describe_network_interfaces(NetworkInterfaceIds=[eni])["NetworkInterfaces"]
    address = told["PrivateIpAddress"]
    assert found("describe_network_interfaces", "NetworkInterfaces", "addresses.private-ip-address", address) == 1


def test_an_unknown_action_is_a_client_error(ec2: Any, client: Client) -> None:
    """What moto does not implement ends in an error of the service's protocol, never in HTML."""
    assert refusal(ec2.describe_vpc_endpoint_connection_notifications)[0] == "InvalidAction"
    assert refusal(client("sts").decode_authorization_message, EncodedMessage="x")[0] == "InvalidAction"


def test_errors_of_moto_itself_keep_their_codes(ec2: Any) -> None:
    """What moto refuses rightly comes through."""
    assert refusal(ec2.describe_vpcs, VpcIds=["vpc-0123456789abcdef0"])[0] == "InvalidVpcID.NotFound"


def test_sts_tells_who_is_asking(aws: EmbeddedAws, client: Client) -> None:
    """GetCallerIdentity tells the account of the demo."""
    identity = client("sts").get_caller_identity()
    assert identity["Account"] == aws.account
    assert identity["Arn"] == f"arn:aws:sts::{aws.account}:assumed-role/ReadOnly/demo"


def test_other_services_are_there_too(client: Client, aws: EmbeddedAws) -> None:
    """Any other service is moto's."""
    client("s3").create_bucket(Bucket="flow-logs", CreateBucketConfiguration={"LocationConstraint": aws.region})
    assert [bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]] == ["flow-logs"]


def test_a_flow_log_is_made_by_the_arn_of_its_group(aws: EmbeddedAws, ec2: Any, vpc: str) -> None:
    """A log-group ARN as LogDestination, as the console sends it, gives a working flow log with the group's name."""
    arn = f"arn:aws:logs:{aws.region}:{aws.account}:log-group:/vpc/flow-logs"
    asked = {"ResourceType": "VPC", "TrafficType": "ALL", "DeliverLogsPermissionArn": ROLE}
    ec2.create_flow_logs(ResourceIds=[vpc], LogDestination=f"{arn}:*", **asked)
    (flow_log,) = ec2.describe_flow_logs()["FlowLogs"]
    assert flow_log["LogGroupName"] == "/vpc/flow-logs"
    assert flow_log["DeliverLogsStatus"] == "SUCCESS"
    assert "DeliverLogsErrorMessage" not in flow_log
    assert flow_log["LogDestinationType"] == "cloud-watch-logs"
    assert flow_log["MaxAggregationInterval"] == 600
    assert flow_log["LogFormat"].startswith("${version} ${account-id} ${interface-id}")
    by_name = ec2.describe_flow_logs(Filter=[{"Name": "log-group-name", "Values": ["/vpc/flow-logs"]}])
    assert len(by_name["FlowLogs"]) == 1


def test_a_flow_log_that_is_there_already_is_told_apart(ec2: Any, vpc: str) -> None:
    """Of several resources only the one that has the flow log already is refused; so with ids to delete."""
    other = ec2.create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]
    asked = {"ResourceType": "VPC", "TrafficType": "ALL", "DeliverLogsPermissionArn": ROLE, "LogGroupName": "/vpc"}
    assert ec2.create_flow_logs(ResourceIds=[vpc], **asked)["Unsuccessful"] == []
    second = ec2.create_flow_logs(ResourceIds=[vpc, other], **asked)
    assert [entry["Error"]["Code"] for entry in second["Unsuccessful"]] == ["FlowLogAlreadyExists"]
    assert len(second["FlowLogIds"]) == 1
    deleted = ec2.delete_flow_logs(FlowLogIds=[*second["FlowLogIds"], "fl-0123456789abcdef0"])
    assert [entry["ResourceId"] for entry in deleted["Unsuccessful"]] == ["fl-0123456789abcdef0"]
    assert len(ec2.describe_flow_logs()["FlowLogs"]) == 1
    del asked["TrafficType"]
    assert refusal(ec2.create_flow_logs, ResourceIds=[other], **asked)[0] == "MissingParameter"


def test_a_policy_is_judged_and_reset(ec2: Any, vpc: str) -> None:
    """Text that is no policy is refused with its place; ResetPolicy brings the default policy back."""
    made = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.eu-west-1.s3", PolicyDocument=DENY_ALL)
    endpoint = made["VpcEndpoint"]["VpcEndpointId"]
    code, message = refusal(
        ec2.modify_vpc_endpoint, VpcEndpointId=endpoint, PolicyDocument='{"Statement":\n  nonsense}'
    )
    assert code == "InvalidPolicyDocument"
    assert message == "The Policy Document is not valid. Syntax error at position (2,3)"
    assert endpoint_of(ec2, endpoint)["PolicyDocument"] == DENY_ALL
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, ResetPolicy=True)
    (statement,) = json.loads(endpoint_of(ec2, endpoint)["PolicyDocument"])["Statement"]
    assert statement == {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    both = {"VpcEndpointId": endpoint, "ResetPolicy": True, "PolicyDocument": DENY_ALL}
    assert refusal(ec2.modify_vpc_endpoint, **both)[0] == "InvalidParameterCombination"
    assert refusal(ec2.modify_vpc_endpoint, VpcEndpointId=endpoint, DryRun=True)[0] == "DryRunOperation"


def test_an_interface_endpoint_has_interfaces_of_its_own_kind(ec2: Any, vpc: str) -> None:
    """One requester-managed ENI a subnet, with an address of that subnet and the endpoint's groups; they come and go."""
    first, second = subnet_in(ec2, vpc, 1), subnet_in(ec2, vpc, 2)
    group = ec2.create_security_group(GroupName="endpoints", Description="x", VpcId=vpc)["GroupId"]
    asked = {"VpcId": vpc, "ServiceName": "com.amazonaws.eu-west-1.kms", "VpcEndpointType": "Interface"}
    made = ec2.create_vpc_endpoint(SubnetIds=[first], SecurityGroupIds=[group], **asked)["VpcEndpoint"]
    endpoint = made["VpcEndpointId"]
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddSubnetIds=[second], PrivateDnsEnabled=False)
    told = endpoint_of(ec2, endpoint)
    assert (told["SubnetIds"], told["PrivateDnsEnabled"]) == ([first, second], False)
    enis = ec2.describe_network_interfaces(NetworkInterfaceIds=told["NetworkInterfaceIds"])["NetworkInterfaces"]
    assert [eni["SubnetId"] for eni in enis] == [first, second]
    for eni, network in zip(enis, ("10.1.1.0/24", "10.1.2.0/24"), strict=True):
        assert (eni["InterfaceType"], eni["Status"], eni["RequesterManaged"]) == ("vpc_endpoint", "in-use", True)
        assert eni["Description"] == f"VPC Endpoint Interface {endpoint}"
        assert [one["GroupId"] for one in eni["Groups"]] == [group]
        assert ipaddress.ip_address(eni["PrivateIpAddress"]) in ipaddress.ip_network(network)
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, RemoveSubnetIds=[first])
    assert [eni["SubnetId"] for eni in ec2.describe_network_interfaces()["NetworkInterfaces"]] == [second]
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []
    assert ec2.describe_vpc_endpoints()["VpcEndpoints"] == []


def test_a_gateway_endpoint_routes_what_it_is_given(ec2: Any, vpc: str) -> None:
    """Route tables added get the route and those removed lose it; a second endpoint for the same table is refused."""
    first, second = (ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(2))
    asked = {"VpcId": vpc, "ServiceName": "com.amazonaws.eu-west-1.s3"}
    endpoint = ec2.create_vpc_endpoint(RouteTableIds=[first], **asked)["VpcEndpoint"]["VpcEndpointId"]
    assert endpoint_of(ec2, endpoint)["VpcEndpointType"] == "Gateway"
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddRouteTableIds=[second])
    assert (gateway_routes(ec2, first), gateway_routes(ec2, second)) == ([endpoint], [endpoint])
    assert refusal(ec2.create_vpc_endpoint, RouteTableIds=[second], **asked)[0] == "RouteAlreadyExists"
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, RemoveRouteTableIds=[first])
    assert (gateway_routes(ec2, first), gateway_routes(ec2, second)) == ([], [endpoint])
    result = ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint, "vpce-0123456789abcdef0"])
    assert [entry["Error"]["Code"] for entry in result["Unsuccessful"]] == ["InvalidVpcEndpointId.NotFound"]
    assert gateway_routes(ec2, second) == []
    wrong = {"VpcEndpointType": "Interface", "RouteTableIds": [first], **asked}
    assert refusal(ec2.create_vpc_endpoint, **wrong)[0] == "InvalidParameter"


def test_endpoint_services_say_whether_they_take_policies(ec2: Any) -> None:
    """VpcEndpointPolicySupported tells it of each."""
    names = ["com.amazonaws.eu-west-1.s3", "com.amazonaws.eu-west-1.cloudformation"]
    details = ec2.describe_vpc_endpoint_services(ServiceNames=names)["ServiceDetails"]
    told = {(item["ServiceName"].split(".")[-1], item["VpcEndpointPolicySupported"]) for item in details}
    assert told == {("s3", True), ("cloudformation", False)}
