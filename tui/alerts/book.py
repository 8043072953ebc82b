"""What the reader and the watch have said of alerts: acknowledged, muted, called out. Laid over drafts, by id."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tui.alerts.draft import Draft
from tui.alerts.model import Alert, Severity, State

_MOST = 10_000  # ids that are remembered
MOST_OVER = 500  # alerts of the past that are kept


@dataclass(slots=True)
class Book:
    """By id: when it was acknowledged, until when it is muted, and at what time of what severity it called out.

    A moment means the spell that it falls into: what late records add to a spell does not make another of it.
    """

    acknowledged: dict[str, float] = field(default_factory=dict)
    muted: dict[str, float] = field(default_factory=dict)
    called: dict[str, tuple[float, Severity]] = field(default_factory=dict)

    def alerts(self, drafts: Iterable[Draft], at: float) -> tuple[Alert, ...]:
        """Alerts of drafts: those that last, the worst and newest first, then of the past the newest."""
        newest: dict[str, Draft] = {}
        ordered = sorted(drafts, key=lambda each: (each.id, each.first))
        for each in ordered:
            newest[each.id] = each
        made = [self._alert(each, at, is_newest=newest[each.id] is each) for each in ordered]
        made.sort(key=lambda each: (_RANK[each.state], -each.severity, -each.raised, each.id))
        there = [each for each in made if each.state is not State.OVER]
        over = sorted(
            (each for each in made if each.state is State.OVER), key=lambda each: (-(each.ended or 0), each.id)
        )
        return (*there, *over[:MOST_OVER])

    def _alert(self, draft: Draft, at: float, *, is_newest: bool) -> Alert:
        until = self.muted.get(draft.id)
        if draft.ended is not None:
            state = State.OVER
        elif until is not None and until > at:
            state = State.MUTED
        else:
            state = State.ACKNOWLEDGED if self._is_acknowledged(draft) else State.FIRING
        return Alert(
            id=draft.id if is_newest else f"{draft.id} @{draft.first:.0f}",
            rule=draft.rule.name,
            subject=draft.subject,
            severity=draft.severity,
            sentence=draft.sentence,
            state=state,
            count=draft.count,
            peak=draft.peak,
            unit=draft.unit,
            first=draft.first,
            last=draft.last,
            raised=draft.raised,
            ended=draft.ended,
            muted_until=until if state is State.MUTED else None,
            filter=draft.filter,
        )

    def _is_acknowledged(self, draft: Draft) -> bool:
        moment = self.acknowledged.get(draft.id)
        return moment is not None and draft.first <= moment

    def calls(self, alerts: Iterable[Alert]) -> tuple[Alert, ...]:
        """Those that call out: firing, and not called before in this spell, or only when they were less bad."""
        found = []
        for each in alerts:
            moment, severity = self.called.get(each.id, (float("-inf"), Severity.NOTICE))
            if each.state is State.FIRING and (moment < each.first or severity < each.severity):
                self.called[each.id] = (each.last, each.severity)
                found.append(each)
        while len(self.called) > _MOST:
            del self.called[next(iter(self.called))]
        return tuple(found)

    def acknowledge(self, alert: str, moment: float) -> None:
        """The reader knows of it, as it is at this moment of it."""
        _put(self.acknowledged, alert, moment)

    def mute(self, alert: str, until: float) -> None:
        """It is silent until then."""
        _put(self.muted, alert, until)

    def unmute(self, alert: str) -> None:
        """It may be heard again."""
        self.muted.pop(alert, None)


def _put(where: dict[str, float], alert: str, value: float) -> None:
    where.pop(alert, None)
    where[alert] = value
    while len(where) > _MOST:
        del where[next(iter(where))]


_RANK = {State.FIRING: 0, State.ACKNOWLEDGED: 1, State.MUTED: 2, State.OVER: 3}
