"""Endpoint services and connections as EC2 tells of them: read once a day, without one bad name losing the others."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest

from tests.aws.small_network import access_fixture, clients_fixture  # noqa: F401 - fixtures are found by name
from tui.aws.inventory_read import Reader
from tui.aws.inventory_rules import endpoint
from tui.aws.inventory_service import connection, owned_service, services
from tui.aws.refusal import RefusedError
from tui.aws.service_memory import EVERY
from tui.aws.session import Clients
from tui.demo.embedded import EmbeddedAws
from tui.network.rules import Endpoint
from tui.network.service import Connection, OwnedService, Service

S3 = "com.amazonaws.eu-west-1.s3"
KMS = "com.amazonaws.eu-west-1.kms"


@pytest.fixture(name="reader")
def reader_fixture(clients: Clients, aws: EmbeddedAws) -> Reader:  # noqa: ARG001 - without faults
    """A reader of the embedded AWS."""
    clients.stop = Event()
    return Reader(clients, clients.stop)


def asked(aws: EmbeddedAws) -> int:
    """How often services were asked for."""
    return sum(call["action"] == "DescribeVpcEndpointServices" for call in aws.calls())


def test_a_service_told_twice_is_one() -> None:
    """S3 comes as a gateway and as an interface service; what is not told is None, and not False."""
    gateway = {"ServiceName": S3, "ServiceType": [{"ServiceType": "Gateway"}], "VpcEndpointPolicySupported": True}
    interface = {"ServiceName": S3, "ServiceType": [{"ServiceType": "Interface"}], "PrivateDnsName": "s3.x"}
    assert services([gateway, interface, {}, {"ServiceName": KMS}]) == (
        Service(KMS),
        Service(S3, ("Gateway", "Interface"), takes_policy=True, private_names=("s3.x",)),
    )


@pytest.mark.parametrize(
    "item", [{}, {"ServiceType": [None, {}], "Tags": None, "AvailabilityZones": [None, "\x1b[2J"]}]
)
def test_strange_items_are_borne(item: dict[str, Any]) -> None:
    """Missing and empty fields are empty text; control characters are gone."""
    assert services([item]) == ()
    assert owned_service(item).id == ""
    assert connection(item) == Connection("", "")
    assert "\x1b" not in "".join(owned_service(item).zones)


def test_states_are_told_in_one_form() -> None:
    """The wire says Available of a service, and pendingAcceptance of a connection."""
    assert owned_service({"ServiceState": "Available"}).state == "available"
    assert connection({"VpcEndpointState": "PendingAcceptance"}).state == "pendingAcceptance"


def test_an_endpoint_tells_its_trouble_region_and_resource() -> None:
    """The error's code and message both, the Region where it is another, the ARN of what newer types lead to."""
    arn = "arn:aws:vpc-lattice:eu-west-1:123456789012:resourceconfiguration/rcfg-0123456789abcdef0"
    item = {
        "VpcEndpointId": "vpce-1",
        "ServiceRegion": "us-east-1",
        "LastError": {"Code": "InsufficientFreeAddresses", "Message": "Subnet is full"},
        "ResourceConfigurationArn": arn,
    }
    found = endpoint(item, [], "eu-west-1")
    assert (found.trouble, found.region, found.resource) == (
        "InsufficientFreeAddresses: Subnet is full",
        "us-east-1",
        arn,
    )
    assert endpoint(item, [], "us-east-1").region == ""
    assert endpoint({**item, "FailureReason": "Quota"}, []).trouble.startswith("Quota; Insufficient")


def test_services_in_use_are_asked_for_once_a_day(reader: Reader, aws: EmbeddedAws) -> None:
    """Only those, in one call; a new one alone; an unknown name loses no other."""
    endpoints = [Endpoint("vpce-1", service=S3), Endpoint("vpce-2", service="com.example.nothing")]
    (found,) = reader.services(endpoints, (), 0.0)
    assert (found.name, found.takes_policy, set(found.kinds)) == (S3, True, {"Gateway", "Interface"})
    assert asked(aws) == 1
    assert reader.services(endpoints, (), EVERY - 1) == (found,)
    assert asked(aws) == 1
    owned = OwnedService("vpce-svc-1", "com.amazonaws.vpce.eu-west-1.vpce-svc-1")
    assert {each.name for each in reader.services([*endpoints, Endpoint("vpce-3", service=KMS)], [owned], 9.0)} == {
        S3,
        KMS,
    }
    assert asked(aws) == 2
    reader.services(endpoints, (), 2 * EVERY)
    assert asked(aws) == 3


def test_a_denial_is_for_the_caller_to_note(reader: Reader, aws: EmbeddedAws) -> None:
    """It is raised by each part by itself, and what is missing for it can be told."""
    aws.inject(
        [{"kind": "error", "code": "UnauthorizedOperation", "status": 403, "action": "DescribeVpcEndpointServ*"}]
    )
    with pytest.raises(RefusedError) as caught:
        reader.services([Endpoint("vpce-1", service=S3)], (), 0.0)
    reader.lacks(reader.operation, caught.value)
    assert reader.missing["DescribeVpcEndpointServices"].endswith(
        "whether a service takes endpoint policies is not known"
    )


def test_addresses_and_dns_options_are_read() -> None:
    """Of a service the kinds of addresses, of an endpoint its type and its DNS options; None where they are not told."""
    (found,) = services([{"ServiceName": KMS, "SupportedIpAddressTypes": ["ipv4", "ipv6"]}])
    assert found.address_types == ("ipv4", "ipv6")
    options = {"DnsRecordIpType": "dualstack", "PrivateDnsOnlyForInboundResolverEndpoint": False}
    told = endpoint({"VpcEndpointId": "vpce-1", "IpAddressType": "dualstack", "DnsOptions": options}, [])
    assert (told.address_type, told.dns_record, told.resolvers_only) == ("dualstack", "dualstack", False)
    assert endpoint({"VpcEndpointId": "vpce-1"}, []).resolvers_only is None
