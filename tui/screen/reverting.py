"""Takes a policy back: to a version of before, or to the default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.flows.clean import clean
from tui.network.order import Progress, ResetToDefault, Stage
from tui.policies.same import DEFAULT_POLICY
from tui.screen.dialogs.edited import different_lines, differs
from tui.screen.dialogs.versions import Versions
from tui.screen.policy_desk import PolicyAsk, PolicySurveyed
from tui.screen.policy_showing import policy_changes, texts_of
from tui.screen.policy_store import MOST, Version

if TYPE_CHECKING:
    from tui.network.rules import Endpoint
    from tui.screen.changer import Changer

RESET, VERSION = "reset", "version "  # what the desk is asked for; behind the latter, which one


@dataclass(frozen=True, slots=True)
class Choice:
    """The versions that are offered, and the text in force."""

    endpoint: Endpoint
    live: str
    versions: tuple[Version, ...]


class Reverting:
    """One per app; imported when a policy is first taken back."""

    def __init__(self, app: Changer) -> None:
        self._app = app
        self._chooser = Versions()
        app.install_screen(self._chooser, "versions")
        self._choice: Choice | None = None
        self._resetting: Endpoint | None = None

    def undo(self, endpoint: Endpoint) -> None:
        """Offer the texts that were in force before."""
        editing = self._app.editing
        live = editing.in_force.text(endpoint)
        versions = tuple(each for each in self._versions(endpoint) if each.text != live)
        if not versions:
            self._app.notify("No change of this policy was made from here, or seen: nothing to go back to.", timeout=6)
            return
        self._choice = Choice(endpoint, live, versions)
        base = self._app.screen_stack[0]
        for name in ("-ascii", "-small"):
            self._chooser.set_class(base.has_class(name), name)
        self._chooser.ask(f"Policies of {endpoint.id} before", versions, utc=self._app.options.utc)
        self._app.push_screen(self._chooser, self._chosen)
        subject = self._app.subject_of(endpoint)
        for at, version in enumerate(versions):
            self._app.desk.ask(PolicyAsk(f"{VERSION}{at}", subject, version.text, live))

    def _versions(self, endpoint: Endpoint) -> list[Version]:
        """Those replaced from here, and those that were seen to be replaced by somebody; newest first, each once."""
        inventory = self._app.inventory
        changes = policy_changes(inventory.changes, endpoint.id) if inventory is not None else ()
        seen = [Version(change.at, texts[0]) for change in changes if (texts := texts_of(change)) and texts[0]]
        unlike = {each.text: each for each in sorted([*self._app.editing.store.versions(endpoint.id), *seen], key=_at)}
        return sorted(unlike.values(), key=_at, reverse=True)[:MOST]

    def _chosen(self, at: object) -> None:
        if isinstance(at, int) and self._choice is not None:
            self._app.editing.edit(self._choice.endpoint, self._choice.versions[at].text)

    def reset(self, endpoint: Endpoint) -> None:
        """Show what the default lets through besides, and have it confirmed."""
        if not self._app.may_change():
            return
        self._resetting = endpoint
        editing = self._app.editing
        expectations = self._app.expectations(endpoint.id)
        ask = PolicyAsk(
            RESET,
            self._app.subject_of(endpoint),
            DEFAULT_POLICY,
            editing.in_force.text(endpoint),
            expectations,
        )
        self._app.desk.ask(ask)

    def surveyed(self, event: PolicySurveyed) -> None:
        """An answer of the desk's."""
        ask = event.ask
        if ask.purpose.startswith(VERSION) and self._choice is not None and ask.against == self._choice.live:
            at = int(ask.purpose.removeprefix(VERSION))
            if at < len(self._choice.versions) and self._choice.versions[at].text == ask.text:
                self._chooser.tell(at, differs(event.survey))
        elif ask.purpose == RESET and self._resetting is not None and ask.subject.id == self._resetting.id:
            self._confirm(self._resetting, event)
            self._resetting = None

    def _confirm(self, endpoint: Endpoint, event: PolicySurveyed) -> None:
        app, was = self._app, event.ask.against or ""

        def keep() -> None:
            """For undo, in the thread that resets it."""
            app.editing.store.keep(endpoint.id, was, app.options.clock())

        def told(progress: Progress) -> None:
            """It is the default now."""
            if progress.stage is Stage.DONE:
                app.editing.in_force.applied(endpoint.id, was, DEFAULT_POLICY)
                app.editing.store.drop_draft(endpoint.id)

        app.ordering.confirm(
            clean(f"Reset to the default: {endpoint.short} {endpoint.id}", 120),
            ResetToDefault(endpoint.id, was),
            list(different_lines(event.survey, DEFAULT_POLICY, was, (), app.panes.flows.rows.glyphs)),
            told,
            inventory=app.inventory,
            before=keep,
        )


def _at(version: Version) -> float:
    return version.at
