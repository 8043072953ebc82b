"""Why a record says REJECT, at one end: what the rules that may have held then make of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tui.network.verdict.finding import Finding, find
from tui.network.verdict.judge_end import also, cannot_tell, verdict_of
from tui.network.verdict.model import Confidence, Flow, Ruling, Verdict
from tui.network.verdict.past import SETTLING, Version, before, versions
from tui.network.verdict.place import Place
from tui.network.verdict.role import Role, newest, role_of
from tui.network.verdict.rulebook import Rulebook
from tui.network.verdict.stale import has_no_syn, is_stale, stale
from tui.network.verdict.words import moment, steps

_AGED = 900  # seconds after which rules that were not read again are doubted; the pace of reading is minutes


@dataclass(frozen=True, slots=True)
class _Case:
    """A refused record at one end: its role, and what each of the rules that may have held says, newest first."""

    flow: Flow
    place: Place
    role: Role
    book: Rulebook
    tried: tuple[tuple[Version, Finding], ...]

    @property
    def refused(self) -> list[tuple[Version, Finding]]:
        """Those that refuse it."""
        return [each for each in self.tried if each[1].passes is False]

    def again(self, book: Rulebook) -> Finding | None:
        """What other rules would say of it."""
        found = self.tried[0][1]
        other = find(
            self.flow,
            self.place.interface,
            book,
            egress=self.place.egress,
            is_reply=found.is_reply,
            tracked=found.tracked,
        )
        return other if isinstance(other, Finding) else None


def explain_reject(flow: Flow, place: Place, book: Rulebook, history: Sequence[Flow]) -> Verdict:
    """The verdict on a refused record."""
    role = role_of(flow, place.interface.id, history, egress=place.egress)
    tried = _tried(flow, place, role, versions(flow, place.interface, book))
    if isinstance(tried, str):
        return replace(cannot_tell(tried, place.interface.id, egress=place.egress), evidence=(flow,))
    if all(found.passes for _, found in tried):  # a change that AWS told late may have refused it
        late = _tried(flow, place, role, versions(flow, place.interface, book, SETTLING))
        tried = tried if isinstance(late, str) else late
    case = _Case(flow, place, role, book, tuple(tried))
    acl_passes = all(found.acl.passes for _, found in tried)
    groups_refuse = any(found.groups.passes is False for _, found in tried)
    edits = case.refused[0][0].by if case.refused else ()
    if acl_passes and is_stale(flow, role, edits, groups_refuse=groups_refuse):
        return stale(flow, place, role, groups_refuse=groups_refuse)
    return _by_rules(case) if case.refused else _unexplained(case)


def _tried(flow: Flow, place: Place, role: Role, wanted: Sequence[Version]) -> list[tuple[Version, Finding]] | str:
    """What each of these rules says of it; why nobody can tell, where nothing is known at all."""
    tried = []
    for version in wanted:
        found = _found(flow, place, role, version.book)
        if isinstance(found, str):
            return found
        tried.append((version, found))
    return tried


def _found(flow: Flow, place: Place, role: Role, book: Rulebook) -> Finding | str:
    """What rules say of it, as what it is.

    Groups are not asked of what belongs to something that was let through. If only the flow itself says that it does,
    by its flags, that counts where an ACL denies it; else, nobody asked for it, and groups need a rule for it.
    """
    interface, egress, _ = place
    tracked = bool(role.asked) and role.is_reply
    if not tracked and ((role.is_reply and role.sure) or has_no_syn(flow)):
        found = find(flow, interface, book, egress=egress, is_reply=role.is_reply, tracked=True)
        if isinstance(found, str) or found.acl.passes is False:
            return found
    return find(flow, interface, book, egress=egress, is_reply=role.is_reply, tracked=tracked)


def _by_rules(case: _Case) -> Verdict:
    """A group or an ACL refused it then; what has changed since, or just before, is told."""
    role = case.role
    version, found = case.refused[0]
    aged = _aged(case)
    sure = _is_sure(role, found) and len(case.refused) == len(case.tried) and not aged
    verdict = verdict_of(found, version.book, None if sure else Confidence.LIKELY)
    told = [each for each in (role.why, *_edit(case, version), case.place.told, aged) if each]
    verdict = replace(also(verdict, *told), evidence=_evidence(case))
    return _since(case, version, verdict) if version.since else verdict


def _times(case: _Case) -> tuple[int | None, float]:
    """When the record was taken, and when the rules were read last."""
    seen = case.flow.end if case.flow.end is not None else case.flow.start
    return seen, min(case.book.known.read_at.get(part, 0.0) for part in ("groups", "acls"))


def _aged(case: _Case) -> str:
    """That the rules could not be read for long before the record, if so: they may have been edited."""
    seen, read = _times(case)
    if not read or seen is None or seen - read < _AGED:
        return ""
    return (
        f"The rules are as they were read at {moment(read)} UTC, {round((seen - read) / 60)} minutes before the record"
    )


def _is_sure(role: Role, found: Finding) -> bool:
    """Whether it makes no difference what is not known of the flow's role."""
    if found.groups.passes is False:  # a late reply would be refused as well
        return role.told and not role.is_reply
    return role.sure or not role.is_reply or bool(role.asked)


