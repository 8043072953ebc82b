from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.aws.faults import FAULTS, survive
from tests.aws.small_network import GROUP, Network, access_fixture, network_fixture  # noqa: F401 - fixtures are found by name
from tui.aws.session import Access
from tui.demo.embedded import EmbeddedAws
from tui.flows.source import Cause


@pytest.mark.parametrize("name", FAULTS)
def test_no_record_is_lost_or_repeated(
    aws: EmbeddedAws,
    access: Access,
    network: Network,
    client: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    """Two thousand records, late and in no order, through every fault: each comes once, and each gap told heals."""
    monkeypatch.setattr("tui.aws.pages._FIRST_WAIT", 0.01)
    monkeypatch.setattr("tui.aws.session.READ_TIMEOUT", 0.3)
    network.log(network.vpc, "VPC", MaxAggregationInterval=60)
    outcome = survive(aws, access, client("logs"), GROUP, FAULTS[name])
    assert (outcome.lost, outcome.repeated) == (0, 0)
    assert outcome.late
    assert bool(outcome.refusals) <= bool(outcome.gaps)
    assert outcome.open_gaps == []
    assert {gap.cause for gap in outcome.gaps} <= {Cause.FAILED, Cause.THROTTLED}
