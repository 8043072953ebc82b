"""The aws command of an order: read back by a shell it has the order's values, whatever stands in them."""

from __future__ import annotations

import json
import shlex

import pytest

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

ENDPOINT = "vpce-0a1b2c3d4e5f60001"
POLICY = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"arn:aws:s3:::o\'neil/*"}]}'


def words(order: Order, kind: str = "") -> list[str]:
    """The command as a shell splits it, without what all have."""
    command = command_of(order, "eu-west-1", kind, POLICY)
    found = shlex.split(command.replace("\\\n", ""))
    assert found[:2] == ["aws", "ec2"]
    assert found[3:5] == ["--region", "eu-west-1"]
    return [found[2], *found[5:]]


@pytest.mark.parametrize(
    ("order", "kind", "wanted"),
    [
        (SetPolicy(ENDPOINT, POLICY, ""), "", f"modify-vpc-endpoint --vpc-endpoint-id {ENDPOINT} --policy-document POLICY"),
        (ResetToDefault(ENDPOINT, ""), "Gateway", f"modify-vpc-endpoint --vpc-endpoint-id {ENDPOINT} --reset-policy"),
        (ResetToDefault(ENDPOINT, ""), "Interface", f"modify-vpc-endpoint --vpc-endpoint-id {ENDPOINT} --policy-document POLICY"),
        (DeleteEndpoint(ENDPOINT), "", f"delete-vpc-endpoints --vpc-endpoint-ids {ENDPOINT}"),
        (
            AnswerConnection("vpce-svc-01", ENDPOINT, accept=True),
            "",
            f"accept-vpc-endpoint-connections --service-id vpce-svc-01 --vpc-endpoint-ids {ENDPOINT}",
        ),
        (
            AnswerConnection("vpce-svc-01", ENDPOINT, accept=False),
            "",
            f"reject-vpc-endpoint-connections --service-id vpce-svc-01 --vpc-endpoint-ids {ENDPOINT}",
        ),
        (
            ModifyEndpoint(ENDPOINT, add_subnets=("subnet-1", "subnet-2"), remove_groups=("sg-1",), private_dns=False),
            "",
            (f"modify-vpc-endpoint --vpc-endpoint-id {ENDPOINT} --add-subnet-ids subnet-1 subnet-2 "
            "--remove-security-group-ids sg-1 --no-private-dns-enabled"),
        ),
        (
            CreateEndpoint("vpc-1", "com.amazonaws.eu-west-1.kms", "Interface", ("subnet-1",), (), ("sg-1",), private_dns=True),
            "",
            ("create-vpc-endpoint --vpc-id vpc-1 --service-name com.amazonaws.eu-west-1.kms --vpc-endpoint-type Interface "
            "--subnet-ids subnet-1 --security-group-ids sg-1 --private-dns-enabled"),
        ),
    ],
)  # fmt: skip
def test_each_order_has_its_command(order: Order, kind: str, wanted: str) -> None:
    """Every value of the order is an option of the command that does the same."""
    assert words(order, kind) == [POLICY if word == "POLICY" else word for word in wanted.split()]


def test_a_name_with_quotes_stays_a_name() -> None:
    """A Name tag is one word of the shell, and one value of the CLI's shorthand."""
    order = CreateEndpoint("vpc-1", "com.amazonaws.eu-west-1.s3", "Gateway", name="""it's "the" one; rm -rf""")
    assert words(order)[-1] == ('ResourceType=vpc-endpoint,Tags=[{Key=Name,Value="it\'s \\"the\\" one; rm -rf"}]')


def test_what_cannot_be_seen_is_written_out() -> None:
    """Characters that a terminal would obey stand in the command as JSON writes them, and mean the same."""
    text = json.dumps({"Id": "a\u202eb\U000e0001c"}, ensure_ascii=False)
    sent = words(SetPolicy(ENDPOINT, text, ""))[-1]
    assert sent.isascii()
    assert json.loads(sent) == json.loads(text)
