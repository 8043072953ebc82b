"""The log groups of one account and Region."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tui.demo.logs.arguments import Arguments
from tui.demo.logs.live import Session, Sessions, session_of
from tui.demo.logs.page import Limits
from tui.demo.logs.refusal import invalid, missing
from tui.demo.logs.store import Group, Stream


class LogsRegion:
    """CloudWatch Logs of one account and Region. `clock` gives the time in seconds.

    The events take at most `most_bytes` a log group; then the oldest go.
    """

    def __init__(
        self,
        account: str,
        region: str,
        clock: Callable[[], float],
        limits: Callable[[], Limits] = Limits,
        most_bytes: int = 512 << 20,
    ) -> None:
        self.account = account
        self.region = region
        self.groups: dict[str, Group] = {}
        self.listeners = Sessions()
        self._limits = limits
        self._clock = clock
        self._most_bytes = most_bytes

    @property
    def limits(self) -> Limits:
        """What a page holds."""
        return self._limits()

    @property
    def now(self) -> int:
        """The time in ms."""
        return int(self._clock() * 1000)

    def arn_of(self, group: str) -> str:
        """The ARN of a log group, without the `:*` that some operations put behind it."""
        return f"arn:aws:logs:{self.region}:{self.account}:log-group:{group}"

    def name_in(self, identifier: str) -> str:
        """The log group's name in an identifier: a name, or an ARN of this account and Region."""
        prefix = self.arn_of("")
        if identifier.startswith(prefix):
            return identifier.removeprefix(prefix).removesuffix(":*")
        if identifier.startswith("arn:"):
            raise missing("log group")
        return identifier

    def put(self, group: str, stream: str, events: Iterable[tuple[int, int, str]]) -> None:
        """Take in events, each (timestamp ms, ingestion ms, message); group and stream are made if need be."""
        found = self.groups.get(group)
        if found is None:
            found = self.groups.setdefault(group, Group(group, self.now))
        taken = list(events)
        found.put(stream, taken)
        found.shrink(self._most_bytes)
        self.listeners.offer(group, stream, taken)

    def listener(self, asked: Arguments) -> Session:
        """The Live Tail session a call asks for.

        Raises:
            LogsError: what AWS would refuse.
        """
        return session_of(asked, self.name_in, self.groups)

    def trim(self, before: int) -> None:
        """Forget the events older than this timestamp (ms), as a retention policy does."""
        for group in list(self.groups.values()):
            group.trim(before)

    def group(self, asked: Arguments) -> Group:
        """The log group a call names by logGroupName or by logGroupIdentifier.

        Raises:
            LogsError: it names none, or both ways, or one that is not there.
        """
        name, identifier = asked.text("logGroupName"), asked.text("logGroupIdentifier")
        if (name is None) == (identifier is None):
            raise invalid("Exactly one of logGroupName and logGroupIdentifier must be given.")
        found = self.groups.get(name if identifier is None else self.name_in(identifier))  # type: ignore[arg-type]  # one is given
        if found is None:
            raise missing("log group")
        return found

    def stream(self, group: Group, asked: Arguments) -> Stream:
        """The log stream a call names.

        Raises:
            LogsError: it is not there.
        """
        found = group.streams.get(asked.needed("logStreamName"))
        if found is None:
            raise missing("log stream")
        return found
