"""Puts an edited policy into force: confirmed, carried out, and back in the editor with what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tui.flows.clean import clean
from tui.network.order import Progress, SetPolicy, Stage
from tui.policies.spacing import place_before
from tui.screen.dialogs.edited import different_lines, refused_for, to_send
from tui.screen.dialogs.editor import Editor
from tui.screen.in_force import InForce
from tui.screen.policy_store import PolicyStore
from tui.screen.work import Work

if TYPE_CHECKING:
    from tui.policies.expectation import Tried
    from tui.policies.survey import Survey
    from tui.screen.changer import Changer


class Applying:
    """One per app. `told` is called after each Progress, `closed` when the page of the confirmation has been left."""

    def __init__(
        self,
        app: Changer,
        editor: Editor,
        store: PolicyStore,
        told: Callable[[Work, Progress], object],
        closed: Callable[[], object],
    ) -> None:
        self._app = app
        self._editor = editor
        self._store = store
        self._told = told
        self._closed = closed
        self.in_force = InForce()

    def confirm(self, work: Work, survey: Survey | None, before: Sequence[Tried]) -> None:
        """Show what the text in the editor changes, unless AWS would not take it; confirmed, it is ordered."""
        errors = refused_for(survey) if survey is not None else ()
        if errors:
            self._editor.go_to(errors[0].line, errors[0].column)
            many = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
            self._app.notify(f"AWS would not take it: mend {many} first.", severity="warning", timeout=5)
            return
        text, endpoint, was = self._editor.text, work.subject.id, work.was
        work.sent, work.place, work.is_done = to_send(text), None, False
        unkept: list[str] = []

        def keep() -> None:
            """The text in force is kept for undo, in the thread that changes it and before it does."""
            unkept.append(self._store.keep(endpoint, was, self._app.options.clock()))

        def told(progress: Progress) -> None:
            """How it goes; the page may be closed by now, and another policy be open."""
            self._progress(work, text, progress)
            if progress.stage is Stage.DONE and any(unkept):
                said = f"The policy before is kept only until you quit: {unkept[0]}."
                self._app.notify(said, severity="warning", timeout=10, markup=False)
            self._told(work, progress)

        self._app.ordering.confirm(
            f"Apply to {work.title}",
            SetPolicy(endpoint, work.sent, was),
            list(different_lines(survey, text, was, before, self._app.panes.flows.rows.glyphs)),
            told,
            inventory=self._app.inventory,
            before=keep,
            closed=self._closed,
        )

    def _progress(self, work: Work, text: str, progress: Progress) -> None:
        """What is known of the text and of the policy in force from now on."""
        if progress.stage is Stage.DONE:
            now = progress.live or work.sent
            self.in_force.applied(work.subject.id, work.was, now)
            work.was = now
            draft = self._store.draft(work.subject.id)
            work.is_done = draft is None or draft.text == text  # else the reader has typed on
            if work.is_done:
                self._store.drop_draft(work.subject.id)
        elif progress.stage is Stage.REFUSED:
            glyph = self._app.panes.flows.rows.glyphs.reject
            work.notes = [((f"{glyph} {clean(progress.text, 2_000)}", "reject"),)]
            if progress.place is not None:
                work.place = progress.place if work.sent == text else place_before(text, progress.place)
