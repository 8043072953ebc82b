"""Every way in which a pair of records tells what refused it, each with the page of AWS it is from.

RECORDS: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-records-examples.html
FIELDS: https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
ACLS: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.network.verdict_network import (
    DATA,
    DATA_ACL,
    DB,
    INTERNET,
    MATE,
    NAT,
    NETWORK,
    OPEN,
    PUBLIC_ACL,
    T0,
    WEB,
    WEB_GROUP,
    WEB_RULES,
    entry,
    record,
    rule,
    with_acl,
    with_groups,
)
from tui.network.inventory import Inventory
from tui.network.verdict.explain import explain
from tui.network.verdict.model import Confidence, Flow, Ruling

CERTAIN, LIKELY = Confidence.CERTAIN, Confidence.LIKELY
PING_IN, PING_OUT = "in icmp 203.0.113.12 172.31.16.139", "out icmp 172.31.16.139 203.0.113.12"
RDP = "in tcp 172.31.9.69:49761 172.31.16.139:3389"
HTTPS_IN, HTTPS_REPLY = f"in tcp {INTERNET}:40000 172.31.16.139:443", f"out tcp 172.31.16.139:443 {INTERNET}:40000"
HTTPS_OUT, HTTPS_BACK = f"out tcp 172.31.16.139:40000 {INTERNET}:443", f"in tcp {INTERNET}:443 172.31.16.139:40000"
NO_REPLY_OUT = with_acl(
    *OPEN[:1], entry(100, "out", "allow", "6", "1024-32767"), entry(110, "out", "allow", "1", "-", "10.0.0.0/8")
)
NO_REPLY_IN = with_acl(entry(100, "in", "allow", "6", "443"), *OPEN[1:])
DENIES_RDP = with_acl(
    entry(90, "in", "deny", "6", "3389"),
    *OPEN,
    inventory=with_groups(WEB_GROUP, *WEB_RULES, rule("sgr-rdp", WEB_GROUP, "tcp", "3389", "172.31.0.0/16")),
)
NO_EGRESS = with_groups(WEB_GROUP, *WEB_RULES[:3])

NOWHERE = replace(record(WEB, "- tcp 172.31.16.21:40000 172.31.16.139:3389"), interface="")

# What the record is, the inventory, what came before it; the ruling, the rule, how sure, in how many words.
CASES = {
    # RECORDS "Accepted and rejected traffic": RDP to an instance whose groups do not have it; one REJECT, no reply.
    "REJECT in, no reply: security group": (
        record(WEB, RDP, flags=2), NETWORK, (),
        Ruling.NO_RULE, WEB_GROUP, CERTAIN, "no SG rule in",
    ),
    # The same with fields of version 2 only: the ports tell that it asks.
    "REJECT in, no flags": (
        record(WEB, RDP.replace("in", "-", 1)), NETWORK, (),
        Ruling.NO_RULE, WEB_GROUP, CERTAIN, "no SG rule in",
    ),
    # ACLS: "rules are evaluated starting with the lowest numbered rule"; a group lets it in, so it is the ACL.
    "REJECT in, no reply: network ACL": (
        record(WEB, RDP, flags=2), DENIES_RDP, (),
        Ruling.ACL_ENTRY, f"{PUBLIC_ACL} 90", CERTAIN, "ACL 90 denies in",
    ),
    # Both refuse: without a rule of the group nothing helps, and the ACL is told as well.
    "REJECT in, both": (
        record(WEB, RDP, flags=2), with_acl(entry(90, "in", "deny", "6", "3389"), *OPEN), (),
        Ruling.NO_RULE, WEB_GROUP, CERTAIN, "no SG rule in",
    ),
    # RECORDS "Security group and network ACL rules": ping in passes both, the reply is stopped by the stateless ACL.
    "ACCEPT in, REJECT out: ACL lacks the reply (ping)": (
        record(WEB, PING_OUT, start=T0 + 30), NO_REPLY_OUT, (record(WEB, PING_IN, "ACCEPT"),),
        Ruling.ACL_RETURN, f"{PUBLIC_ACL} 32767", CERTAIN, "ACL * denies reply",
    ),
    "ACCEPT in, REJECT out: ACL lacks the ephemeral range": (
        record(WEB, HTTPS_REPLY, flags=18), NO_REPLY_OUT, (record(WEB, HTTPS_IN, "ACCEPT", flags=2),),
        Ruling.ACL_RETURN, f"{PUBLIC_ACL} 32767", CERTAIN, "ACL * denies reply",
    ),
    "ACCEPT out, REJECT in: ACL lacks the ephemeral range": (
        record(WEB, HTTPS_BACK, flags=18), NO_REPLY_IN, (record(WEB, HTTPS_OUT, "ACCEPT", flags=2),),
        Ruling.ACL_RETURN, f"{PUBLIC_ACL} 32767", CERTAIN, "ACL * denies reply",
    ),
    # Of version 2 fields, and the request not at hand: by the ports it is a reply, likely.
    "REJECT out from a port that serves, request not seen": (
        record(WEB, HTTPS_REPLY.replace("out", "-", 1)), NO_REPLY_OUT, (),
        Ruling.ACL_RETURN, f"{PUBLIC_ACL} 32767", LIKELY, "ACL * denies reply",
    ),
    # In the middle of a connection (flags 0), at a group that has no outbound rule: state would let it out, the ACL does not.
    "REJECT out in the middle of a connection, request not seen": (
        record(DB, "out tcp 172.31.32.9:5432 172.31.16.139:40000", flags=0),
        with_acl(*OPEN[:1], entry(100, "out", "allow", "6", "1024-32767"), subnet=DATA), (),
        Ruling.ACL_RETURN, f"{DATA_ACL} 32767", LIKELY, "ACL * denies reply",
    ),
    # A format without interface-id and flow-direction: the ACCEPT may be the other end's, so it is no late packet.
    "REJECT and ACCEPT of one tuple, nobody knows where": (
        NOWHERE, NETWORK,
        (replace(NOWHERE, action="ACCEPT"),),
        Ruling.NO_RULE, WEB_GROUP, LIKELY, "no SG rule in",
    ),
    # RECORDS: the group has no outbound rule; the SYN never left.
    "REJECT out (SYN), no reply: security group": (
        record(WEB, HTTPS_OUT, flags=2), NO_EGRESS, (),
        Ruling.NO_RULE, WEB_GROUP, CERTAIN, "no SG rule out",
    ),
    "REJECT out (SYN), no reply: network ACL": (
        record(WEB, HTTPS_OUT, flags=2), with_acl(*OPEN[:1], entry(100, "out", "allow", "6", "80")), (),
        Ruling.ACL_ENTRY, f"{PUBLIC_ACL} 32767", CERTAIN, "ACL * denies out",
    ),
    # ACLS: a network ACL is asked "entering and leaving the subnet": within one subnet it is the group.
    "REJECT within a subnet is never the ACL": (
        record(WEB, "in tcp 172.31.16.21:49761 172.31.16.139:3389", flags=2), DENIES_RDP, (),
        Ruling.UNKNOWN, "", Confidence.UNKNOWN, "cannot tell",
    ),
    "REJECT within a subnet: security group": (
        record(WEB, "in tcp 172.31.16.21:49761 172.31.16.139:3389", flags=2), NETWORK, (),
        Ruling.NO_RULE, WEB_GROUP, CERTAIN, "no SG rule in",
    ),
    # FIELDS "reject-reason": BPA.
    "REJECT, reject-reason BPA": (
        record(WEB, HTTPS_IN, flags=2, reject_reason="BPA"), NETWORK, (),
        Ruling.PUBLIC_ACCESS, "", CERTAIN, "Block Public Access",
    ),
    # FIELDS "action": "packets arrived after the connection was closed".
    "REJECT after the connection was closed": (
        record(WEB, HTTPS_BACK, flags=4, start=T0 + 60), NETWORK,
        (record(WEB, HTTPS_OUT, "ACCEPT", flags=3), record(WEB, HTTPS_BACK, "ACCEPT", flags=19)),
        Ruling.STALE, "", CERTAIN, "stale: late packets",
    ),
    "REJECT of few packets after ACCEPT, without flags": (
        record(WEB, HTTPS_BACK, packets=1, start=T0 + 60), NETWORK, (record(WEB, HTTPS_OUT, "ACCEPT"),),
        Ruling.STALE, "", LIKELY, "stale: late packets",
    ),
    "REJECT without SYN of what the rules allow": (
        record(WEB, HTTPS_IN, flags=0), NETWORK, (),
        Ruling.STALE, "", LIKELY, "stale: late packets",
    ),
    "REJECT without SYN from a port that serves, nothing seen before": (
        record(WEB, HTTPS_BACK, flags=1), NETWORK, (),
        Ruling.STALE, "", LIKELY, "stale: late packets",
    ),
    # The port is used again: this SYN opens another connection, whatever was before.
    "REJECT with SYN is not late": (
        record(WEB, RDP, flags=2, start=T0 + 60), NETWORK, (record(WEB, RDP, "ACCEPT", flags=2),),
        Ruling.NO_RULE, WEB_GROUP, CERTAIN, "no SG rule in",
    ),
    # A SYN without ACK at a closed port, many packets, an answer to nothing: backscatter.
    "REJECT of SYN-ACK that nobody asked for": (
        record(WEB, HTTPS_BACK, flags=18), NETWORK, (),
        Ruling.NO_RULE, WEB_GROUP, LIKELY, "no SG rule in",
    ),
    # A NAT gateway has no security group, so what its interface refuses is the ACL's.
    "REJECT at a NAT gateway": (
        record(NAT, f"in tcp {INTERNET}:40000 172.31.16.9:22", flags=2),
        with_acl(entry(90, "in", "deny", "6", "22"), *OPEN), (),
        Ruling.ACL_ENTRY, f"{PUBLIC_ACL} 90", CERTAIN, "ACL 90 denies in",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_refused_record(name: str) -> None:
    """The table of what records and rules together say."""
    flow, inventory, history, ruling, by, confidence, short = CASES[name]
    verdict = explain(flow, inventory, history)
    assert (verdict.ruling, verdict.rule, verdict.confidence, verdict.short) == (ruling, by, confidence, short), verdict
    assert verdict.interface == (flow.interface or WEB.id)
    assert flow in verdict.evidence


@pytest.mark.parametrize("name", CASES)
def test_its_order_in_the_history_makes_no_difference(name: str) -> None:
    """Records come in any order, the asked one among them, and others that are of later."""
    flow, inventory, history, *_ = CASES[name]
    later = [replace(each, start=T0 + 500, end=T0 + 550) for each in history]
    assert explain(flow, inventory, [*reversed(history), flow, *later]) == explain(flow, inventory, history)


def test_the_request_that_passed_is_the_evidence_of_a_stopped_reply() -> None:
    """ACCEPT of the request and REJECT of its reply, in this order, and which step says so."""
    asked, reply = record(WEB, PING_IN, "ACCEPT"), record(WEB, PING_OUT, start=T0 + 30)
    verdict = explain(reply, NO_REPLY_OUT, (reply, asked))
    assert verdict.evidence == (asked, reply)
    assert "What it answers was let through." in verdict.because
    assert verdict.direction == "out"


def test_one_tuple_may_be_accepted_and_refused_in_one_window() -> None:
    """RECORDS: two pings in a window, and the ACL was edited between them: the second reply is stopped by the ACL."""
    history = (record(WEB, PING_IN, "ACCEPT"), record(WEB, PING_OUT, "ACCEPT", packets=1))
    verdict = explain(record(WEB, PING_OUT, packets=1), NO_REPLY_OUT, history)
    assert (verdict.ruling, verdict.rule) == (Ruling.ACL_RETURN, f"{PUBLIC_ACL} 32767")


def test_an_interface_that_talks_to_itself_is_seen_twice() -> None:
    """What left it was let through, what came in to its other address was not: that is one flow, and not a late packet."""
    line = "tcp 172.31.16.139:40000 172.31.16.140:3389"
    left = record(WEB, f"out {line}", "ACCEPT")
    verdict = explain(record(WEB, f"in {line}"), NETWORK, (left,))
    assert (verdict.ruling, verdict.direction) == (Ruling.NO_RULE, "in")


# What is seen of a flow that was let through, at the instance that asks or is asked.
SILENT = "No reply left the interface: a host firewall or the process drops it silently."
OUTCOMES = {
    "ACCEPT out, no reply": (
        record(WEB, HTTPS_OUT, "ACCEPT", flags=2), (record(WEB, HTTPS_OUT, "ACCEPT", flags=2, start=T0 + 9),), "No reply was seen: the other end drops it",
    ),
    "ACCEPT out, REJECT at the other end": (
        record(WEB, "out tcp 172.31.16.139:40000 172.31.32.9:5433", "ACCEPT", flags=2),
        (record(DB, "in tcp 172.31.16.139:40000 172.31.32.9:5433", flags=2),), f"refused at {DB.id}",
    ),
    "ACCEPT in, no reply": (
        record(WEB, HTTPS_IN, "ACCEPT", flags=2), (record(WEB, HTTPS_IN, "ACCEPT", flags=2, start=T0 + 9),), SILENT,
    ),
    "ACCEPT in, REJECT out": (
        record(WEB, HTTPS_IN, "ACCEPT", flags=2), (record(WEB, HTTPS_REPLY, flags=18),), f"The reply was refused at {WEB.id}",
    ),
    "ACCEPT both, RST soon": (
        record(WEB, HTTPS_IN, "ACCEPT", flags=2), (record(WEB, HTTPS_REPLY, "ACCEPT", flags=4, start=T0 + 1),), "answered with RST",
    ),
    "ACCEPT in at a NAT gateway": (
        record(NAT, f"in tcp {INTERNET}:40000 172.31.16.9:8080", "ACCEPT", flags=2),
        (record(NAT, f"in tcp {INTERNET}:40000 172.31.16.9:8080", "ACCEPT", flags=2, start=T0 + 9),), "A NAT gateway drops what nobody inside asked for",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OUTCOMES)
def test_an_accepted_record_is_let_through_and_what_became_of_it_is_told(name: str) -> None:
    """ACCEPT says that group and ACL let it through, not that anybody took it."""
    flow, history, told = OUTCOMES[name]
    verdict = explain(flow, NETWORK, history)
    assert verdict.ruling is Ruling.ALLOWED
    assert any(told in each for each in verdict.because), verdict


def test_an_answered_flow_has_nothing_more_to_tell() -> None:
    """A connection that works: the rules that let it through, and no more."""
    verdict = explain(
        record(WEB, HTTPS_IN, "ACCEPT", flags=3), NETWORK, (record(WEB, HTTPS_REPLY, "ACCEPT", flags=19),)
    )
    assert (verdict.ruling, verdict.rule, verdict.confidence) == (Ruling.ALLOWED, "sgr-web", CERTAIN)
    assert len(verdict.because) == 2


def test_an_accepted_reply_is_known_by_its_passing_where_its_ports_tell_nothing() -> None:
    """No group lets it in, so it must be a reply, likely."""
    verdict = explain(record(WEB, f"in udp {INTERNET}:60000 172.31.16.139:40000", "ACCEPT"), NETWORK)
    assert (verdict.ruling, verdict.confidence) == (Ruling.ALLOWED, LIKELY)
    assert "state they keep" in verdict.sentence


@pytest.mark.parametrize(
    ("flow", "inventory"),
    [
        (record(WEB, RDP, "ACCEPT", flags=2), NETWORK),
        (record(WEB, HTTPS_REPLY, "ACCEPT", flags=18), NO_REPLY_OUT),
        (record(DB, "in tcp 172.31.16.21:40000 172.31.32.9:22", "ACCEPT"), with_acl(entry(10, "in", "deny", "-1", "-"), subnet=DATA)),
    ],
)  # fmt: skip
def test_what_was_let_through_against_the_rules_is_never_said_to_be_refused(flow: Flow, inventory: Inventory) -> None:
    """The rules must have been others: nobody can tell which."""
    verdict = explain(flow, inventory)
    assert (verdict.ruling, verdict.confidence) == (Ruling.UNKNOWN, Confidence.UNKNOWN)
    assert "let through" in verdict.sentence


def test_a_secondary_address_is_seen_by_the_packets_own() -> None:
    """FIELDS "pkt-dstaddr": dstaddr shows the primary address, the packet went to another of the interface's."""
    flow = replace(
        record(MATE, "in tcp 172.31.32.9:40000 172.31.16.140:22", flags=2), interface=WEB.id, egress=None, seen_target=WEB.address
    )  # fmt: skip
    verdict = explain(flow, NETWORK)
    assert (verdict.ruling, verdict.direction) == (Ruling.NO_RULE, "in")
    assert "172.31.32.9 (rds db)" in verdict.sentence or "172.31.32.9 (db)" in verdict.sentence


