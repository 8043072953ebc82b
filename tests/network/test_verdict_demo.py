"""The demo's traffic, which rules of its own judged, explained from what EC2 and CloudWatch Logs tell over the wire."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import ip_address
from threading import Event
from types import MappingProxyType
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws
from moto.ec2.models import ec2_backends

from tui.aws.inventory import AwsInventory
from tui.aws.session import Access
from tui.demo.child import SHOWN
from tui.demo.embedded import EmbeddedAws
from tui.demo.world.incident import ACTS, SWEPT, WELL_KNOWN, narrow_reply_ports
from tui.demo.world.judge import Judge, Packet
from tui.demo.world.plant import plant
from tui.demo.world.talk import SCANNED, TALKS
from tui.demo.world.topology import Topology
from tui.network.inventory import PARTS, Inventory
from tui.network.merge import merged
from tui.network.verdict.explain import explain
from tui.network.verdict.model import Confidence, Flow, Ruling

AT = 1_767_225_600
START = AT - int(SHOWN)
EDIT = START + ACTS[0].at  # the ACL entry of the data tier is narrowed
SERVED = {talk.port for talk in TALKS} | set(SCANNED) | set(WELL_KNOWN) | set(SWEPT) | set(range(1, 1025))
BY_RULE = {Ruling.NO_RULE, Ruling.ACL_ENTRY, Ruling.ACL_RETURN}


@dataclass(frozen=True)
class Seen:
    """A record as a flow, when it arrived, and what the demo's judge refused it by: the groups, or the ACL's entry."""

    flow: Flow
    arrived: float
    refused_by: frozenset[str]
    reply: bool | None


@dataclass(frozen=True)
class Demo:
    """What was read over the wire: the inventory after the edit and one from before it, and all records."""

    broken: Inventory
    healthy: Inventory
    seen: tuple[Seen, ...]

    def at(self, moment: int) -> Inventory:
        """What vpctop knows at a moment, having looked at the rules a while before the edit and a while after."""
        early = self.read(self.healthy, EDIT - 35)
        if moment < EDIT:
            return early
        return merged(early, self.read(self.broken, EDIT + 25))

    @staticmethod
    def read(inventory: Inventory, at: float) -> Inventory:
        """The inventory as read at a time."""
        return replace(inventory, at=at, read_at=MappingProxyType(dict.fromkeys(PARTS, at)))

    def history(self, moment: float) -> dict[tuple[Any, ...], list[Flow]]:
        """What has arrived by a moment, by conversation."""
        found: dict[tuple[Any, ...], list[Flow]] = defaultdict(list)
        for each in self.seen:
            if each.arrived <= moment:
                found[conversation(each.flow)].append(each.flow)
        return found


def conversation(flow: Flow) -> tuple[Any, ...]:
    """The same for both directions."""
    ends = sorted([(flow.source, str(flow.source_port)), (flow.target, str(flow.target_port))])
    return (*ends, flow.protocol)


def inventory_of(aws: EmbeddedAws) -> Inventory:
    """All that can be read of the demo's account."""
    key, secret = aws.access_keys
    access = Access(region=aws.region, endpoint_url=aws.url, access_key=key, secret_key=secret, isolated=True)
    stop = Event()
    for found in AwsInventory(access, (aws.scope,), aws.clock).inventories(stop):
        if found.has(*PARTS):
            stop.set()
            return found
    raise AssertionError


def client(aws: EmbeddedAws, service: str) -> Any:
    """A plain client."""
    key, secret = aws.access_keys
    make: Any = boto3.client
    return make(
        service, region_name=aws.region, endpoint_url=aws.url, aws_access_key_id=key, aws_secret_access_key=secret,
        config=Config(proxies={}, inject_host_prefix=False),
    )  # fmt: skip


def events(aws: EmbeddedAws, group: str) -> Iterator[tuple[float, str]]:
    """When each record of a group arrived, and its line."""
    logs = client(aws, "logs")
    more: dict[str, str] = {}
    while True:
        answer = logs.filter_log_events(logGroupName=group, **more)
        yield from ((each["ingestionTime"] / 1000, each["message"]) for each in answer["events"])
        if "nextToken" not in answer:
            return
        more = {"nextToken": answer["nextToken"]}


