"""The keys that move in time, and those that take something out of the program."""

from __future__ import annotations

from textual.binding import Binding, BindingType

# Those that open a question have priority: letters typed right behind them would else reach the pane, and its keys.
TIME_KEYS: list[BindingType] = [
    Binding("left_square_bracket", "step(-1)", "Minute back", id="time.back", tooltip="a minute back in time"),
    Binding("right_square_bracket", "step(1)", "Minute on", id="time.on", tooltip="a minute forward, at last to now"),
    Binding("left_curly_bracket", "step(-10)", "Ten back", id="time.back-ten", tooltip="ten minutes back"),
    Binding("right_curly_bracket", "step(10)", "Ten on", id="time.on-ten", tooltip="ten minutes forward"),
    Binding(
        "T",
        "time('go')",
        "Go to a time",
        id="time.go",
        priority=True,
        tooltip="to a time: 13:05, or 5m ago; G or Esc returns to now",
    ),
    Binding(
        "m",
        "time('mark')",
        "Mark",
        id="time.mark",
        priority=True,
        tooltip="mark this moment, with a note; exports tell it",
    ),
    Binding("M", "time('marks')", "Marks", id="time.marks", priority=True, tooltip="the marks, to go to one"),
    Binding("B", "time('choose')", "Span", id="time.span", tooltip="choose a span on the timeline; Esc ends it"),
    Binding(
        "b", "time('measure')", "Bytes or records", id="time.measure", tooltip="the timeline in records, or in bytes"
    ),
]
TAKE_KEYS: list[BindingType] = [
    Binding(
        "E",
        "take('export')",
        "Export",
        id="take.export",
        priority=True,
        tooltip="write the rows or the screen to a file",
    ),
    Binding(
        "ctrl+s",
        "take('screen')",
        "Save screen",
        id="take.screen",
        tooltip="write the screen to a text file",
        priority=True,
    ),
    Binding("c", "take('cell')", "Copy", id="take.cell", tooltip="copy the value under the cursor; again: to a file"),
    Binding("C", "take('row')", "Copy row", id="take.row", tooltip="copy the row, tab separated; again: to a file"),
    Binding("y", "take('json')", "Copy as JSON", id="take.json", tooltip="copy the row as JSON; again: to a file"),
]
# What those do, with what it is asked of: nothing while text is typed, or a page is open.
QUESTIONS = {("time", ("go",)), ("time", ("mark",)), ("time", ("marks",)), ("take", ("export",))}
