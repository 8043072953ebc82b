"""The aws command of an order: each parameter as Amazon's own model of the operation has it, and as is sent."""

from __future__ import annotations

import json
import shlex
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from tui.aws import change_endpoint
from tui.network.order import (
    AnswerConnection,
    CreateEndpoint,
    DeleteEndpoint,
    ModifyEndpoint,
    Order,
    ResetToDefault,
    SetPolicy,
)
from tui.network.order_command import command_of
from tui.policies.same import DEFAULT_POLICY, same_meaning

ENDPOINT, VPC = "vpce-0a1b2c3d4e5f60001", "vpc-0a1b2c3d4e5f67890"
SUBNETS = ("subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002")
GROUPS = ("sg-0a1b2c3d4e5f60001",)
TABLES = ("rtb-0a1b2c3d4e5f60001", "rtb-0a1b2c3d4e5f60002")
POLICY = '{"Statement": [{"Effect": "Allow",\n "Principal": "*", "Action": "s3:Get*", "Resource": "*"}]}'
KMS, S3 = "com.amazonaws.eu-west-1.kms", "com.amazonaws.eu-west-1.s3"

_MODEL = botocore.session.get_session().get_service_model("ec2")
_OPERATIONS = {xform_name(name, "-"): name for name in _MODEL.operation_names}


def told(command: str) -> tuple[str, dict[str, Any]]:
    """The operation a command calls and its parameters, as the AWS CLI reads them from Amazon's model.

    https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters-types.html
    """
    program, service, verb, *words = shlex.split(command)
    assert (program, service) == ("aws", "ec2")
    shape = _MODEL.operation_model(_OPERATIONS[verb]).input_shape
    names = {xform_name(name, "-"): name for name in shape.members}
    asked: dict[str, Any] = {}
    while words:
        word = words.pop(0)
        assert word.startswith("--"), word
        is_off = word.startswith("--no-")
        name = names.get(word.removeprefix("--no-" if is_off else "--"), word)
        if name in {"--region", "--profile"}:
            asked[name] = words.pop(0)
            continue
        kind = shape.members[name].type_name
        values = []
        while kind != "boolean" and words and not words[0].startswith("--"):
            values.append(words.pop(0))
        if kind == "boolean":
            asked[name] = not is_off
        elif kind == "structure" or (kind == "list" and shape.members[name].member.type_name == "structure"):
            asked[name] = json.loads(values[0])
        else:
            asked[name] = values if kind == "list" else values[0]
    own = {name: value for name, value in asked.items() if not name.startswith("--")}
    report = ParamValidator().validate(own, shape)
    assert not report.has_errors(), report.generate_report()
    return _OPERATIONS[verb], asked


CASES: list[tuple[Order, str, dict[str, Any]]] = [
    (SetPolicy(ENDPOINT, POLICY, ""), "ModifyVpcEndpoint", {"VpcEndpointId": ENDPOINT, "PolicyDocument": POLICY}),
    (DeleteEndpoint(ENDPOINT), "DeleteVpcEndpoints", {"VpcEndpointIds": [ENDPOINT]}),
    (
        AnswerConnection("vpce-svc-0a1b2c3d4e5f60001", ENDPOINT, accept=True),
        "AcceptVpcEndpointConnections",
        {"ServiceId": "vpce-svc-0a1b2c3d4e5f60001", "VpcEndpointIds": [ENDPOINT]},
    ),
    (
        AnswerConnection("vpce-svc-0a1b2c3d4e5f60001", ENDPOINT, accept=False),
        "RejectVpcEndpointConnections",
        {"ServiceId": "vpce-svc-0a1b2c3d4e5f60001", "VpcEndpointIds": [ENDPOINT]},
    ),
    (
        ModifyEndpoint(ENDPOINT, SUBNETS[:1], SUBNETS[1:], TABLES[:1], TABLES[1:], GROUPS, ("sg-1",), private_dns=True),
        "ModifyVpcEndpoint",
        {
            "VpcEndpointId": ENDPOINT,
            "AddSubnetIds": [SUBNETS[0]],
            "RemoveSubnetIds": [SUBNETS[1]],
            "AddRouteTableIds": [TABLES[0]],
            "RemoveRouteTableIds": [TABLES[1]],
            "AddSecurityGroupIds": list(GROUPS),
            "RemoveSecurityGroupIds": ["sg-1"],
            "PrivateDnsEnabled": True,
        },
    ),
    (
        ModifyEndpoint(ENDPOINT, private_dns=False),
        "ModifyVpcEndpoint",
        {"VpcEndpointId": ENDPOINT, "PrivateDnsEnabled": False},
    ),
    (
        ModifyEndpoint(ENDPOINT, ip_type="dualstack", dns_record="service-defined", resolvers_only=False),
        "ModifyVpcEndpoint",
        {
            "VpcEndpointId": ENDPOINT,
            "IpAddressType": "dualstack",
            "DnsOptions": {"DnsRecordIpType": "service-defined", "PrivateDnsOnlyForInboundResolverEndpoint": False},
        },
    ),
]