def test_a_nat_gateways_reply_is_judged_by_the_packets_own_addresses() -> None:
    """RECORDS "NAT gateway": srcaddr is the gateway's, pkt-srcaddr the host's on the internet."""
    client = "172.31.32.9"
    flow = replace(
        record(NAT, f"out tcp {INTERNET}:443 {client}:40000", flags=18), seen_source=NAT.address, egress=None
    )
    stopped = with_acl(
        *OPEN[:1],
        entry(100, "out", "deny", "6", "32768-65535", "172.31.32.0/20"),
        entry(110, "out", "allow", "-1", "-"),
    )
    asked = record(NAT, f"in tcp {client}:40000 {INTERNET}:443", "ACCEPT", flags=2)
    verdict = explain(flow, stopped, (asked,))
    assert (verdict.ruling, verdict.rule, verdict.direction) == (Ruling.ACL_RETURN, f"{PUBLIC_ACL} 100", "out")


def test_the_acl_of_the_other_subnet_is_not_this_ones() -> None:
    """Each end is under the ACL of its own subnet."""
    denied = with_acl(entry(10, "in", "deny", "6", "5432"), *OPEN, subnet=DATA)
    verdict = explain(record(DB, "in tcp 172.31.16.139:40000 172.31.32.9:5432", flags=2), denied)
    assert (verdict.ruling, verdict.rule) == (Ruling.ACL_ENTRY, f"{DATA_ACL} 10")
    assert (
        explain(record(WEB, "out tcp 172.31.16.139:40000 172.31.32.9:5432", "ACCEPT"), denied).ruling is Ruling.ALLOWED
    )
