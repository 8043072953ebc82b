"""A line that makes an endpoint, read."""

from __future__ import annotations

import pytest

from tui.network.creation import CreationError, read_creation
from tui.network.inventory import Inventory
from tui.network.order import CreateEndpoint
from tui.network.place import Vpc
from tui.network.service import Service

REGION = "eu-west-1"
KNOWN = Inventory(
    region=REGION,
    vpcs=(Vpc("vpc-1"),),
    services=(Service("com.amazonaws.eu-west-1.kms"), Service("aws.api.eu-west-1.x")),
)


def test_a_line_is_an_order() -> None:
    """Short names of services become whole, the type follows from the ids, the VPC from there being one."""
    assert read_creation("s3 rtb-1 rtb-2", KNOWN) == CreateEndpoint(
        "vpc-1", "com.amazonaws.eu-west-1.s3", "Gateway", route_tables=("rtb-1", "rtb-2")
    )
    assert read_creation("KMS interface subnet-1 sg-1 dns=on name=kms-a", KNOWN) == CreateEndpoint(
        "vpc-1",
        "com.amazonaws.eu-west-1.kms",
        "Interface",
        ("subnet-1",),
        (),
        ("sg-1",),
        private_dns=True,
        name="kms-a",
    )
    whole = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b"
    assert read_creation(f"{whole} vpc-9 subnet-1", KNOWN) == CreateEndpoint("vpc-9", whole, "Interface", ("subnet-1",))
    assert read_creation("x subnet-1", KNOWN).service == "aws.api.eu-west-1.x"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "Write a service"),
        ("s3 kms", "That are 2 services"),
        ("s3 gateway sg-1", "neither subnets, security groups"),
        ("kms interface rtb-1", "no route tables"),
        ("kms vpc-1 vpc-2", "Write the VPC too"),
    ],
)
def test_what_makes_no_endpoint_is_told(line: str, said: str) -> None:
    """One sentence says what is wrong with the line."""
    with pytest.raises(CreationError, match=said):
        read_creation(line, KNOWN)
