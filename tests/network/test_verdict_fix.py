"""The command that would let a flow through: that it does, and nothing beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.network.apply_fix import calls, fixed
from tests.network.random_network import OUTSIDE, networks, questions
from tests.network.slow_walk import stop, walk
from tests.network.verdict_network import (
    DATA_ACL,
    DB,
    DB_GROUP,
    INTERNET,
    NETWORK,
    OPEN,
    PUBLIC_ACL,
    WEB,
    WEB_GROUP,
    WEB_RULES,
    entry,
    interface,
    record,
    rule,
    with_acl,
    with_groups,
)
from tui.network.inventory import Inventory
from tui.network.rules import SecurityGroup
from tui.network.verdict.explain import explain
from tui.network.verdict.fix import free_number
from tui.network.verdict.judge_end import judge
from tui.network.verdict.model import Flow, Ruling, Verdict

SSH = record(WEB, f"in tcp {INTERNET}:40000 172.31.16.139:22", flags=2)
REGION = "aws ec2 {} --region eu-west-1"
IN, OUT, ENTRY = (
    REGION.format(each)
    for each in ("authorize-security-group-ingress", "authorize-security-group-egress", "create-network-acl-entry")
)
NO_EGRESS = with_groups(WEB_GROUP, *WEB_RULES[:3])
SIX = "[2001:db8::9]:40000 [2001:db8:1234:a100::7]:22"

COMMANDS: dict[str, tuple[Flow, Inventory, str]] = {
    "a rule for one address and port": (
        SSH, NETWORK,
        f"{IN} --group-id {WEB_GROUP} --ip-permissions 'IpProtocol=tcp,FromPort=22,ToPort=22,IpRanges=[{{CidrIp={INTERNET}/32}}]'",
    ),
    "out": (
        record(WEB, f"out udp 172.31.16.139:40000 {INTERNET}:123"), NO_EGRESS,
        f"{OUT} --group-id {WEB_GROUP} --ip-permissions 'IpProtocol=udp,FromPort=123,ToPort=123,IpRanges=[{{CidrIp={INTERNET}/32}}]'",
    ),
    "IPv6": (
        record(WEB, f"in tcp {SIX}", flags=2), with_acl(*OPEN, entry(110, "in", "allow", "-1", "-", "::/0"), entry(110, "out", "allow", "-1", "-", "::/0")),
        f"{IN} --group-id {WEB_GROUP} --ip-permissions 'IpProtocol=tcp,FromPort=22,ToPort=22,Ipv6Ranges=[{{CidrIpv6=2001:db8::9/128}}]'",
    ),
    "another protocol": (
        record(WEB, f"in gre {INTERNET} 172.31.16.139"), NETWORK,
        f"{IN} --group-id {WEB_GROUP} --ip-permissions 'IpProtocol=47,IpRanges=[{{CidrIp={INTERNET}/32}}]'",
    ),
    "an entry before the one that denies": (
        SSH, with_acl(entry(100, "in", "deny", "6", "22"), OPEN[1], inventory=with_groups(WEB_GROUP, rule("sgr-1", WEB_GROUP, "tcp", "22", "0.0.0.0/0"))),
        f"{ENTRY} --network-acl-id {PUBLIC_ACL} --ingress --rule-number 90 --protocol 6 --rule-action allow --cidr-block {INTERNET}/32 --port-range From=22,To=22",
    ),
    "an entry for a reply, on the ports that clients call from": (
        record(DB, "out tcp 172.31.32.9:5432 172.31.16.139:40000", flags=18), with_acl(OPEN[0], entry(100, "out", "allow", "6", "1024-32767"), subnet=DB.subnet),
        f"{ENTRY} --network-acl-id {DATA_ACL} --egress --rule-number 110 --protocol 6 --rule-action allow --cidr-block 172.31.16.139/32 --port-range From=1024,To=65535",
    ),
    "both": (
        SSH, with_acl(entry(100, "in", "deny", "6", "22"), OPEN[1]),
        (
            f"{IN} --group-id {WEB_GROUP} --ip-permissions 'IpProtocol=tcp,FromPort=22,ToPort=22,IpRanges=[{{CidrIp={INTERNET}/32}}]' && "
            f"{ENTRY} --network-acl-id {PUBLIC_ACL} --ingress --rule-number 90 --protocol 6 --rule-action allow --cidr-block {INTERNET}/32 --port-range From=22,To=22"
        ),
    ),
    "ICMP of a known type": (
        replace(record(WEB, f"in icmp {INTERNET} 172.31.16.139", action=""), icmp_type=8, icmp_code=0), NETWORK,
        f"{IN} --group-id {WEB_GROUP} --ip-permissions 'IpProtocol=icmp,FromPort=8,ToPort=0,IpRanges=[{{CidrIp={INTERNET}/32}}]'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_the_command_is_what_one_would_write(name: str) -> None:
    """Quoted for a shell, understood by AWS's own model, and it lets the flow through."""
    flow, inventory, command = COMMANDS[name]
    verdict = explain(flow, inventory)
    assert verdict.fix == command
    assert calls(command)
    after = explain(replace(flow, action=""), fixed(inventory, command))
    assert after.ruling is Ruling.ALLOWED or verdict.ruling is Ruling.ACL_RETURN


