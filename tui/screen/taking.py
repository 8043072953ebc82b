"""What the reader takes out of the program: exports, the screen as text, and copies."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cache.ledger import open_gaps, touches
from tui.flows.clean import clean
from tui.screen import copying
from tui.screen.dialogs.prompt import Question
from tui.screen.following import Following
from tui.screen.format import count
from tui.screen.panes.flows import FlowsPane
from tui.screen.picturing import picture_of
from tui.screen.reading import Reading
from tui.screen.saving import FileRefused, FileSaved, SaveError, Saving, default_name, path_of
from tui.screen.shell import Shell

if TYPE_CHECKING:
    from tui.cache.export import Heading
    from tui.cache.view import FlowTable

# Each format: how its file ends, and what it is.
FORMATS = (
    ("csv", "rows as CSV, safe to open in a spreadsheet"),
    ("jsonl", "rows as JSON, one a line"),
    ("md", "rows as a Markdown table"),
    ("parquet", "rows as Parquet, typed"),
    ("svg", "a picture of the screen"),
    ("txt", "the screen as plain text"),
)
SHOWN = 50  # characters of a copy that the message repeats


class Taking:
    """One per app, used in its thread; imported when something is taken first."""

    def __init__(self, app: Shell, following: Following, pane: FlowsPane, reading: Reading) -> None:
        self._app = app
        self._following = following
        self._pane = pane
        self._reading = reading
        self._saving = Saving(app.post_message)
        self._copied: tuple[str, float] = ("", 0.0)
        self._question: Question | None = None

    def act(self, what: str, ask: Callable[[Question], object]) -> None:
        """What a key says, by name. Older messages go: they would hide what is asked, and be in the picture."""
        self._app.clear_notifications()
        if what == "export":
            self._ask_file(ask)
        elif what == "screen":
            self._save_screen()
        else:
            self._copy_row(what)

    def saved(self, event: FileSaved) -> None:
        """Say where the file is."""
        self._say(f"Wrote {event.what}, {count(event.size)} bytes:\n{clean(str(event.path), 300)}")

    def refused(self, event: FileRefused) -> None:
        """Say why there is none, where nobody else does."""
        self._say(event.reason, is_bad=True)

    def stop(self) -> None:
        """The program ends."""
        self._saving.stop()

    # Copies.

    def copy(self, text: str, what: str) -> None:
        """Hand a text to the terminal's clipboard; the same again at once, or too long a text, goes to a file."""
        before, at = self._copied
        is_again = text == before and time.monotonic() - at < copying.AGAIN
        self._copied = (text, time.monotonic())
        if is_again or not copying.fits(text):
            path = Path.cwd() / default_name("copy", self._app.options.clock(), "txt")
            self._copied = ("", 0.0)
            self._saving.save(path, lambda: text.encode() + b"\n", what, or_beside=True)
            return
        self._app.copy_to_clipboard(text)
        shown = text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
        self._say(f"Sent to the terminal's clipboard; again: to a file\n{shown}")

    def _copy_row(self, what: str) -> None:
        row = self._pane.rows.row_at_cursor()
        if row is None:
            self._say("There is no row to copy.", is_bad=True)
        elif what in ("cell", "row"):
            cell, whole = self._pane.rows.texts_at_cursor()
            self.copy(*((cell, "the value") if what == "cell" else (whole, "the row")))
        else:
            self.copy(copying.row_json(row, self._pane.rows.columns), "the row as JSON")

    # Files.

    def _save_screen(self) -> None:
        picture = picture_of(self._app, whole=True)
        path = Path.cwd() / default_name("screen", self._app.options.clock(), "txt")
        self._saving.save(path, lambda: picture.text().encode(), "the screen as text", or_beside=True)

    def _ask_file(self, ask: Callable[[Question], object]) -> None:
        names = [self._name(suffix) for suffix, _ in FORMATS]

        def chosen(written: str, at: int) -> str:
            """The name with the ending of the format; one of the reader's own keeps the rest."""
            stem, dot, suffix = written.rpartition(".")
            if written in names or not written:
                return names[at]
            return f"{stem}.{FORMATS[at][0]}" if dot and suffix in dict(FORMATS) else written

        self._question = Question(
            "Export",
            "Up and down choose what. A file that exists is never written over; only you may read it.",
            self._answer_file,
            value=names[0],
            choices=tuple(f"{suffix:<8} {what}" for suffix, what in FORMATS),
            chosen=chosen,
            keys="Enter writes the file, Esc leaves",
        )
        ask(self._question)

    def _name(self, suffix: str) -> str:
        what = "screen" if suffix in ("svg", "txt") else "flows"
        return default_name(what, self._app.options.clock(), suffix)

    def _answer_file(self, written: str, choice: int) -> str:
        table, suffix = self._pane.rows.table, FORMATS[choice][0]
        if self._saving.is_busy:
            return "Another file is still being written."
        try:
            path = path_of(written)
        except SaveError as error:
            return str(error)
        if suffix in ("svg", "txt"):
            self._save_picture(path, suffix)
        elif table is None:
            return "There are no rows to write yet."
        else:
            self._save_rows(path, suffix, table)
        return f"Writing {written.strip()}."

    def _save_picture(self, path: Path, suffix: str) -> None:
        picture, title = picture_of(self._app, whole=False), f"vpctop {self._scope}".strip()
        if suffix == "svg":
            make, what = lambda: picture.svg(title).encode(), "a picture of the screen"
        else:
            make, what = lambda: picture.text().encode(), "the screen as text"
        self._saving.save(path, make, what, asked=self._question)

    def _save_rows(self, path: Path, suffix: str, table: FlowTable) -> None:
        heading = self.heading()

        def make() -> bytes:
            """Made in the thread: a million rows take seconds."""
            from tui.cache.export import FORMATS as WRITERS

            return WRITERS[suffix](table, heading)

        rows = "1 row" if table.height == 1 else f"{count(table.height)} rows"
        self._saving.save(path, make, rows, asked=self._question)

    @property
    def _scope(self) -> str:
        about = self._following.about
        return "" if about is None else clean(about.scope, 300)

    def heading(self) -> Heading:
        """What the rows on the screen are of."""
        from tui.cache.export import Heading

        ask, about, held = self._pane.shown, self._following.about, self._following.shown
        since, until = ask.since, ask.until
        if held is not None:
            since = held.oldest if since is None else since
            until = (None if held.newest is None else held.newest + 1) if until is None else until
        gaps = [] if held is None else list(open_gaps(held.gaps))
        where = "" if about is None else f"{self._scope} ({clean(about.account, 24)}, {clean(about.region, 24)})"
        return Heading(
            scope=where,
            filter=ask.filter.text,
            since=since,
            until=until,
            made=self._app.options.clock(),
            gaps=tuple(gap for gap in gaps if since is None or until is None or touches(gap, since, until)),
            notes=self._reading.notes,
        )

    def _say(self, text: str, *, is_bad: bool = False) -> None:
        self._app.notify(text, markup=False, timeout=4, severity="error" if is_bad else "information")
