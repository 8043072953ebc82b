"""What of a filter is asked of CloudWatch, on the wire, and that the records it keeps all come."""

from __future__ import annotations

from typing import Any

import pytest

from tests.aws.delivery import START, Clock, Received, follow
from tests.aws.small_network import GROUP, Network, access_fixture, network_fixture  # noqa: F401 - fixtures are found by name
from tests.flows.slow_filter import keeps
from tui.aws.live_ask import ask_for
from tui.aws.session import Access, Clients
from tui.aws.tail import TailOptions, open_tail
from tui.aws.target import Target
from tui.demo.embedded import EmbeddedAws
from tui.flows.filter.parse import parse_filter
from tui.flows.filter.surroundings import Surroundings
from tui.flows.filter.value import Now
from tui.flows.logformat import DEFAULT_LAYOUT

CUSTOM = "${version} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${flow-direction}"
FIRST, SECOND = "eni-0123456789abcdef0", "eni-0fedcba9876543210"


def line(interface: str, port: int, action: str = "ACCEPT") -> str:
    """A default record."""
    return (
        f"2 123456789012 {interface} 10.0.1.7 10.0.2.{port % 250} 40000 {port} 6 9 900 {START} {START + 60} {action} OK"
    )


LINES = {
    FIRST: [line(FIRST, 443), line(FIRST, 443, "REJECT"), line(FIRST, 5432, "REJECT"), line(FIRST, 22)],
    SECOND: [line(SECOND, 443), line(SECOND, 443, "REJECT"), line(SECOND, 8080, "REJECT")],
}
SKIPPED = f"2 123456789012 {FIRST} - - - - - - - {START} {START + 60} - SKIPDATA"


@pytest.fixture(autouse=True)
def _delivered(aws: EmbeddedAws, network: Network) -> None:
    """A flow log of the default format, and what it brought of two interfaces."""
    network.log(network.vpc, "VPC", MaxAggregationInterval=60)
    for interface, lines in LINES.items():
        more = [SKIPPED] if interface == FIRST else []
        aws.put(GROUP, f"{interface}-all", [(START * 1000, START * 1000 + 300_000, each) for each in (*lines, *more)])


def read(aws: EmbeddedAws, access: Access, text: str, **options: Any) -> tuple[Received, list[dict[str, Any]]]:
    """All that comes for a filter, and the FilterLogEvents calls made for it."""
    aws.forget_calls()
    asked = parse_filter(text, Now(START + 600))
    more = {"api_rate": 0, "interval": 0.01, "clock": Clock(START + 600.0), "once": True, "filter": asked, "push": True}
    received = Received()
    for _ in follow(open_tail([GROUP], access, TailOptions(**{**more, **options})), received):
        pass
    return received, [call["parameters"] for call in aws.calls() if call["action"] == "FilterLogEvents"]


def kept(text: str) -> list[str]:
    """The lines that the slow evaluator keeps."""
    asked = parse_filter(text, Now(START + 600)).node
    numbers = ("srcport", "dstport", "protocol", "packets", "bytes", "start", "end")
    found = []
    for each in (each for lines in LINES.values() for each in lines):
        words: dict[str, object] = dict(zip(DEFAULT_LAYOUT.names, each.split(), strict=True))
        row = words | {name: int(str(words[name])) for name in numbers}
        found += [each] if keeps(asked, row, Surroundings(START + 600)) else []
    return found


@pytest.mark.parametrize(
    "text", ["dport=443 action=reject", "dport=443 or dport=22", "dst=10.0.2.0/24 not action=accept"]
)
def test_a_pattern_is_pushed(aws: EmbeddedAws, access: Access, text: str) -> None:
    """CloudWatch sends what the filter keeps, and SKIPDATA."""
    received, calls = read(aws, access, text)
    assert all(call["filterPattern"].startswith("[f1, f2,") for call in calls)
    assert sorted(received.lines) == sorted([*kept(text), SKIPPED])
    status = received.batches[-1].status
    assert status is not None
    assert status.pushed.startswith("CloudWatch filters: ")
    assert "not seen" in status.pushed


