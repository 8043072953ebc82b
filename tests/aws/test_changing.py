"""Orders carried out on the embedded AWS: what each does, and what stops it."""

from __future__ import annotations

import json
from threading import Event, Thread
from typing import Any

import pytest

from tests.aws.small_network import Network, access_fixture, network_fixture  # noqa: F401 - fixtures are found by name
from tui.aws.change_endpoint import _unlike
from tui.aws.changing import AwsChanges
from tui.aws.session import Access
from tui.demo.embedded import EmbeddedAws
from tui.network.order import (
    FINAL,
    CreateEndpoint,
    DeleteEndpoint,
    ModifyEndpoint,
    Order,
    Progress,
    ResetToDefault,
    SetPolicy,
    Stage,
)
from tui.network.rules import Endpoint
from tui.policies.same import DEFAULT_POLICY, same_meaning

S3 = "com.amazonaws.eu-west-1.s3"
KMS = "com.amazonaws.eu-west-1.kms"
ONE_BUCKET = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::payments/*"}
        ],
    }
)
OTHER_BUCKET = ONE_BUCKET.replace("payments", "invoices")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rests are short here, and AWS's bucket is never empty."""
    monkeypatch.setattr("tui.aws.change_call.RESTS", (0.01, 0.02, 0.03))
    monkeypatch.setattr("tui.aws.change_call.LOOKS", (0.01, 0.02, 0.05))
    monkeypatch.setattr("tui.aws.change_pace.REFILL", 1000.0)
    monkeypatch.setattr("tui.aws.change_policy._SHOWS", 0.5)
    monkeypatch.setattr("tui.aws.change_policy._SHOWS_LOST", 0.2)


@pytest.fixture(name="changes")
def changes_fixture(access: Access) -> AwsChanges:
    """Who carries out orders."""
    return AwsChanges(access)


@pytest.fixture(name="gateway")
def gateway_fixture(network: Network) -> str:
    """A gateway endpoint for S3, with the default policy."""
    made = network.ec2.create_vpc_endpoint(VpcId=network.vpc, ServiceName=S3, VpcEndpointType="Gateway")
    return str(made["VpcEndpoint"]["VpcEndpointId"])


def carried(changes: AwsChanges, order: Order, stop: Event | None = None) -> list[Progress]:
    """All that is told of an order; only the last is final."""
    told = list(changes.carry_out(order, stop or Event()))
    assert [each.stage in FINAL for each in told] == [False] * (len(told) - 1) + [True], told
    return told


def shown(network: Network, endpoint: str) -> dict[str, Any]:
    """The endpoint as AWS shows it."""
    (found,) = network.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"]
    return dict(found)


def calls_of(aws: EmbeddedAws, *operations: str) -> int:
    """How often these were called."""
    return sum(call["action"] in operations for call in aws.calls())


def test_a_policy_is_put_into_force(changes: AwsChanges, network: Network, gateway: str) -> None:
    """It is sent as written, read back, and said to be in effect in a few minutes."""
    told = carried(changes, SetPolicy(gateway, ONE_BUCKET, shown(network, gateway)["PolicyDocument"]))
    assert [each.stage for each in told] == [Stage.SENT, Stage.DONE]
    assert "takes effect in a few minutes" in told[-1].text
    assert {each.endpoint for each in told} == {gateway}
    assert shown(network, gateway)["PolicyDocument"] == ONE_BUCKET


def test_a_change_by_someone_else_stops_it(
    changes: AwsChanges, network: Network, gateway: str, aws: EmbeddedAws
) -> None:
    """Another policy than the edit started from is in force: nothing is sent, and that policy is told."""
    was = shown(network, gateway)["PolicyDocument"]
    network.ec2.modify_vpc_endpoint(VpcEndpointId=gateway, PolicyDocument=OTHER_BUCKET)
    aws.forget_calls()
    (told,) = carried(changes, SetPolicy(gateway, ONE_BUCKET, was))
    assert (told.stage, told.live) == (Stage.STOPPED, OTHER_BUCKET)
    assert calls_of(aws, "ModifyVpcEndpoint") == 0
    assert shown(network, gateway)["PolicyDocument"] == OTHER_BUCKET


def test_another_spelling_of_the_policy_is_no_change(changes: AwsChanges, network: Network, gateway: str) -> None:
    """What the edit started from may be written otherwise than what AWS shows: the meaning counts."""
    network.ec2.modify_vpc_endpoint(VpcEndpointId=gateway, PolicyDocument=json.dumps(json.loads(ONE_BUCKET), indent=4))
    told = carried(changes, SetPolicy(gateway, OTHER_BUCKET, ONE_BUCKET))
    assert told[-1].stage is Stage.DONE


def test_a_wrong_policy_is_refused_with_its_place(changes: AwsChanges, network: Network, gateway: str) -> None:
    """AWS's line and column come along; nothing is changed."""
    was = shown(network, gateway)["PolicyDocument"]
    told = carried(changes, SetPolicy(gateway, '{"Statement":\n  nonsense}', was))
    assert (told[-1].stage, told[-1].place) == (Stage.REFUSED, (2, 3))
    assert "does not take the policy" in told[-1].text
    assert shown(network, gateway)["PolicyDocument"] == was


@pytest.mark.parametrize("text", [ONE_BUCKET + " " * 20_480, "", "  \n"])
def test_what_aws_cannot_take_is_not_sent(changes: AwsChanges, gateway: str, aws: EmbeddedAws, text: str) -> None:
    """A policy that is too long, or none at all, is refused before any call."""
    aws.forget_calls()
    (told,) = carried(changes, SetPolicy(gateway, text, ""))
    assert told.stage is Stage.REFUSED
    assert aws.calls() == []


def test_the_default_policy_comes_back(changes: AwsChanges, network: Network, gateway: str, aws: EmbeddedAws) -> None:
    """By ResetPolicy for a gateway endpoint, of which alone it is documented, else by its text."""
    made = network.ec2.create_vpc_endpoint(
        VpcId=network.vpc, ServiceName=KMS, VpcEndpointType="Interface", PolicyDocument=ONE_BUCKET
    )
    interface = made["VpcEndpoint"]["VpcEndpointId"]
    network.ec2.modify_vpc_endpoint(VpcEndpointId=gateway, PolicyDocument=ONE_BUCKET)
    aws.forget_calls()
    for endpoint in (gateway, interface):
        assert carried(changes, ResetToDefault(endpoint, ONE_BUCKET))[-1].stage is Stage.DONE
        assert same_meaning(shown(network, endpoint)["PolicyDocument"], DEFAULT_POLICY)
    asked = [call["parameters"] for call in aws.calls() if call["action"] == "ModifyVpcEndpoint"]
    assert ["ResetPolicy" in each for each in asked] == [True, False]


def test_an_endpoint_is_made_moved_and_deleted(changes: AwsChanges, network: Network) -> None:
    """From creation to deletion: its id is told at once, and each step until AWS shows it."""
    first, second = network.subnets
    made = carried(changes, CreateEndpoint(network.vpc, KMS, "Interface", subnets=(first,), name="kms"))
    assert made[-1].stage is Stage.DONE
    assert "available" in made[-1].text
    endpoint = made[0].endpoint
    assert endpoint.startswith("vpce-")
    assert shown(network, endpoint)["Tags"] == [{"Key": "Name", "Value": "kms"}]
    moved = carried(changes, ModifyEndpoint(endpoint, add_subnets=(second,), remove_subnets=(first,)))
    assert moved[-1].stage is Stage.DONE
    assert shown(network, endpoint)["SubnetIds"] == [second]
    assert carried(changes, DeleteEndpoint(endpoint))[-1].stage is Stage.DONE
    assert network.ec2.describe_vpc_endpoints()["VpcEndpoints"] == []


def test_what_is_not_there_is_refused(changes: AwsChanges, aws: EmbeddedAws) -> None:  # noqa: ARG001 - empties it
    """An endpoint that does not exist: also where AWS says so in Unsuccessful."""
    gone = "vpce-0123456789abcdef0"
    for order in (SetPolicy(gone, ONE_BUCKET, ""), ModifyEndpoint(gone, private_dns=True), DeleteEndpoint(gone)):
        assert carried(changes, order)[-1].stage is Stage.REFUSED


def test_a_missing_permission_is_named(changes: AwsChanges, gateway: str, aws: EmbeddedAws) -> None:
    """UnauthorizedOperation tells which permission to grant, and that nothing was changed."""
    denied = {"kind": "error", "code": "UnauthorizedOperation", "status": 403, "times": None}
    aws.inject([{**denied, "action": "ModifyVpcEndpoint"}])
    told = carried(changes, ModifyEndpoint(gateway, add_route_tables=("rtb-0123456789abcdef0",)))
    assert told[-1].stage is Stage.REFUSED
    assert "grant ec2:ModifyVpcEndpoint" in told[-1].text
    assert "nothing was changed" in told[-1].text


def test_throttling_is_waited_for(changes: AwsChanges, network: Network, gateway: str, aws: EmbeddedAws) -> None:
    """AWS's wish to wait is told and followed; where it lasts too long it ends, and nothing was changed."""
    was = shown(network, gateway)["PolicyDocument"]
    aws.inject([{"kind": "throttle", "action": "ModifyVpcEndpoint", "times": 2}])
    told = carried(changes, SetPolicy(gateway, ONE_BUCKET, was))
    assert [each.stage for each in told] == [Stage.WAITING, Stage.WAITING, Stage.SENT, Stage.DONE]
    assert "AWS asks to wait" in told[0].text
    aws.inject([{"kind": "throttle", "action": "ModifyVpcEndpoint", "times": None}])
    told = carried(changes, SetPolicy(gateway, OTHER_BUCKET, ONE_BUCKET))
    assert told[-1].stage is Stage.REFUSED
    assert shown(network, gateway)["PolicyDocument"] == ONE_BUCKET


@pytest.mark.parametrize("kind", ["cut", "truncate", "corrupt", "html", "empty"])
def test_a_lost_answer_is_found_out(
    changes: AwsChanges, network: Network, gateway: str, aws: EmbeddedAws, kind: str
) -> None:
    """AWS took it and its answer was lost, or it did not: what it shows then decides, and nothing is sent twice."""
    was = shown(network, gateway)["PolicyDocument"]
    aws.forget_calls()
    aws.inject([{"kind": kind, "action": "ModifyVpcEndpoint", "times": 1}])
    told = carried(changes, SetPolicy(gateway, ONE_BUCKET, was))
    taken = shown(network, gateway)["PolicyDocument"] == ONE_BUCKET
    assert told[-1].stage is (Stage.DONE if taken else Stage.UNSURE)
    assert taken == (kind in {"cut", "truncate", "corrupt"})
    assert calls_of(aws, "ModifyVpcEndpoint") == 1


@pytest.mark.parametrize("kind", ["cut", "truncate", "html", "reset"])
def test_a_lost_answer_to_a_creation_makes_no_second_endpoint(
    changes: AwsChanges, network: Network, aws: EmbeddedAws, kind: str
) -> None:
    """It is asked for again with the same ClientToken."""
    aws.inject([{"kind": kind, "action": "CreateVpcEndpoint", "times": 1}])
    told = carried(changes, CreateEndpoint(network.vpc, S3, "Gateway"))
    assert told[-1].stage is Stage.DONE
    (found,) = network.ec2.describe_vpc_endpoints()["VpcEndpoints"]
    assert found["VpcEndpointId"] == told[-1].endpoint
    tokens = {call["parameters"]["ClientToken"] for call in aws.calls() if call["action"] == "CreateVpcEndpoint"}
    assert len(tokens) == 1


def test_giving_up_ends_it_soon(changes: AwsChanges, network: Network, gateway: str, aws: EmbeddedAws) -> None:
    """While AWS is slow to answer, whoever gives up is told that it may have been done; before, that it was not."""
    was = shown(network, gateway)["PolicyDocument"]
    aws.forget_calls()
    aws.inject([{"kind": "delay", "action": "ModifyVpcEndpoint", "seconds": 2.0}])
    stop = Event()
    told = changes.carry_out(SetPolicy(gateway, ONE_BUCKET, was), stop)

    def give_up() -> None:
        while not calls_of(aws, "ModifyVpcEndpoint"):
            stop.wait(0.02)
        stop.set()

    Thread(target=give_up, daemon=True).start()
    assert [each.stage for each in told] == [Stage.UNSURE]
    (last,) = carried(changes, SetPolicy(gateway, OTHER_BUCKET, was), stop)
    assert last.stage is Stage.STOPPED


@pytest.fixture(name="two_kinds")
def two_kinds_fixture(network: Network) -> str:
    """A subnet of the VPC with IPv4 and IPv6 addresses."""
    block = network.ec2.associate_vpc_cidr_block(VpcId=network.vpc, AmazonProvidedIpv6CidrBlock=True)
    cidr = block["Ipv6CidrBlockAssociation"]["Ipv6CidrBlock"].replace("/56", "/64")
    made = network.ec2.create_subnet(VpcId=network.vpc, CidrBlock="10.0.9.0/24", Ipv6CidrBlock=cidr)
    return str(made["Subnet"]["SubnetId"])


def test_addresses_and_dns_records_are_ordered_and_read_back(
    changes: AwsChanges, network: Network, two_kinds: str
) -> None:
    """A new endpoint with both kinds of addresses; then its records alone are changed, and the rest stays."""
    order = CreateEndpoint(network.vpc, KMS, "Interface", (two_kinds,), ip_type="dualstack", dns_record="dualstack")
    end = carried(changes, order)[-1]
    assert end.stage is Stage.DONE, end
    found = shown(network, end.endpoint)
    assert (found["IpAddressType"], found["DnsOptions"]["DnsRecordIpType"]) == ("dualstack", "dualstack")
    assert carried(changes, ModifyEndpoint(end.endpoint, dns_record="ipv4"))[-1].stage is Stage.DONE
    found = shown(network, end.endpoint)
    assert (found["IpAddressType"], found["DnsOptions"]["DnsRecordIpType"]) == ("dualstack", "ipv4")
    assert carried(changes, ModifyEndpoint(end.endpoint, ip_type="ipv4"))[-1].stage is Stage.DONE
    assert shown(network, end.endpoint)["IpAddressType"] == "ipv4"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"ip_type": "dualstack"}, "does not support the IP address type dualstack"),  # the subnet has no IPv6
        ({"dns_record": "dualstack"}, "not compatible with the IP address type ipv4"),
        ({"resolvers_only": True}, "is not supported for service"),
        ({"region": "us-east-1"}, "does not exist"),  # the name is of this Region
    ],
)
def test_addresses_that_aws_does_not_take_change_nothing(
    changes: AwsChanges, network: Network, more: dict[str, Any], said: str
) -> None:
    """Its refusal is told."""
    end = carried(changes, CreateEndpoint(network.vpc, KMS, "Interface", network.subnets[:1], **more))[-1]
    assert end.stage is Stage.REFUSED
    assert said in end.text


def test_private_dns_of_s3_for_resolvers_needs_a_gateway_endpoint(changes: AwsChanges, network: Network) -> None:
    """Without one it is refused, with one it is made and read back."""
    network.ec2.modify_vpc_attribute(VpcId=network.vpc, EnableDnsHostnames={"Value": True})
    order = CreateEndpoint(network.vpc, S3, "Interface", network.subnets[:1], private_dns=True, resolvers_only=True)
    end = carried(changes, order)[-1]
    assert end.stage is Stage.REFUSED
    assert "must have a Gateway endpoint" in end.text
    network.ec2.create_vpc_endpoint(VpcId=network.vpc, ServiceName=S3, VpcEndpointType="Gateway")
    end = carried(changes, order)[-1]
    assert end.stage is Stage.DONE, end
    assert shown(network, end.endpoint)["DnsOptions"]["PrivateDnsOnlyForInboundResolverEndpoint"] is True
    assert carried(changes, ModifyEndpoint(end.endpoint, resolvers_only=False))[-1].stage is Stage.DONE
    assert shown(network, end.endpoint)["DnsOptions"]["PrivateDnsOnlyForInboundResolverEndpoint"] is False


def test_a_service_of_another_region_is_reached(changes: AwsChanges, network: Network) -> None:
    """The Region is told beside the whole name."""
    order = CreateEndpoint(
        network.vpc, "com.amazonaws.us-east-1.s3", "Interface", network.subnets[:1], region="us-east-1"
    )
    end = carried(changes, order)[-1]
    assert end.stage is Stage.DONE, end
    assert shown(network, end.endpoint)["ServiceRegion"] == "us-east-1"


def test_what_is_not_shown_as_ordered_is_unsure() -> None:
    """An endpoint that is available with other addresses than those ordered is not called done."""
    order = CreateEndpoint("vpc-1", KMS, "Interface", ip_type="dualstack", dns_record="ipv4", resolvers_only=False)
    assert _unlike(order, Endpoint("vpce-1", address_type="ipv4", dns_record="ipv6")) == (
        "IP addresses dualstack",
        "DNS records ipv4",
        "private DNS for all",
    )
    assert not _unlike(order, Endpoint("vpce-1", address_type="dualstack", dns_record="ipv4", resolvers_only=False))
