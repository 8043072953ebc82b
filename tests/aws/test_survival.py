from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.aws.faults import FAULTS
from tests.aws.small_network import GROUP, Network, access_fixture, network_fixture  # noqa: F401 - fixtures are found by name
from tests.aws.survival import survive
from tests.bench.faults import README, faults_of
from tui.aws.session import Access
from tui.cache.state import State
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
    """Two thousand records, late and in no order, through every fault: each comes once, each gap told heals, and it is said."""
    monkeypatch.setattr("tui.aws.pages._FIRST_WAIT", 0.01)
    monkeypatch.setattr("tui.aws.session.READ_TIMEOUT", 0.3)
    network.log(network.vpc, "VPC", MaxAggregationInterval=60)
    fault = FAULTS[name]
    outcome = survive(aws, access, client("logs"), GROUP, fault)
    assert (outcome.lost, outcome.repeated) == (0, 0)
    assert outcome.received.late
    assert bool(outcome.refusals) <= bool(outcome.gaps)
    assert outcome.open_gaps == []
    assert {gap.cause for gap in outcome.gaps} <= {Cause.FAILED, Cause.THROTTLED}
    assert fault.says in outcome.said
    assert fault.raises <= outcome.raised
    assert (State.STALLED in outcome.states) is bool(outcome.refusals)
    assert outcome.states[-1] is State.LIVE


def test_the_readme_tells_of_every_fault() -> None:
    """Its table is made by the benchmark that runs the same faults; one that is added here has to be run for it too."""
    assert faults_of(README.read_text(encoding="utf-8")) == list(FAULTS)