def _since(case: _Case, version: Version, verdict: Verdict) -> Verdict:
    """The rules changed after the record: today's may let it through."""
    change, now = version.since[0], case.again(case.book)
    told = f"The rules changed at {moment(change.at)} UTC ({change.what})"
    if now is None or now.passes is None:
        return also(verdict, told, *(now.doubts if now else ()))
    if now.passes:
        return replace(
            also(verdict, *(f"Today: {step}" for step in steps(now, case.book))),
            ruling=Ruling.CHANGED,
            short=f"rules changed {moment(change.at)}",
            sentence=f"{verdict.sentence} {told}: now it is let through.",
            closest="",
            fix="",
            fix_note="There is nothing to mend: today's rules let it through.",
        )
    today = verdict_of(now, case.book)
    return replace(
        also(verdict, f"{told}; today's rules refuse it too: {today.sentence}"),
        closest=today.closest,
        fix=today.fix,
        fix_note=today.fix_note,
    )


def _edit(case: _Case, version: Version) -> tuple[str, ...]:
    """The change that made the rules refuse it, if they let it through before."""
    earlier = before(version, case.book)
    then = case.again(earlier.book) if earlier else None
    if then is None or not then.passes:
        return ()
    change = version.by[-1]
    return (f"The rules changed at {moment(change.at)} UTC ({change.what}): before, it was let through",)


def _unexplained(case: _Case) -> Verdict:
    """The rules do not refuse it, or nobody can tell whether they do."""
    version, found = case.tried[0]
    if found.passes is None:
        verdict = verdict_of(found, version.book)
        told = [case.role.why] if case.role.why else []
        return replace(also(verdict, *told), evidence=_evidence(case))
    seen, read = _times(case)
    if found.packet.peer.is_multicast or found.packet.text == "255.255.255.255":
        why = f"{found.packet.text} stands for many at once, which a VPC does not carry, whatever the rules say"
    elif seen is not None and read < seen:
        why = f"the rules as they were read at {moment(read)} UTC let it through, and it was refused after that"
    else:
        why = "the rules let it through, and no change of them is known"
    verdict = cannot_tell(why, case.place.interface.id, egress=case.place.egress)
    more = "It may be a late packet of a closed connection, or the interface had other security groups then"
    return replace(also(verdict, *steps(found, version.book), more), evidence=_evidence(case))


def _evidence(case: _Case) -> tuple[Flow, ...]:
    """The record, after the one that shows that its conversation was let through, if there is one."""
    passed = newest(case.role.asked) if case.role.is_reply else newest(case.role.same)
    return (case.flow,) if passed is None else (passed, case.flow)