def test_a_reply_passes_after_the_fix() -> None:
    """And so does the reply to the next connection, which comes from another port."""
    flow, inventory, command = COMMANDS["an entry for a reply, on the ports that clients call from"]
    for port in (flow.target_port, 32_768, 65_535):
        reply = replace(flow, target_port=port)
        assert judge(reply, fixed(inventory, command), DB, egress=True, is_reply=True).ruling is Ruling.ALLOWED
    other = replace(flow, target="172.31.16.21")
    assert judge(other, fixed(inventory, command), DB, egress=True, is_reply=True).ruling is Ruling.ACL_RETURN


def test_hostile_ids_are_quoted() -> None:
    """What AWS calls a group is words to a shell and never a command."""
    name = "sg-1; rm -rf ~ $(id) 'x"
    inventory = replace(
        NETWORK, groups=(*NETWORK.groups, SecurityGroup(name)), interfaces=(replace(WEB, groups=(name,)), DB)
    )
    ((_, asked),) = calls(explain(SSH, inventory).fix)
    assert asked["GroupId"] == name


@pytest.mark.parametrize(
    ("flow", "inventory", "told"),
    [
        (replace(SSH, target_port=None), with_groups(WEB_GROUP), "The port is not told"),
        (record(WEB, f"in icmp {INTERNET} 172.31.16.139"), NETWORK, "does not tell the ICMP type"),
        (record(WEB, "in tcp 192.0.2.9:40000 172.31.16.139:22", flags=2), NETWORK, "192.0.2.9 is a stranger on the internet"),
        (SSH, with_acl(OPEN[0]), "The reply would be stopped then: entry * of"),
        (SSH, replace(NETWORK, interfaces=(*NETWORK.interfaces, interface(30, WEB.subnet, "172.31.16.99", WEB_GROUP))), "2 more interfaces are in this group"),
        (
            record(DB, "in tcp 172.31.16.139:40000 172.31.32.9:5432", flags=2),
            with_acl(entry(1, "in", "deny", "6", "5432"), OPEN[1], subnet=DB.subnet), "No number is free before entry 1",
        ),
        (
            record(DB, "in tcp 172.31.16.139:40000 172.31.32.9:5432", flags=2),
            with_acl(*(entry(10 * at, "in", "allow", "6", str(at)) for at in range(1, 21)), OPEN[1], subnet=DB.subnet), "It has 20 entries this way",
        ),
        (replace(SSH, reject_reason="BPA"), NETWORK, "no command is offered"),
        (record(WEB, f"in tcp {INTERNET}:40000 172.31.16.139:443", flags=0), NETWORK, "nothing to mend"),
        (SSH, replace(NETWORK, interfaces=(replace(WEB, gone=2e9),)), "is gone since"),
    ],
)  # fmt: skip
def test_what_a_fix_does_besides_or_why_there_is_none_is_told(flow: Flow, inventory: Inventory, told: str) -> None:
    """In the note beside the command."""
    assert told in explain(flow, inventory).fix_note


