"""What is told of the network and of the flow logs, rather than by flow records: changes, delivery, silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import polars as pl

from tui.alerts.draft import Draft, span_text
from tui.alerts.model import Severity
from tui.alerts.observation import Aspect, Changed, Known
from tui.alerts.rule import AlertRule, On
from tui.alerts.sheet import SLOT, Sheet
from tui.alerts.spell import spells
from tui.flows.clean import clean
from tui.flows.source import FlowLogState

_MOST = 1_000  # changes, flow logs or log groups that are remembered


class Changes:
    """Changes of rules or of endpoints: what has changed is a subject, and all of them are events."""

    def __init__(self, rule: AlertRule) -> None:
        self.rule = rule
        self._aspect = Aspect.ENDPOINT if rule.on is On.ENDPOINTS else Aspect.RULES
        self._seen: dict[tuple[float, str, str], Changed] = {}

    def learn(self, known: Known) -> None:
        """Take in the changes that are remembered."""
        for each in known.changes:
            if each.aspect is self._aspect:
                self._seen[each.at, each.id, each.what] = each
        for key in sorted(self._seen)[: max(0, len(self._seen) - _MOST)]:
            del self._seen[key]

    def drafts(self, at: float) -> Iterator[Draft]:
        """What is to be said at a time of the data."""
        resources: dict[str, list[Changed]] = {}
        for _, each in sorted(self._seen.items(), key=lambda item: item[0]):
            resources.setdefault(each.id, []).append(each)
        for changes in resources.values():
            minutes = [int(each.at) // SLOT for each in changes]
            for spell in spells(minutes, 0, self.rule.cool_down // SLOT):
                mine = [each for each in changes if spell.begun <= int(each.at) // SLOT <= spell.until]
                yield self._draft(mine, at)

    def _draft(self, changes: list[Changed], at: float) -> Draft:
        first, last = changes[0], changes[-1]
        more = f" ({len(changes)} changes)" if len(changes) > 1 else ""
        name = clean(last.name, 60)
        return Draft(
            self.rule,
            f"{clean(last.id, 60)}" + (f" {name}" if name and name != last.id else ""),
            Severity.CRITICAL if any(each.grave for each in changes) else self.rule.severity,
            clean(last.what, 300) + more,
            first.at,
            last.at,
            first.at,
            last.at if at - last.at > self.rule.cool_down else None,
            len(changes),
            len(changes),
            "changes",
        )


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A trouble of one subject from `since` to `until`, None while it lasts; `seen` is when it was last told."""

    subject: str
    since: float
    raised: float
    seen: float
    until: float | None = None
    note: str = ""


class _Stretches:
    """Troubles that last: at most one of a subject at a time, and those that are over."""

    def __init__(self, rule: AlertRule) -> None:
        self.rule = rule
        self._open: dict[str, _Stretch] = {}
        self._over: list[_Stretch] = []

    def _tell(self, subject: str, since: float, raised: float, at: float, note: str) -> None:
        known = self._open.get(subject)
        if known is None and len(self._open) < _MOST:
            self._open[subject] = _Stretch(subject, since, raised, at, None, note)
        elif known is not None:
            self._open[subject] = replace(known, seen=max(known.seen, at), note=note)

    def _end(self, subject: str, until: float) -> None:
        known = self._open.pop(subject, None)
        if known is not None:
            self._over = [*self._over, replace(known, until=max(until, known.since))][-_MOST:]

    def _all(self) -> Iterator[_Stretch]:
        yield from self._over
        yield from self._open.values()


class Delivery(_Stretches):
    """Flow logs whose delivery DescribeFlowLogs calls FAILED."""

    def told(self, states: Iterable[FlowLogState], at: float) -> None:
        """Take in how the flow logs get on."""
        failing = {state.id: state for state in states if state.delivery == "FAILED"}
        for state in failing.values():
            note = f"{state.error or 'no reason given'}: nothing of {state.resource} reaches {state.log_group or 'its log group'}"
            self._tell(state.id, at, at, at, note)
        for subject in [subject for subject in self._open if subject not in failing]:
            self._end(subject, at)

    def drafts(self, at: float) -> Iterator[Draft]:
        """What is to be said at a time of the data."""
        for each in self._all():
            sentence = f"flow log {clean(each.subject, 60)} cannot deliver: {clean(each.note, 200)}"
            last = each.until if each.until is not None else max(at, each.seen)
            yield _lasting(self.rule, each, sentence, last, 1, "flow logs")


class Silence(_Stretches):
    """Log groups from which something came, and for `threshold` seconds nothing more, though the source was asked."""

    def __init__(self, rule: AlertRule) -> None:
        super().__init__(rule)
        self._newest: dict[str, float] = {}

    def take(self, sheet: Sheet) -> None:
        """See from where records came, and of when the newest is."""
        newest = sheet.frame.group_by("group").agg(pl.col("last").max())
        for group, last in newest.with_columns(pl.col("group").cast(pl.String)).iter_rows():
            if group and last > self._newest.get(group, 0.0) and (group in self._newest or len(self._newest) < _MOST):
                self._newest[group] = float(last)

    def tick(self, at: float) -> None:
        """Time went on to `at`, and the source was asked."""
        for group, newest in self._newest.items():
            if at - newest >= self.rule.threshold:
                self._tell(group, newest, newest + self.rule.threshold, at, "")
            elif group in self._open:
                self._end(group, newest)

    def drafts(self, at: float) -> Iterator[Draft]:
        """What is to be said at a time of the data."""
        for each in self._all():
            until = each.until if each.until is not None else max(at, each.seen)
            quiet = until - each.since
            sentence = f"nothing has come from {clean(each.subject, 120)} for {span_text(quiet)}"
            yield _lasting(self.rule, each, sentence, until, round(quiet), "seconds")


def _lasting(rule: AlertRule, each: _Stretch, sentence: str, last: float, count: int, unit: str) -> Draft:
    return Draft(
        rule, clean(each.subject, 120), rule.severity, sentence, each.since, last, each.raised, each.until, count, count, unit
    )  # fmt: skip
