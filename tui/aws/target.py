"""What is read: a log group, by which layouts, and which part of it."""

from __future__ import annotations

from dataclasses import dataclass

from tui.flows.logformat import Layout


@dataclass(frozen=True, slots=True)
class Target:
    """One log group to read.

    `arn` is set when it is another account's. `interfaces`: only these ENIs are in scope, None: all. `streams` are the
    streams to ask for, `prefix` what all streams to ask for begin with; neither: the whole group is asked for, and what
    is not in scope is left out here. `pattern`: only lines that match it, '' for all. `waiting`: some interface has no stream yet, so look again soon.
    """

    group: str
    layouts: tuple[Layout, ...]
    interval: int = 600
    flow_logs: tuple[str, ...] = ()
    arn: str = ""
    interfaces: frozenset[str] | None = None
    streams: tuple[str, ...] = ()
    prefix: str = ""
    waiting: bool = False
    pattern: str = ""

    @property
    def named(self) -> dict[str, str]:
        """The group as a parameter of Logs' calls."""
        return {"logGroupIdentifier": self.arn} if self.arn else {"logGroupName": self.group}