@pytest.mark.parametrize(("order", "operation", "parameters"), CASES)
def test_a_command_says_what_an_order_says(order: Order, operation: str, parameters: dict[str, Any]) -> None:
    """Its operation and its parameters are those of Amazon's model, and nothing else is in it."""
    assert told(command_of(order)) == (operation, parameters)


CREATED = (
    CreateEndpoint(
        VPC, KMS, "Interface", SUBNETS, (), GROUPS, private_dns=True, policy=POLICY, name="kms for payments"
    ),
    CreateEndpoint(VPC, KMS, "Interface", SUBNETS[:1]),
    CreateEndpoint(VPC, "com.amazonaws.us-east-1.s3", "Interface", SUBNETS[:1], ip_type="ipv4", region="us-east-1"),
    CreateEndpoint(VPC, S3, "Interface", SUBNETS[:1], private_dns=True, dns_record="ipv4", resolvers_only=True),
    CreateEndpoint(VPC, S3, "Gateway", (), TABLES, name="s3, [eu] 'it''s'; rm -rf $HOME"),
    CreateEndpoint(VPC, "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60001", "GatewayLoadBalancer", SUBNETS[:1]),
)


@pytest.mark.parametrize("order", CREATED)
def test_a_new_endpoint_is_asked_for_as_it_is_sent(order: CreateEndpoint) -> None:
    """The command has every parameter that the program itself would send, and no more."""
    assert told(command_of(order)) == ("CreateVpcEndpoint", change_endpoint._asked(order))


@given(
    st.text(min_size=1, max_size=40).filter(lambda text: "\x00" not in text), st.text("'\"$`\\ \n{}[],=", max_size=20)
)
def test_no_text_of_an_order_gets_out_of_its_quotes(name: str, policy: str) -> None:
    """Whatever is written as a name or a policy is read back by a shell as that, and as one word."""
    order = CreateEndpoint(VPC, S3, "Gateway", policy=f"x{policy}", name=name)
    _, asked = told(command_of(order))
    assert asked["PolicyDocument"] == f"x{policy}"
    assert asked["TagSpecifications"][0]["Tags"][0]["Value"] == name


def test_a_reset_is_written_out_where_it_is_not_documented() -> None:
    """--reset-policy for a gateway endpoint; for any other the default policy itself.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
    """
    order = ResetToDefault(ENDPOINT, POLICY)
    assert told(command_of(order, kind="Gateway"))[1] == {"VpcEndpointId": ENDPOINT, "ResetPolicy": True}
    for kind in ("Interface", ""):
        assert same_meaning(told(command_of(order, kind=kind))[1]["PolicyDocument"], DEFAULT_POLICY)


def test_region_and_profile_are_told() -> None:
    """The command works in another shell, with another Region as its own."""
    _, asked = told(command_of(DeleteEndpoint(ENDPOINT), "eu-west-1", "it's prod"))
    assert (asked["--region"], asked["--profile"]) == ("eu-west-1", "it's prod")
