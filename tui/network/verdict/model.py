"""What is asked of a verdict, and what it answers, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Flow:
    """One direction of a conversation: as an interface recorded it, or as somebody asks about it.

    `source` and `target` are the packet's own addresses: pkt-srcaddr and pkt-dstaddr where the record has them, else
    srcaddr and dstaddr. `seen_source` and `seen_target` are srcaddr and dstaddr, '' where they say the same. `interface`
    is the ENI that recorded it, '' if it need not exist. `egress` is flow-direction, None if it is not told. `flags` are
    tcp-flags, None if not logged. `action` is ACCEPT, REJECT or '' where nobody judged it yet. `start` and `end` are Unix
    seconds. Ports are None where the protocol has none; `icmp_type` and `icmp_code` are in no flow record, only in a question.
    """

    source: str
    target: str
    protocol: int
    source_port: int | None = None
    target_port: int | None = None
    interface: str = ""
    egress: bool | None = None
    flags: int | None = None
    action: str = ""
    reject_reason: str = ""
    start: int | None = None
    end: int | None = None
    packets: int | None = None
    seen_source: str = ""
    seen_target: str = ""
    icmp_type: int | None = None
    icmp_code: int | None = None


class Ruling(StrEnum):
    """What became of a flow, and what did it; the values are words for the reader and for JSON."""

    ALLOWED = "allowed"
    NO_RULE = "no rule"  # no security-group rule allows it
    ACL_ENTRY = "acl entry"  # a network-ACL entry denies it
    ACL_RETURN = "acl return"  # an ACL entry denies the reply to what was let through
    PUBLIC_ACCESS = "block public access"  # VPC Block Public Access
    STALE = "stale"  # packets that came after the connection was closed
    CHANGED = "changed"  # today's rules let it through: they changed since
    UNKNOWN = "cannot tell"


class Confidence(StrEnum):
    """How sure a verdict is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a flow was refused, or that it would pass.

    `direction` is `in` or `out`, of the rule at `interface`, the ENI that decided. `rule` is what decided, by id
    (`sg-… sg-…`: the groups of which none allows it; `sgr-…`: the rule that allows it; `acl-… 100`: the entry).
    `short` fits 24 columns (`no SG rule in`, `ACL 100 denies out`); `sentence` is the whole answer. `because` are the
    steps that led to it and what was doubted, a sentence each. `evidence` are the records that show it. `closest` is the
    rule that nearly allows it and in what it differs, '' if none is near. `fix` is the aws command that would allow
    exactly this flow, '' if none would; `fix_note` what it does, or why there is none.
    """

    ruling: Ruling
    confidence: Confidence
    short: str
    sentence: str
    direction: str = ""
    interface: str = ""
    rule: str = ""
    because: tuple[str, ...] = ()
    evidence: tuple[Flow, ...] = ()
    closest: str = ""
    fix: str = ""
    fix_note: str = ""