@pytest.mark.parametrize(
    ("used", "denying", "free"),
    [
        ([100, 32_767], 32_767, 110),
        ([32_767], 32_767, 10),
        ([95, 32_767], 32_767, 100),
        ([32_765, 32_767], 32_767, 32_766),
        ([100], 100, 90),
        ([90, 100], 100, 99),
        ([98, 99, 100], 100, 97),
        ([1, 2], 2, None),
        ([1], 1, None),
        ([5], 5, 4),
    ],
)
def test_a_number_before_the_entry_that_denies(used: list[int], denying: int, free: int | None) -> None:
    """Tens where there are any, and none that is used."""
    assert free_number(used, entry(denying, "in", "deny", "-1", "-")) == free


CLOSEST = {
    "the port": (
        record(DB, "in tcp 172.31.16.139:40000 172.31.32.9:5433", flags=2), NETWORK,
        f"sgr-sql of {DB_GROUP} (db) allows tcp/5432 from {WEB_GROUP} (web): the port is 5433",
    ),
    "the nearest port of several": (
        SSH, with_groups(WEB_GROUP, *(rule(f"sgr-{port}", WEB_GROUP, "tcp", str(port), "0.0.0.0/0") for port in (443, 25, 8080))),
        f"sgr-25 of {WEB_GROUP} (web) allows tcp/25 from 0.0.0.0/0: the port is 22",
    ),
    "the peer": (
        SSH, NETWORK, f"sgr-ssh of {WEB_GROUP} (web) allows tcp/22 from 172.31.16.0/20: it is from {INTERNET} (partners)",
    ),
    "not in a prefix list": (
        record(DB, "in tcp 203.0.113.9:40000 172.31.32.9:5439", flags=2), NETWORK,
        f"sgr-partners of {DB_GROUP} (db) allows tcp/5439 from pl-0aaaaaaaaaaaaaaa1 (partners): 203.0.113.9 is not in it",
    ),
    "the protocol": (
        record(WEB, f"in udp {INTERNET}:40000 172.31.16.139:443"), with_groups(WEB_GROUP, rule("sgr-web", WEB_GROUP, "tcp", "443", "0.0.0.0/0")),
        f"sgr-web of {WEB_GROUP} (web) allows tcp/443 from 0.0.0.0/0: it is udp/443",
    ),
    "an entry that comes too late": (
        record(WEB, f"in tcp {INTERNET}:40000 172.31.16.139:443", flags=2), with_acl(entry(90, "in", "deny", "6", "443"), *OPEN),
        f"entry 100 of {PUBLIC_ACL} allows all traffic from 0.0.0.0/0: entry 90 comes before it",
    ),
    "nothing": (
        record(WEB, f"in gre {INTERNET} 172.31.16.139"), NETWORK, "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CLOSEST)
def test_the_closest_rule_and_in_what_it_differs(name: str) -> None:
    """One thing apart, or none is near."""
    flow, inventory, closest = CLOSEST[name]
    assert explain(flow, inventory).closest == closest


def others(flow: Flow) -> list[Flow]:
    """Flows that differ from one in one thing."""
    found = [
        replace(flow, protocol=17 if flow.protocol == 6 else 6, source_port=40_000, target_port=flow.target_port or 443)
    ]
    if flow.target_port:
        found += [
            replace(flow, target_port=port)
            for port in (flow.target_port - 1, flow.target_port + 1)
            if 0 < port < 65_536
        ]
    return [*found, *(replace(flow, source=each) for each in OUTSIDE if each != flow.source)]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(networks(), questions())
def test_it_lets_through_exactly_the_flow(inventory: Inventory, flow: Flow) -> None:
    """At the end that refused it, it passes then; what differs in address, port or protocol is judged as before."""
    step = list(walk(inventory, flow))[-1]
    verdict: Verdict = judge(step.flow, inventory, step.interface, step.egress, step.reply)
    if not step.stopped_by or not verdict.fix:
        assert not step.stopped_by or "No number is free" in verdict.fix_note
        return
    after = fixed(inventory, verdict.fix)
    where: dict[str, Any] = {"egress": step.egress, "reply": step.reply}
    assert stop(after, step.interface, step.flow, **where) == ""
    if step.reply:
        return
    for other in others(step.flow):
        if step.egress or other.source != flow.source or other.target_port != flow.target_port:
            before = stop(inventory, step.interface, other, **where)
            if step.egress and other.source != flow.source:
                continue  # a rule about what leaves is not about where it comes from
            assert stop(after, step.interface, other, **where) == before
