"""How a finding is told: in few words, in a sentence, step by step."""

from __future__ import annotations

from datetime import UTC, datetime

from tui.flows.protocol import PROTOCOLS
from tui.network.rules import ANY, AclEntry, GroupRule, NetworkAcl
from tui.network.verdict.finding import Finding
from tui.network.verdict.model import Flow
from tui.network.verdict.packet import ICMPS, LAST_PORT, PORTED, Ports
from tui.network.verdict.rulebook import CLOSING, Rulebook


def what(flow: Flow) -> str:
    """Protocol and port: tcp/5432, udp, icmp type 8, protocol 99."""
    word = PROTOCOLS.get(flow.protocol, f"protocol {flow.protocol}")
    if flow.protocol in PORTED and flow.target_port is not None:
        return f"{word}/{flow.target_port}"
    if flow.protocol in ICMPS and flow.icmp_type is not None:
        return f"{word} type {flow.icmp_type}" + ("" if flow.icmp_code is None else f" code {flow.icmp_code}")
    return word


def address(text: str, book: Rulebook, interface: str) -> str:
    """An address with what it is called."""
    label = book.known.named(text, interface).label
    return f"{text} ({label})" if label else text


def moment(at: float) -> str:
    """A time of day, in UTC: 13:41."""
    try:
        return f"{datetime.fromtimestamp(at, UTC):%H:%M}"
    except (ValueError, OverflowError, OSError):
        return "-"


def ports_text(ports: Ports) -> str:
    """5432, or 1024-65535."""
    return str(ports[0]) if ports[0] == ports[1] else f"{ports[0]}-{ports[1]}"


def number(entry: AclEntry | None) -> str:
    """An entry's number as the console shows it: `*` for the closing one."""
    return "*" if entry is None or entry.number >= CLOSING else str(entry.number)


def acl_name(acl: NetworkAcl) -> str:
    """An ACL with its name."""
    return f"{acl.id} ({acl.name})" if acl.name else acl.id


def peer_of(rule: GroupRule, book: Rulebook) -> str:
    """Whom a rule lets through: a network, a group or a list with its name."""
    return str(rule.network) if rule.network else book.name(rule.peer_group or rule.prefix_list or "-")


def rule_what(rule: GroupRule) -> str:
    """What a rule lets through: tcp/443, tcp/1024-65535, icmp type 8, all traffic."""
    protocol = rule.number
    if protocol is None:
        return rule.protocol
    return traffic(protocol, rule.first, rule.last)


def traffic(protocol: int, first: int, last: int) -> str:
    """A rule's protocol and ports."""
    if protocol == ANY:
        return "all traffic"
    word = PROTOCOLS.get(protocol, f"protocol {protocol}")
    if protocol in ICMPS:
        return word if first == ANY else f"{word} type {first}" + ("" if last == ANY else f" code {last}")
    if protocol not in PORTED or first == ANY or (first == 0 and last == LAST_PORT):
        return word
    return f"{word}/{ports_text((first, last))}"


def short(finding: Finding) -> str:
    """At most 24 columns."""
    way = finding.way
    if finding.groups.passes is False:
        return f"no SG rule {way}"
    if finding.acl.passes is False:
        which = number(finding.acl.entry)
        return f"ACL {which} denies reply" if finding.is_reply else f"ACL {which} denies {way}"
    return f"allowed {way}" if finding.passes else "cannot tell"


def sentence(finding: Finding, book: Rulebook) -> str:
    """The answer."""
    if finding.groups.passes is False:
        return f"No rule of {_groups(finding, book)} lets {_passing(finding, book)}."
    if finding.acl.passes is False:
        return acl_sentence(finding, book)
    if finding.passes is None:
        return f"Nobody can tell: {'; '.join(finding.doubts)}."
    return f"It passes {finding.way}: {'; '.join(steps(finding, book))}."


def acl_sentence(finding: Finding, book: Rulebook) -> str:
    """What the ACL does to the packet."""
    acl = finding.acl.acl
    assert acl is not None
    where = f"network ACL {acl_name(acl)}"
    passing = _passing(finding, book)
    if number(finding.acl.entry) == "*":
        return f"No entry of {where} allows {passing}, so its last one (*) denies it."
    return f"Entry {number(finding.acl.entry)} of {where} denies {passing}."


def steps(finding: Finding, book: Rulebook) -> tuple[str, ...]:
    """What groups and ACL said, a sentence each without its full stop."""
    return tuple(each for each in (_group_step(finding, book), _acl_step(finding)) if each)


def _group_step(finding: Finding, book: Rulebook) -> str:
    groups = finding.groups
    if groups.skipped:
        return groups.skipped
    if groups.rule is not None:
        return (
            f"{groups.rule.id or 'a rule'} of {book.name(groups.rule.group)} allows {rule_what(groups.rule)} "
            f"{'to' if finding.egress else 'from'} {peer_of(groups.rule, book)}"
        )
    if groups.passes is False:
        return f"no rule of {_groups(finding, book)} allows it {finding.way}"
    return ""


def _acl_step(finding: Finding) -> str:
    answer = finding.acl
    if answer.skipped:
        return answer.skipped
    if answer.acl is None or answer.passes is None:
        return ""
    verb = "allows" if answer.passes else "denies"
    partly = f", but only to ports {ports_text(answer.ports)}" if answer.partly and answer.ports else ""
    return f"entry {number(answer.entry)} of network ACL {acl_name(answer.acl)} {verb} it {finding.way}{partly}"


def _groups(finding: Finding, book: Rulebook) -> str:
    return ", ".join(book.name(each) for each in finding.groups.groups)


def _passing(finding: Finding, book: Rulebook) -> str:
    """`tcp/5432 in from 10.0.16.9 (app-1)`, `the reply on tcp/40000 out to …`."""
    flow, id_ = finding.flow, finding.interface.id
    way = (
        f"out to {address(flow.target, book, id_)}" if finding.egress else f"in from {address(flow.source, book, id_)}"
    )
    if not finding.is_reply:
        return f"{what(flow)} {way}"
    asked = finding.acl.ports or finding.packet.ports
    if flow.protocol not in PORTED:
        return f"the {what(flow)} reply {way}"
    word = PROTOCOLS[flow.protocol]
    named = f"{word} ports {ports_text(asked)}" if asked[0] != asked[1] else f"{word}/{asked[0]}"
    return f"the reply {way} on {named}"