def test_what_cloudwatch_cannot_say_still_comes(aws: EmbeddedAws, access: Access) -> None:
    """Records that the pattern lets through are left to the caller."""
    received, calls = read(aws, access, "port=443 action=reject")
    assert "REJECT" in calls[0]["filterPattern"]
    assert set(kept("port=443 action=reject")) < set(received.lines)
    assert line(SECOND, 8080, "REJECT") in received.lines


def test_one_interface_is_a_prefix_and_several_are_streams(aws: EmbeddedAws, access: Access) -> None:
    """Only the streams of the interfaces that the filter fixes are read."""
    received, calls = read(aws, access, f"eni={SECOND} action=reject")
    assert {call["logStreamNamePrefix"] for call in calls} == {SECOND}
    assert sorted(received.lines) == sorted(kept(f"eni={SECOND} action=reject"))
    received, calls = read(aws, access, f"eni in {FIRST},{SECOND} dport=443")
    assert calls[0]["logStreamNames"] == [f"{FIRST}-all", f"{SECOND}-all"]
    assert sorted(received.lines) == sorted([*kept("dport=443"), SKIPPED])


@pytest.mark.parametrize("options", [{"push": False}, {"filter": None}])
def test_nothing_is_pushed_unless_told(aws: EmbeddedAws, access: Access, options: dict[str, Any]) -> None:
    """All records come then."""
    received, calls = read(aws, access, "action=reject", **options)
    assert not any("filterPattern" in call for call in calls)
    assert len(received.lines) == 8
    assert received.batches[-1].status is not None
    assert received.batches[-1].status.pushed == ""


def test_a_group_of_two_formats_is_read_whole(aws: EmbeddedAws, access: Access, network: Network) -> None:
    """A pattern would miss the lines of the other format in silence."""
    network.log(network.subnets[0], "Subnet", CUSTOM)
    other = f"5 {FIRST} 10.0.1.7 10.0.2.9 40000 443 egress"
    aws.put(GROUP, f"{FIRST}-all", [(START * 1000, START * 1000 + 300_000, other)])
    received, calls = read(aws, access, "dport=443")
    assert not any("filterPattern" in call for call in calls)
    assert other in received.lines
    assert received.batches[-1].status is not None
    assert received.batches[-1].status.pushed == f"{GROUP} has several log formats: all of it is read"


def test_a_format_that_nobody_tells_is_not_relied_on(aws: EmbeddedAws, access: Access, network: Network) -> None:
    """Lines of a group without a flow log are read whole, unless the reader gave the format."""
    network.logs.create_log_group(logGroupName="/old")
    aws.put("/old", f"{FIRST}-all", [(START * 1000, START * 1000 + 300_000, line(FIRST, 443))])
    for formats, pushes in (((), False), ((DEFAULT_LAYOUT.text,), True)):
        options = TailOptions(
            api_rate=0, clock=Clock(START + 600.0), once=True, log_formats=formats, push=True,
            filter=parse_filter("dport=443", Now(START)),
        )  # fmt: skip
        aws.forget_calls()
        received = Received()
        for _ in follow(open_tail(["/old"], access, options), received):
            pass
        assert received.lines == [line(FIRST, 443)]
        calls = [call["parameters"] for call in aws.calls() if call["action"] == "FilterLogEvents"]
        assert any("filterPattern" in call for call in calls) is pushes


def test_live_tail_is_asked_for_the_same(aws: EmbeddedAws, access: Access) -> None:
    """Its one pattern is for all its log groups: it is given where all agree."""
    clients = Clients(access)
    one = Target(GROUP, (DEFAULT_LAYOUT,), pattern="[f1, f2 = 1]")
    assert ask_for((one,), aws.account, clients).parameters["logEventFilterPattern"] == one.pattern
    both = (one, Target("/other", (DEFAULT_LAYOUT,)))
    assert "logEventFilterPattern" not in ask_for(both, aws.account, clients).parameters