def flow_of(values: dict[str, str]) -> Flow:
    """A record as whoever asks for its verdict gives it: nothing that the line does not tell."""

    def number(field: str) -> int | None:
        return int(values[field]) if values.get(field, "-") != "-" else None

    source, target = values["srcaddr"], values["dstaddr"]
    packet_source, packet_target = values.get("pkt-srcaddr", source), values.get("pkt-dstaddr", target)
    direction = values.get("flow-direction", "-")
    return Flow(
        packet_source, packet_target, int(values["protocol"]), number("srcport"), number("dstport"),
        values["interface-id"], None if direction == "-" else direction == "egress", number("tcp-flags"),
        values["action"], "" if values.get("reject-reason", "-") == "-" else values["reject-reason"], number("start"),
        number("end"), number("packets"), source if source != packet_source else "",
        target if target != packet_target else "",
    )  # fmt: skip


class Judged:
    """The demo's own judge, in the state of each time, and which of the rules it reads decides."""

    def __init__(self, topology: Topology, backend: Any) -> None:
        self.topology, self.backend = topology, backend
        self.places = {each.id: each for each in topology.interfaces.values()}
        self.judge = Judge(backend)
        self.edited = False

    def __call__(self, flow: Flow) -> tuple[frozenset[str], bool | None]:
        """What it refuses the record by, and whether it takes it for a reply."""
        if not self.edited and flow.start is not None and flow.start >= EDIT:
            narrow_reply_ports(self.topology, self.backend)
            self.judge.refresh()
            self.edited = True
        place = self.places[flow.interface]
        own = (flow.seen_source or flow.source) in {place.address, place.address6}
        egress = flow.egress if flow.egress is not None else own
        source, target = flow.source_port or 0, flow.target_port or 0
        ambiguous = flow.protocol == 1 or (source in SERVED) == (target in SERVED)
        reply = None if ambiguous else source in SERVED
        way = "egress" if egress else "ingress"
        packet = Packet(place.id, way, flow.source, flow.target, target, flow.protocol, bool(reply))
        told = self.judge.judge(packet)
        if told.accepted:
            return frozenset(), reply
        if told.refused_by == "security group":
            return frozenset(group.id for group in self.backend.enis[place.id].group_set), reply
        return frozenset({f"{place.subnet.acl_id} {self._entry(place.subnet.acl_id, packet, egress=egress)}"}), reply

    def _entry(self, acl: str, packet: Packet, *, egress: bool) -> int:
        """The number of the entry that decides: the judge's entries are in the order of their numbers."""
        numbers = sorted(
            int(each.rule_number)
            for each in self.backend.network_acls[acl].entries
            if (str(each.egress).lower() == "true") == egress
        )
        subnet = self.places[packet.interface].subnet.id
        peer = ip_address(packet.destination if egress else packet.source)
        rules = self.judge._acls[subnet][egress]
        asked = (peer.version, int(peer), packet.protocol, packet.port)
        return next(number for number, rule in zip(numbers, rules, strict=True) if rule.covers(*asked))


@pytest.fixture(name="demo", scope="module")
def demo_fixture() -> Demo:
    """The demo's first minutes, everything read over the wire but for the judge, who sits in a world of his own."""
    with EmbeddedAws(at=float(AT), rate=60.0, history=240) as aws:
        broken = inventory_of(aws)
        groups = [each["logGroupName"] for each in client(aws, "logs").describe_log_groups()["logGroups"]]
        lines = [(arrived, group, line) for group in groups for arrived, line in events(aws, group)]
        client(aws, "ec2").replace_network_acl_entry(
            NetworkAclId=next(each.id for each in broken.acls if each.name == "payments-data"),
            RuleNumber=100, Egress=True, Protocol="6", RuleAction="allow", CidrBlock="10.0.16.0/20",
            PortRange={"From": 1024, "To": 65535},
        )  # fmt: skip
        healthy = inventory_of(aws)
        account, region = aws.account, aws.region
    seen = []
    with mock_aws():
        topology = plant(7, account, region)
        judged = Judged(topology, ec2_backends[account][region])
        fields = {log.group: log.fields for log in topology.flow_logs}
        told = [(arrived, dict(zip(fields[group], line.split(), strict=True))) for arrived, group, line in lines]
        flows = [(arrived, flow_of(values)) for arrived, values in told if values["log-status"] == "OK"]
        for arrived, flow in sorted(flows, key=lambda pair: pair[1].start or 0):
            seen.append(Seen(flow, arrived, *judged(flow)))
    return Demo(broken, healthy, tuple(seen))


