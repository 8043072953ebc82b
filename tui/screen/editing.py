"""Edits the policy of an endpoint: a text, its checks while it is typed, and its way into force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.network.order import FINAL, Progress, Stage
from tui.policies.same import DEFAULT_POLICY, same_meaning
from tui.policies.spacing import laid_out
from tui.policies.survey import Survey
from tui.screen.applying import Applying
from tui.screen.dialogs.edited import change_lines
from tui.screen.dialogs.editor import Editor
from tui.screen.dialogs.prompt import Question
from tui.screen.foreign_editor import hand_over
from tui.screen.format import time_of_day
from tui.screen.glyphs import Glyphs
from tui.screen.policy_desk import PolicyAsk, PolicySurveyed
from tui.screen.policy_store import Draft, PolicyStore
from tui.screen.work import Work, title_of

if TYPE_CHECKING:
    from textual.timer import Timer

    from tui.network.rules import Endpoint
    from tui.policies.expectation import Tried
    from tui.screen.changer import Changer

PAUSE = 0.25  # seconds without a key after which the text is checked
EDITED, LIVE, MEANWHILE = "edited", "edited-live", "edited-meanwhile"  # what the desk is asked for
LEAVES = ("keep them as a draft, for when it is opened again", "throw them away", "go on editing")


class Editing:
    """One per app; imported when a policy is first edited, which is after the first paint."""

    def __init__(self, app: Changer) -> None:
        self._app = app
        self.store = PolicyStore(app.options.state_folder)
        self._editor = Editor()
        self.applying = Applying(app, self._editor, self.store, self._told, self._closed)
        self.in_force = self.applying.in_force
        app.install_screen(self._editor, "editor")
        self.work: Work | None = None
        self._before: tuple[Tried, ...] = ()  # the expectations, of the text in force
        self._held: tuple[object, ...] = ()  # the text and the expectations that this was asked of
        self._timer: Timer | None = None

    # Opening.

    def edit(self, endpoint: Endpoint, text: str | None = None) -> None:
        """Open an endpoint's policy: its draft if there is one, else what is in force; or this text."""
        draft = self.store.draft(endpoint.id)
        live = self.in_force.text(endpoint)
        work = Work(endpoint, self._app.subject_of(endpoint), title_of(endpoint), live)
        if text is None and draft is not None:
            at = time_of_day(draft.at, utc=self._app.options.utc, pattern="%d %b %H:%M")
            work.notes.append(((f"  Your draft of {at} is open; ctrl+r begins anew from what is in force.", "paused"),))
            if draft.was != live:
                work.notes.append((("  The policy in force has changed since that draft was begun.", "stalled"),))
        begun = draft.text if draft is not None else laid_out(live or DEFAULT_POLICY)
        shown = begun if text is None else text
        self.work, self._before, self._held = work, (), ()
        self._push()
        self._editor.open(work.title, shown)
        self._note()
        self._ask()

    def _push(self) -> None:
        base = self._app.screen_stack[0]
        for name in ("-ascii", "-small"):
            self._editor.set_class(base.has_class(name), name)
        if self._editor not in self._app.screen_stack:
            self._app.push_screen(self._editor)

    # While it is typed.

    @property
    def is_typed_in(self) -> bool:
        """Whether keys go to the text."""
        return bool(self._app.screen_stack) and self._app.screen is self._editor

    def act(self, what: str) -> None:
        """A key of the editor's."""
        acts = {
            "apply": self.apply,
            "leave": self.leave,
            "restart": self.restart,
            "foreign": self._go_on_elsewhere,
            "try": self._try,
        }
        acts[what]()

    def _try(self) -> None:
        """What if: requests against the text that stands there."""
        if self.work is not None and self._app.inventory is not None:
            self._app.trying.open(self._app.inventory, self.work.endpoint, text=self._editor.text)

    def edited(self) -> None:
        """The reader typed: check it at the next pause."""
        if self.work is not None:
            self.work.is_applying = False
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._app.set_timer(PAUSE, self._ask)

    @property
    def is_edited(self) -> bool:
        """Whether something stands there that is not in force."""
        work = self.work
        return work is not None and self._editor.text not in (work.was, laid_out(work.was or DEFAULT_POLICY))

    def _ask(self) -> None:
        """Have the text checked, and keep it as a draft."""
        work = self.work
        if work is None or self._editor not in self._app.screen_stack:
            return
        endpoint, text = work.subject.id, self._editor.text
        expectations = self._app.expectations(endpoint)
        if (held := (work.was, expectations)) != self._held:
            self._held = held
            self._app.desk.ask(PolicyAsk(LIVE, work.subject, work.was, None, expectations))
        self._app.desk.ask(PolicyAsk(EDITED, work.subject, text, work.was, expectations))
        if self.is_edited:
            self.store.keep_draft(endpoint, Draft(self._app.options.clock(), text, work.was))
        elif self.store.draft(endpoint) is not None and not work.is_anew:
            self.store.drop_draft(endpoint)
        self._note()

    @property
    def _glyphs(self) -> Glyphs:
        return self._app.panes.flows.rows.glyphs

    def _note(self) -> None:
        readonly = "" if self._app.changes is not None else "draft only, without --allow-changes"
        self._editor.note(", ".join(part for part in ("edited" if self.is_edited else "", readonly) if part))

    def surveyed(self, event: PolicySurveyed) -> None:
        """An answer of the desk's."""
        work, ask = self.work, event.ask
        if work is None or ask.subject != work.subject:
            return
        if ask.purpose == LIVE:
            self._before = event.survey.tried if event.survey is not None else ()
        elif ask.purpose == EDITED and ask.text == self._editor.text:
            work.survey = event.survey
            self._tell()
            if work.is_applying:
                work.is_applying = False
                self.applying.confirm(work, event.survey, self._before)
        elif ask.purpose == MEANWHILE:
            self._meanwhile(event.survey)

    def _tell(self) -> None:
        if self.work is not None:
            self._editor.tell(self.work.survey, self._before, self.work.notes)

    # Into force.

    def apply(self) -> None:
        """See what it changes, and confirm it; once what stands there has been checked."""
        work = self.work
        if work is None or not self._app.may_change():
            return
        if not self.is_edited:
            self._app.notify("That is in force already: nothing is different.", timeout=5)
            return
        work.is_applying = True
        self._ask()

    def _told(self, work: Work, progress: Progress) -> None:
        """An order has come so far; its work may be left by now."""
        if work is not self.work:
            return
        if progress.stage is Stage.STOPPED and progress.live and progress.live != work.was:
            self._app.desk.ask(PolicyAsk(MEANWHILE, work.subject, progress.live, work.was, ()))
        elif progress.stage is Stage.REFUSED:
            self._tell()
        elif progress.stage is Stage.DONE and not work.is_done:
            self._ask()
        if progress.stage in FINAL and self._app.screen is self._editor:
            self._closed()

    def _closed(self) -> None:
        """The page where it was confirmed is closed: leave what is in force, or go to what is wrong."""
        work = self.work
        if work is None:
            return
        if work.is_done:
            self._leave()
        elif work.place is not None:
            self._editor.go_to(*work.place)
            work.place = None

    # What somebody else changed meanwhile.

    def live_changed(self) -> None:
        """The endpoints are told anew."""
        work, known = self.work, self._app.inventory
        if work is None or known is None or self._editor not in self._app.screen_stack:
            return
        found = next((each for each in known.endpoints if each.id == work.subject.id), None)
        live = self.in_force.text(found) if found is not None else work.was
        if found is None and not work.notes:
            work.notes = [(("  The endpoint is not there any more.", "stalled"),)]
            self._tell()
        if not (same_meaning(live, work.was) or same_meaning(live, work.sent)):
            self._app.desk.ask(PolicyAsk(MEANWHILE, work.subject, live, work.was, ()))

    def _meanwhile(self, survey: Survey | None) -> None:
        """Hold the text against what is in force now, and tell what the other change was."""
        work = self.work
        if work is None or survey is None or survey.text == work.was:
            return
        work.notes = [
            (("  Somebody else changed the policy since you began. What that changed:", "stalled"),),
            *((("  ", ""), *line) for line in change_lines(survey, self._glyphs)),
            (
                (
                    "  Yours is now compared with that one: ctrl+s puts yours in its place, ctrl+r starts from it.",
                    "paused",
                ),
            ),
        ]
        work.was = survey.text
        self._ask()

    # Leaving.

    def restart(self) -> None:
        """Begin anew from what is in force; ctrl+z brings back what stood there."""
        if self.work is not None:
            self.work.notes = []
            self.work.is_anew = True  # what stood there stays a draft until something else is edited
            self._editor.replace(laid_out(self.work.was or DEFAULT_POLICY))

    def leave(self) -> None:
        """Back to the panes; ask what becomes of edits."""
        if not self.is_edited:
            self._leave()
            return
        question = Question(
            "Leave the editor", "There are edits that are not in force.", self._left, choices=LEAVES, keys="Enter, Esc"
        )
        self._app.pages.ask(question)

    def _left(self, written: str, choice: int) -> str:
        del written
        work = self.work
        if work is not None and choice == 0:
            self.store.keep_draft(work.subject.id, Draft(self._app.options.clock(), self._editor.text, work.was))
        elif work is not None and choice == 1:
            self.store.drop_draft(work.subject.id)
        if choice in (0, 1):
            self._app.call_after_refresh(self._leave)
        return ""

    def _leave(self) -> None:
        self.work = None
        if self._app.screen is self._editor:
            self._app.pop_screen()

    # In another editor.

    def foreign(self, endpoint: Endpoint) -> None:
        """Edit in $EDITOR what E would open; what comes back is opened here, to be checked and applied."""
        draft = self.store.draft(endpoint.id)
        text = draft.text if draft is not None else laid_out(self.in_force.text(endpoint))
        hand_over(self._app, self.store.folder, endpoint.id, text, lambda back: self.edit(endpoint, back))

    def _go_on_elsewhere(self) -> None:
        if self.work is not None:
            hand_over(self._app, self.store.folder, self.work.subject.id, self._editor.text, self._editor.replace)
