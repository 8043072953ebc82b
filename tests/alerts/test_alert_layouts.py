"""Whatever a log format tells or leaves out, the default rules take it."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.alerts.made import KNOWN, T0
from tui.alerts.engine import Watch
from tui.alerts.observation import Known, Observation
from tui.alerts.reading import read_rules
from tui.flows.field import FIELDS, Kind
from tui.flows.filter.value import Now
from tui.flows.logformat import layout_of
from tui.flows.parse import LineParser
from tui.flows.source import Records

RULES = [
    each.rule for each in read_rules([{"name": "texts", "filter": "payments or external", "by": ["eni"]}], {}, Now(0.0))
]
TOKENS = {
    Kind.TEXT: ("eni-0a1b2c3d", "S3", "unknown", "egress", "\x1b]0;x\x07", "ünï"),
    Kind.ADDRESS: ("10.0.1.7", "198.51.100.24", "2001:db8::1", "fd00::7", "010.0.0.1", "::ffff:10.0.0.1"),
    Kind.TAG: ("my%2Dapp", "%zz"),
    Kind.ACTION: ("ACCEPT", "REJECT"),
    Kind.STATUS: ("OK", "NODATA", "SKIPDATA"),
    Kind.BYTE: ("0", "6", "18", "255"),
    Kind.PORT: ("0", "22", "443", "65535"),
    Kind.COUNT: ("0", "1", str(2**63 - 1)),
    Kind.SECONDS: ("0", str(T0), str(T0 + 59), str(2**32 - 1)),
}


@settings(max_examples=60, deadline=None)
@given(
    fields=st.lists(st.sampled_from(FIELDS), min_size=1, max_size=20, unique=True),
    pick=st.randoms(use_true_random=False),
    known=st.sampled_from([KNOWN, Known()]),
)
def test_any_layout_is_taken(fields: list[object], pick: Random, known: Known) -> None:
    """Any fields in any order with any values, absent ones too; twice, since the second batch meets what the first left."""
    chosen = [field for field in FIELDS if field in fields]
    pick.shuffle(chosen)
    layout = layout_of([field.name for field in chosen])
    watch = Watch(RULES)
    watch.observe(Observation(T0, known=known))
    parser = LineParser([layout])
    for at in (60, 120):
        lines = [" ".join(pick.choice((*TOKENS[field.kind], "-")) for field in chosen) for _ in range(40)]
        for found, frame, _ in parser.parse(lines).records:
            watch.observe(Observation(T0 + at, (Records(found, frame),)))
        for alert in watch.alerts():
            assert alert.sentence.isprintable()
            assert alert.id.isprintable()


@pytest.mark.parametrize("name", ["pkt-srcaddr", "pkt-dstaddr"])
def test_the_packets_own_address_stands_in(name: str) -> None:
    """A format that has but one of a side's addresses is as good as another."""
    names = ["srcaddr", "dstaddr", "srcport", "dstport", "protocol", "tcp-flags", "start", "end", "action"]
    plain = name.removeprefix("pkt-")
    layout = layout_of([name if each == plain else each for each in names])
    lines = [f"192.0.2.201 10.0.1.7 50000 {port} 6 2 {T0 + port} {T0 + port} REJECT" for port in range(1, 31)]
    ((_, frame, _),) = LineParser([layout]).parse(lines).records
    watch = Watch(RULES)
    watch.observe(Observation(T0 + 60, (Records(layout, frame),), known=KNOWN))
    assert [each.id for each in watch.alerts()] == ["port-scan 192.0.2.201 → 10.0.1.7"]