def wrong(demo: Demo, moment: int, *, remembered: bool) -> tuple[list[str], Counter[Ruling]]:
    """The refused records of before a moment whose verdict does not name what the judge refused them by."""
    inventory, history = demo.at(moment), demo.history(moment) if remembered else {}
    found, count = [], Counter[Ruling]()
    for each in demo.seen:
        if each.flow.action != "REJECT" or each.arrived > moment:
            continue
        verdict = explain(each.flow, inventory, history.get(conversation(each.flow), ()))
        count[verdict.ruling] += 1
        by_group = not any(" " in name for name in each.refused_by)
        named = frozenset(verdict.rule.split(" ")) if by_group else frozenset({verdict.rule})
        rulings = {Ruling.NO_RULE} if by_group else {Ruling.ACL_RETURN} if each.reply else {Ruling.ACL_ENTRY}
        if named != each.refused_by or (verdict.ruling not in rulings and each.reply is not None):
            found.append(f"{each.flow} {set(each.refused_by)}: {verdict}")
    return found, count


@pytest.mark.parametrize("moment", [START - 40, START + 5, START + 60, AT])
@pytest.mark.parametrize("remembered", [True, False], ids=["with history", "without"])
def test_every_refused_record_is_explained_by_the_rule_that_refused_it(
    demo: Demo, moment: int, remembered: bool
) -> None:
    """All of them, at each time, from all three flow logs: also those that tell neither flags nor direction."""
    found, count = wrong(demo, moment, remembered=remembered)
    assert found == []
    assert count[Ruling.NO_RULE] > 10
    assert count[Ruling.ACL_ENTRY] > 0
    assert bool(count[Ruling.ACL_RETURN]) == (moment > EDIT)


def test_no_record_that_was_let_through_is_said_to_be_refused(demo: Demo) -> None:
    """Of ACCEPT no rule is ever said to refuse it, whatever was edited and however little is remembered."""
    history, known = demo.history(AT), demo.at(AT)
    rulings = Counter[Ruling]()
    for each in demo.seen:
        if each.flow.action == "ACCEPT":
            rulings[explain(each.flow, known, history[conversation(each.flow)]).ruling] += 1
            rulings[explain(each.flow, known).ruling] += 1
            rulings[explain(each.flow, demo.broken).ruling] += 1
    assert not set(rulings) & (BY_RULE | {Ruling.STALE, Ruling.PUBLIC_ACCESS, Ruling.CHANGED})
    assert rulings[Ruling.ALLOWED] > 0.97 * rulings.total()


def test_the_edit_is_told_with_its_time(demo: Demo) -> None:
    """Of a reply that the narrowed entry stopped: the records of both directions, the change, the entry that is close."""
    inventory, history = demo.at(AT), demo.history(AT)
    stopped = [
        each.flow
        for each in demo.seen
        if each.flow.action == "REJECT" and each.reply and (each.flow.start or 0) > EDIT + 30
    ]
    verdicts = [explain(flow, inventory, history[conversation(flow)]) for flow in stopped]
    assert len(verdicts) > 50
    for flow, verdict in zip(stopped, verdicts, strict=True):
        assert verdict.ruling is Ruling.ACL_RETURN
        assert (verdict.short, verdict.direction, verdict.interface) == ("ACL * denies reply", "out", flow.interface)
        assert "entry 100 of" in verdict.closest
        assert "tcp/1024-32767" in verdict.closest
        assert any("rules changed at" in step and "1024-65535" in step for step in verdict.because)
        assert "--rule-number" in verdict.fix
        assert f"{flow.target}/32" in verdict.fix
    shown = [verdict for verdict in verdicts if len(verdict.evidence) == 2]
    assert len(shown) > 0.9 * len(verdicts)
    assert {(each.evidence[0].action, each.evidence[1].action) for each in shown} == {("ACCEPT", "REJECT")}


def test_what_was_refused_before_the_rules_were_mended_is_said_to_be_over(demo: Demo) -> None:
    """The reader puts the entry back: refusals from before it are `changed`, all others stay what they were."""
    broken, history = demo.at(AT), demo.history(AT)
    mended = merged(broken, demo.read(demo.healthy, AT + 30))
    for each in demo.seen:
        if each.flow.action == "REJECT":
            known = history[conversation(each.flow)]
            before, after = explain(each.flow, broken, known), explain(each.flow, mended, known)
            if before.ruling is Ruling.ACL_RETURN:
                assert after.ruling is Ruling.CHANGED
                assert after.rule == before.rule
                assert after.short.startswith("rules changed ")
                assert not after.fix
            else:
                assert (after.ruling, after.rule) == (before.ruling, before.rule)


def test_every_short_answer_fits_its_column(demo: Demo) -> None:
    """24 columns, whatever the verdict; an opening that no group allows is certain."""
    inventory = demo.at(AT)
    for each in demo.seen:
        verdict = explain(each.flow, inventory)
        assert 0 < len(verdict.short) <= 24
        if verdict.ruling is Ruling.NO_RULE and each.flow.flags == 2:
            assert verdict.confidence is Confidence.CERTAIN
