"""The commands of the palette, and the keys of the whole screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from textual.binding import Binding, BindingType

from tui.cache.columns import Column, Grouping
from tui.screen.panes.pane import NAMES

KEYS: list[BindingType] = [
    Binding("question_mark,f1", "page('help')", "Help", id="app.help", tooltip="this page"),
    Binding("colon,ctrl+p", "command_palette", "Commands", id="app.commands", tooltip="all commands, by name"),
    *(
        Binding(key, f"focus_pane('{key}')", name, id=f"app.pane-{key}", tooltip=f"to the pane {name}")
        for key, name in NAMES
    ),
    Binding("tab", "next_pane(1)", "Next pane", id="app.next-pane", tooltip="to the next pane", priority=True),
    Binding(
        "shift+tab", "next_pane(-1)", "Pane before", id="app.previous-pane", tooltip="to the pane before", priority=True
    ),
    # With priority: else letters typed right behind it would reach the pane, and its keys, before the bar is there.
    Binding(
        "slash",
        "filter('open')",
        "Filter",
        id="app.filter",
        tooltip="type a filter; it works while you type",
        priority=True,
    ),
    Binding("z", "zoom", "Zoom", id="app.zoom", tooltip="this pane alone, or all of them"),
    Binding("i", "page('identity')", "Identity", id="app.identity", tooltip="whose credentials, which log groups"),
    Binding(
        "exclamation_mark", "page('gaps')", "Gaps", id="app.gaps", tooltip="what is missing, and how the source is"
    ),
    Binding("ctrl+l", "redraw", "Redraw", id="app.redraw", tooltip="draw all of it again", priority=True),
    Binding("ctrl+z", "suspend_process", "Suspend", id="app.suspend", tooltip="back to the shell; fg returns"),
    Binding("q,ctrl+q", "quit", "Quit", id="app.quit", tooltip="leave"),
    Binding("ctrl+c", "quit", "Quit", id="app.interrupt", tooltip="leave at once", priority=True),
]


# Those of a table of flows.
FILTER_KEYS: list[BindingType] = [
    Binding("equals_sign", "app.filter('keep')", "Keep", id="flows.keep", tooltip="keep the value under the cursor"),
    Binding(
        "minus", "app.filter('exclude')", "Exclude", id="flows.exclude", tooltip="exclude the value under the cursor"
    ),
    Binding("backspace", "app.filter('drop')", "Drop", id="flows.drop", tooltip="drop the filter's last part"),
    Binding("backslash", "app.filter('clear')", "Clear", id="flows.clear", tooltip="clear the filter"),
]


# Of the endpoint under the cursor of the Endpoints pane: title, what it does, what is wanted.
ENDPOINT = (
    ("Endpoint: all of it", "how it is, what it carries, what goes around it", "detail"),
    ("Endpoint: policy", "what its policy lets through", "policy"),
    ("Endpoint: copy its id", "to the clipboard", "copy"),
    ("Endpoint: create one", "with --allow-changes", "create"),
    ("Endpoint: modify", "where it is and who reaches it, with --allow-changes", "modify"),
    ("Endpoint: delete", "with --allow-changes", "delete"),
    ("Endpoints: sort", "by the next: worst, bytes/s, service, clients, rejects", "sort"),
)


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the palette; `action` as in a binding."""

    title: str
    help: str
    action: str


def commands(columns: Iterable[Column], themes: tuple[str, ...]) -> Iterator[Command]:
    """What the palette offers."""
    yield Command("Help", "every key, every word and mark", "page('help')")
    yield Command("Freeze or go on", "hold the rows still; collecting never stops", "flows('toggle_freeze')")
    yield Command("Columns", "choose what to show of each row, and in which order", "flows('choose_columns')")
    yield Command("Names or ids", "show who it is by name, by id, or by both", "flows('next_style')")
    for grouping in Grouping:
        yield Command(f"Show {grouping.value}", "group the flows", f"group('{grouping.name}')")
    yield Command("Reverse the order", "turn the sort round", "flows('reverse')")
    yield Command("Filter", "type a filter", "filter('open')")
    yield Command("Clear the filter", "keep every record", "filter('clear')")
    for column in columns:
        yield Command(f"Sort by {column.heading}", "sort the flows", f"sort('{column.key}')")
    for key, name in NAMES:
        yield Command(f"Pane {key} {name}", "go there", f"focus_pane('{key}')")
    yield Command("Explain", "why the flow under the cursor was refused, or let through", "explain")
    for title, told, what in ENDPOINT:
        yield Command(title, told, f"endpoint('{what}')")
    yield Command("What if", "try a request against the policy of the endpoint in pane 4", "policy('try')")
    yield Command("Policy before and after", "both texts of the last change of that policy", "policy('texts')")
    yield Command("Edit the policy", "of the endpoint in pane 4; nothing is applied unasked", "change_policy('edit')")
    yield Command("Edit the policy in $EDITOR", "and take back what comes of it", "change_policy('editor')")
    yield Command("Undo a change of the policy", "the last versions, to go back to one", "change_policy('undo')")
    yield Command("Reset the policy", "back to the default: full access", "change_policy('reset')")
    yield Command("Copy the policy", "of the endpoint in pane 4, as AWS keeps it", "policy('json')")
    yield Command("Zoom", "this pane alone, or all of them", "zoom")
    yield Command("Gaps", "what is missing, and how the source is", "page('gaps')")
    yield Command("Identity", "whose credentials, which log groups", "page('identity')")
    for name in themes:
        yield Command(f"Theme {name}", "change the colours", f"theme('{name}')")
    yield Command("Quit", "leave", "quit")
