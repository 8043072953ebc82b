"""Which policy of an endpoint is in force: what the inventory says, or what was applied from here since."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.network.rules import Endpoint


class InForce:
    """One per app: the inventory is read again only every now and then."""

    def __init__(self) -> None:
        self._applied: dict[str, tuple[str, str]] = {}  # by endpoint, the text before and the one applied from here

    def text(self, endpoint: Endpoint) -> str:
        """The policy in force: the one applied from here, until the inventory knows it."""
        before, after = self._applied.get(endpoint.id, ("", ""))
        return after if after and endpoint.policy == before else endpoint.policy

    def applied(self, endpoint_id: str, before: str, after: str) -> None:
        """This one was applied in place of that one."""
        self._applied[endpoint_id] = (before, after)
