"""What becomes of a flow that need not exist: both ends, both directions, and the way between them, joined.

The request is judged where it leaves the source, wherever it passes an interface on its way, and where it enters the
target; then the reply, where it leaves the target and comes back. What is refused first is the answer, and whatever else
is refused is told too, so that nobody mends one thing only to meet the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tui.network.end import End, Where
from tui.network.inventory import Inventory
from tui.network.leg import Fate, Leg, Path
from tui.network.place import Interface
from tui.network.question import ICMP, ICMPV6, Question, Service, in_version
from tui.network.route import path_back, path_between
from tui.network.verdict.judge_end import judge
from tui.network.verdict.model import Confidence, Flow, Ruling, Verdict
from tui.network.verdict.portion import refused_portion

REQUEST, REPLY = "request", "reply"
# What each ICMP message is answered with (RFC 792, RFC 4443); the others are answered with none.
_ANSWERS = {(ICMP, 8): 0, (ICMP, 13): 14, (ICMP, 15): 16, (ICMP, 17): 18, (ICMPV6, 128): 129}
_BY = {
    Ruling.NO_RULE: "security group",
    Ruling.ACL_ENTRY: "network ACL",
    Ruling.ACL_RETURN: "network ACL",
    Ruling.PUBLIC_ACCESS: "block public access",
}
# Load balancers end the client's connection and open another to a target, which is another question.
_ENDING = {"alb", "clb", "elb"}


@dataclass(frozen=True, slots=True)
class Step:
    """One place on the way, in order. `trip` is request or reply, `place` where, in words; `by` what decided there.

    `direction` is `in` or `out`, at `interface`, which is '' for a part of the way between two. The rest as in Verdict;
    `doubts` are why it is not certain.
    """

    trip: str
    place: str
    fate: Fate
    by: str
    rule: str
    sentence: str
    direction: str = ""
    interface: str = ""
    confidence: Confidence = Confidence.CERTAIN
    because: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    note: str = ""
    closest: str = ""
    fix: str = ""
    fix_note: str = ""


@dataclass(frozen=True, slots=True)
class Journey:
    """The answer. `decided` is the step that made it, `sentence` the whole of it; `steps` are all, in order.

    `notes` are worth knowing and decide nothing.
    """

    fate: Fate
    confidence: Confidence
    sentence: str
    decided: Step
    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()

    @property
    def fixes(self) -> tuple[str, ...]:
        """Every command that is needed for the flow to pass, in order of the way."""
        wanted = [step.fix for step in self.steps if step.fate is Fate.REFUSED and step.fix]
        return tuple(dict.fromkeys(wanted))


def journey_of(question: Question, source: End, target: End, inventory: Inventory) -> Journey:
    """Whether a flow would pass from one end to the other, and its replies back.

    Args:
        question: what is asked.
        source: the end that opens the connection, of tui.network.end.ends_of.
        target: the other.
        inventory: what is known.
    """
    service = in_version(question.service, source.parsed.version)
    there = path_between(source, target, inventory, service.protocol)
    walk = _Walk(inventory, source, target, service, question.source_port, there)
    steps = tuple(walk.steps())
    asked = f"{source.named} → {_at(target, service)}"
    return _answer(asked, steps, tuple(filter(None, _notes(source, target, inventory, steps))))


def unknown(reason: str, inventory: Inventory) -> Journey:
    """The answer where not even the ends could be looked up: something may not be read."""
    step = Step(REQUEST, "ends", Fate.UNKNOWN, "", "", reason, confidence=Confidence.UNKNOWN, because=(reason,))
    return Journey(Fate.UNKNOWN, Confidence.UNKNOWN, f"nobody can tell: {reason}", step, (step,), inventory.missing)


class _Walk:
    """Judges one place after the other."""

    def __init__(  # a packet has as many parts
        self, inventory: Inventory, source: End, target: End, service: Service, port: int | None, there: Path
    ) -> None:
        self.inventory = inventory
        self.source = source
        self.target = target
        self.service = service
        self.port = port
        self.there = there
        self.carried = target.public if target.by_public and source.where is not Where.INTERNET else target.address

    def steps(self) -> Iterator[Step]:
        """Every step, the request's first."""
        if self.there.last == "service":
            yield from map(self._leg, self.there.legs)
            return
        yield from self._request()
        if self.there.fate is not Fate.REFUSED and self.target.where is not Where.VACANT and self._is_answered():
            yield from self._reply()

    def _request(self) -> Iterator[Step]:
        source, target = self.source, self.target
        if source.interface is not None:
            yield self._judged(REQUEST, source.interface, source.address, self.carried, egress=True)
        elif source.where is Where.VACANT:
            yield self._vacant(source, f"out of {source.named}", Fate.UNKNOWN, "so its security groups are not known")
        at = source.address
        for leg in self.there.legs:
            yield self._leg(leg)
            if leg.via is not None:
                yield self._judged(REQUEST, leg.via, at, self.carried, egress=False)
                at = leg.source or at
                yield self._judged(REQUEST, leg.via, at, self.carried, egress=True)
        if self.there.fate is Fate.REFUSED:
            return
        if target.interface is not None:
            yield self._judged(REQUEST, target.interface, self.there.source, target.address, egress=False)
            yield from self._unanswered(target.interface)
        elif target.where is Where.VACANT:
            yield self._vacant(target, f"into {target.named}", Fate.REFUSED, "so nobody is there to be reached")

    def _vacant(self, end: End, place: str, fate: Fate, so: str) -> Step:
        """An address that no interface here has; where interfaces may not be read, that says nothing."""
        if not self.inventory.has("interfaces"):
            told = next(
                (each for each in self.inventory.missing if "NetworkInterfaces" in each), "interfaces were not read"
            )
            return Step(REQUEST, place, Fate.UNKNOWN, "address", end.address, told, confidence=Confidence.UNKNOWN)
        likely, doubt = Confidence.LIKELY, "an interface of another account, in a shared subnet, may have it"
        confidence = likely if fate is Fate.REFUSED else Confidence.UNKNOWN
        sentence = f"no interface has {end.address}, {so}"
        return Step(REQUEST, place, fate, "address", end.address, sentence, confidence=confidence, doubts=(doubt,))

    def _unanswered(self, at: Interface) -> Iterator[Step]:
        """Interfaces that only pass on what others open."""
        owner = self.inventory.index.owners[at.id]
        if owner.kind == "nat":
            sentence = (
                f"{owner.label} is a NAT gateway: it passes on what others open, and nothing answers at its address"
            )
            yield Step(REQUEST, f"at {owner.label}", Fate.REFUSED, "NAT gateway", at.id, sentence, "in", at.id)

    def _reply(self) -> Iterator[Step]:
        source, target = self.source, self.target
        if target.interface is not None:
            yield self._judged(REPLY, target.interface, target.address, self.there.source, egress=True)
        for leg in path_back(source, target, self.there, self.inventory).legs:
            yield self._leg(leg, REPLY)
        at, passed = source.address, list[tuple[Interface, str, str]]()
        for leg in self.there.legs:
            if leg.via is not None:
                passed.append((leg.via, at, leg.source or at))
                at = leg.source or at
        for via, inner, outer in reversed(passed):
            yield self._judged(REPLY, via, self.carried, outer, egress=False)
            yield self._judged(REPLY, via, self.carried, inner, egress=True)
        if source.interface is not None:
            yield self._judged(REPLY, source.interface, self.carried, source.address, egress=False)

    def _leg(self, leg: Leg, trip: str = REQUEST) -> Step:
        doubtful = Confidence.LIKELY if leg.doubts else Confidence.CERTAIN
        confidence = Confidence.UNKNOWN if leg.fate is Fate.UNKNOWN else doubtful
        comes = trip == REQUEST and self.source.where not in {Where.INTERFACE, Where.VACANT}
        return Step(
            trip, "route", leg.fate, leg.by, leg.rule, leg.sentence, "in" if comes else "out", confidence=confidence,
            doubts=leg.doubts, note=leg.note, fix=leg.fix, fix_note=leg.fix_note,
        )  # fmt: skip

    def _judged(self, trip: str, at: Interface, source: str, target: str, *, egress: bool) -> Step:
        """What security groups and the network ACL of an interface say."""
        reply = trip == REPLY
        flow = self._flow(source, target, at, egress=egress, reply=reply)
        verdict = judge(flow, self.inventory, at, egress=egress, is_reply=reply)
        label = self.inventory.index.owners[at.id].label
        place = f"{'out of' if egress else 'into'} {label if label != at.id else at.address or at.id}"
        step = _of_verdict(verdict, trip, place, at, "out" if egress else "in")
        several = reply and step.fate is not Fate.PASS
        portion = refused_portion(flow, self.inventory, at, egress=egress) if several else None
        if portion is None or not portion.is_exception:
            return step
        doubts = (portion.sentence,)
        return replace(step, fate=Fate.PASS, confidence=Confidence.LIKELY, doubts=doubts, fix="", fix_note="")

    def _flow(self, source: str, target: str, at: Interface, *, egress: bool, reply: bool) -> Flow:
        service = self.service
        # A NAT gateway chooses a port of its own.
        chosen = self.port if self.source.address in {source, target} else None
        kind = (
            _ANSWERS.get((service.protocol, service.icmp_type or 0), service.icmp_type) if reply else service.icmp_type
        )
        return Flow(
            source,
            target,
            service.protocol,
            service.port if reply else chosen,
            chosen if reply else service.port,
            at.id,
            egress,
            icmp_type=kind,
            icmp_code=service.icmp_code,
        )

    def _is_answered(self) -> bool:
        protocol = self.service.protocol
        return protocol not in {ICMP, ICMPV6} or (protocol, self.service.icmp_type) in _ANSWERS


