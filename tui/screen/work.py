"""The work on the policy of one endpoint, while it is open in the editor."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui.flows.clean import clean
from tui.policies.survey import Subject, Survey
from tui.screen.widgets.drawn import Line

if TYPE_CHECKING:
    from tui.network.rules import Endpoint


@dataclass
class Work:
    """What is being edited. `was` is the text in force that it is compared with."""

    endpoint: Endpoint
    subject: Subject
    title: str
    was: str
    notes: list[Line] = field(default_factory=list)
    survey: Survey | None = None
    is_applying: bool = False  # it is applied once it is checked
    sent: str = ""
    place: tuple[int, int] | None = None  # of what AWS did not take
    is_done: bool = False
    is_anew: bool = False  # it was begun anew from what is in force


def title_of(endpoint: Endpoint) -> str:
    """`the policy of s3 vpce-0a1b2c3d4e5f60001`."""
    return clean(f"the policy of {endpoint.short} {endpoint.id}", 120)
