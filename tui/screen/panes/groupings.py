"""What `a` opens at the foot of the pane: by what to group, a key for each.

In the pane and not a screen over it: two whole screens would be painted for two keys, two seconds on a slow line.
"""

from __future__ import annotations

from tui.cache.columns import Grouping
from tui.screen import format as fmt
from tui.screen.widgets.drawn import Line

# Key, grouping, and the question that it answers.
QUESTIONS = (
    ("r", Grouping.RECORDS, "each record as it came, newest first"),
    ("c", Grouping.CONVERSATIONS, "who talks to whom, over which port"),
    ("p", Grouping.PAIRS, "which client talks to which server, all ports together"),
    ("t", Grouping.TALKERS, "which address sends and receives most"),
    ("o", Grouping.PORTS, "which ports are served, for how many clients"),
    ("e", Grouping.INTERFACES, "what each network interface saw come in and go out"),
    ("s", Grouping.SUBNETS, "the same by subnet and Availability Zone"),
    ("w", Grouping.SERVICES, "which AWS services are talked to"),
    ("h", Grouping.PATHS, "how traffic left: internet, endpoint, peering …"),
    ("n", Grouping.OWNERS, "which instance, load balancer or database talks to which"),
)
BY_KEY = {key: grouping for key, grouping, _ in QUESTIONS}


def menu_lines(now: Grouping, width: int, line: str) -> list[Line]:
    """The choice under an edge drawn with `line`; what is shown now is marked by its colour."""
    title = f"{line} Group by: press its key; Esc closes "
    lines: list[Line] = [((fmt.left(title + line * width, max(0, width - 2)), "edge"),)]
    for key, grouping, question in QUESTIONS:
        role = "strong" if grouping is now else "title"
        lines.append(((f"{key}  ", "key"), (fmt.left(grouping.value, 15), role), (f" {question}", "muted")))
    return lines
