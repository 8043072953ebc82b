"""A line of changes of an endpoint, read: what is added, what is taken away, and what is no change."""

from __future__ import annotations

import pytest

from tui.network.modification import ModificationError, read_modification
from tui.network.order import ModifyEndpoint
from tui.network.rules import Endpoint

KMS = Endpoint("vpce-0a1b", "Interface", "com.amazonaws.eu-west-1.kms", subnets=("subnet-1",), groups=("sg-1",))


def test_a_line_is_an_order() -> None:
    """Ids go where their beginning says; what is written twice counts once."""
    assert read_modification("+subnet-2 -subnet-1  +sg-2 +sg-2 dns=on", KMS) == ModifyEndpoint(
        "vpce-0a1b", ("subnet-2",), ("subnet-1",), add_groups=("sg-2",), private_dns=True
    )
    assert read_modification("+rtb-7", KMS) == ModifyEndpoint("vpce-0a1b", add_route_tables=("rtb-7",))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "Write"),
        ("subnet-2", "'subnet-2' is no change"),
        ("+vpc-1", "'.vpc-1' is no change"),
        ("+subnet-", "no change"),
        ("+subnet-1", "It has subnet-1 already"),
        ("-sg-9", "It does not have sg-9"),
        ("dns=off", "Private DNS is off already"),
        ("dns=maybe", "no change"),
    ],
)
def test_what_is_no_change_is_told(line: str, said: str) -> None:
    """One sentence says what is wrong with the line."""
    with pytest.raises(ModificationError, match=said):
        read_modification(line, KMS)