def _of_verdict(verdict: Verdict, trip: str, place: str, at: Interface, direction: str) -> Step:
    fates = {Ruling.ALLOWED: Fate.PASS, Ruling.UNKNOWN: Fate.UNKNOWN}
    fate = fates.get(verdict.ruling, Fate.REFUSED)
    by = _BY.get(verdict.ruling) or ("network ACL" if verdict.rule.startswith("acl-") else "security group")
    doubts = verdict.because if fate is Fate.PASS and verdict.confidence is not Confidence.CERTAIN else ()
    return Step(
        trip, place, fate, by, verdict.rule, verdict.sentence, direction, at.id, verdict.confidence, verdict.because,
        doubts, "", verdict.closest, verdict.fix, verdict.fix_note,
    )  # fmt: skip


def _answer(asked: str, steps: tuple[Step, ...], notes: tuple[str, ...]) -> Journey:
    """The first that is refused decides; else the first of which nobody can tell; else it passes."""
    for fate, words in ((Fate.REFUSED, "would not pass"), (Fate.UNKNOWN, "may pass or not, nobody can tell")):
        decided = next((step for step in steps if step.fate is fate), None)
        if decided is not None:
            confidence = Confidence.UNKNOWN if fate is Fate.UNKNOWN else decided.confidence
            why = decided.sentence.removeprefix("Nobody can tell: ")
            return Journey(fate, confidence, f"{asked} {words}: {why}", decided, steps, notes)
    doubtful = next((step for step in steps if step.confidence is not Confidence.CERTAIN), None)
    both = ", and its replies too" if any(step.trip == REPLY for step in steps) else ""
    # What lets it in is what an asker looks for; where the target is not ours, what lets it out.
    judged = [step for step in steps if step.interface and step.trip == REQUEST] or list(steps)
    if doubtful is None:
        return Journey(Fate.PASS, Confidence.CERTAIN, f"{asked} would pass{both}", judged[-1], steps, notes)
    sentence = f"{asked} would pass{both}, as far as can be seen"
    return Journey(Fate.PASS, Confidence.LIKELY, sentence, judged[-1], steps, notes)


def _at(target: End, service: Service) -> str:
    if service.port is None:
        return f"{target.named} {service}"
    shown = target.named
    if target.parsed.version == 6:
        shown = shown.removesuffix(target.address) + f"[{target.address}]"
    return f"{shown}:{service}"


def _notes(source: End, target: End, inventory: Inventory, steps: tuple[Step, ...]) -> Iterator[str]:
    yield from (end.note for end in (source, target) if end.note)
    yield next((step.note for step in steps if step.note), "")
    if target.interface is not None:
        owner = inventory.index.owners[target.interface.id]
        if owner.kind in _ENDING:
            yield f"{owner.label} opens connections of its own to its targets: ask about those as well"
    if any(step.by == "internet gateway" for step in steps):
        if not all(each.public_access for each in inventory.subnets):
            yield "whether VPC Block Public Access stands before the internet gateway is not told"
        yield "what the other end does is not looked at"
    concerned = (
        "NetworkInterfaces",
        "Subnets",
        "Vpcs",
        "Peering",
        "SecurityGroup",
        "NetworkAcls",
        "RouteTables",
        "PrefixList",
    )
    yield from (each for each in inventory.missing if any(word in each for word in concerned))
