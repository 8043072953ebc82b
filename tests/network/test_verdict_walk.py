"""Small random networks: the verdict is what a packet walked through them step by step meets."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.network.random_network import networks, questions
from tests.network.slow_walk import Step, walk
from tui.network.inventory import Inventory
from tui.network.verdict.explain import explain
from tui.network.verdict.judge_end import judge
from tui.network.verdict.model import Confidence, Flow, Ruling, Verdict


def same(step: Step, verdict: Verdict) -> None:
    """The verdict is what the walk met."""
    if not step.stopped_by:
        assert verdict.ruling is Ruling.ALLOWED
        return
    by_acl = step.stopped_by.startswith("acl-")
    wanted = (Ruling.ACL_RETURN if step.reply else Ruling.ACL_ENTRY) if by_acl else Ruling.NO_RULE
    rule = step.stopped_by.replace("32768", "32767") if ":" not in step.flow.source else step.stopped_by
    assert (verdict.ruling, verdict.rule) == (wanted, rule)
    assert verdict.interface == step.interface.id
    assert verdict.direction == ("out" if step.egress else "in")


QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(networks(), questions())
def test_a_question_is_answered_as_the_packet_fares(inventory: Inventory, flow: Flow) -> None:
    """At each end and in each direction, by the same group or entry, and for certain."""
    for step in walk(inventory, flow):
        verdict = judge(step.flow, inventory, step.interface, step.egress, step.reply)
        same(step, verdict)
        assert verdict.confidence is Confidence.CERTAIN


@QUICK
@given(networks(), questions(), st.booleans())
def test_a_refused_record_is_explained_by_what_stopped_it(inventory: Inventory, flow: Flow, flagged: bool) -> None:
    """From the records that the walk leaves, with TCP flags or without, and with those of before as history."""
    history: list[Flow] = []
    for step in walk(inventory, flow):
        flags = (18 if step.reply else 2) if step.flow.protocol == 6 else 0
        record = replace(
            step.flow, interface=step.interface.id, egress=step.egress, start=500 + len(history), end=510, packets=2,
            action="REJECT" if step.stopped_by else "ACCEPT", flags=flags if flagged else None,
        )  # fmt: skip
        verdict = explain(record, inventory, (*history, record))
        same(step, verdict)
        if step.stopped_by and flagged and flow.protocol == 6:
            assert verdict.confidence is Confidence.CERTAIN
        history.append(record)
