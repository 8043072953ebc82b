"""One connection while it lives: its ports, how much it carries, and how that is shared out over capture windows."""

from __future__ import annotations

from enum import Enum

from tui.demo.world.path import Line, Path

SYN, FIN, RST, SYN_ACK = 2, 1, 4, 18
SYN_BYTES = 60


class Fate(Enum):
    """What becomes of a connection: it works, never comes about, breaks in the middle, or only knocks."""

    OPEN = "open"
    REFUSED = "refused"
    STALLED = "stalled"
    KNOCK = "knock"


class Load:
    """What a connection carries: packets and bytes from the client and to it, and for how many seconds."""

    __slots__ = ("got", "got_packets", "seconds", "sent", "sent_packets")

    def __init__(self, seconds: int, sent_packets: int, sent: int, got_packets: int, got: int) -> None:
        self.seconds = seconds
        self.sent_packets, self.sent = sent_packets, sent
        self.got_packets, self.got = got_packets, got


class Flow:
    """A connection from `start` to `end` (Unix seconds); its load is spread evenly from `since` to `end`."""

    __slots__ = (
        "client_port",
        "end",
        "fate",
        "load",
        "path",
        "server_port",
        "since",
        "slot",
        "start",
        "translated_port",
    )

    def __init__(self, path: Path, client_port: int, server_port: int, start: int, load: Load) -> None:
        self.path, self.client_port, self.server_port = path, client_port, server_port
        self.translated_port = 1024 + client_port * 31 % 64512
        self.start = self.since = start
        self.end = start + load.seconds
        self.load = load
        self.fate = Fate.OPEN
        self.slot: object = None

    def ports(self, line: Line) -> tuple[int, int]:
        """Source and destination port of one of its records."""
        client = self.translated_port if line.translated else self.client_port
        return (self.server_port, client) if line.reply else (client, self.server_port)

    def flags(self, start: int, end: int, *, reply: bool) -> int:
        """The OR of its TCP flags from `start` to `end`: ACK alone and PSH are not logged, so 0 in the middle."""
        if self.path.protocol != 6:
            return 0
        opening = SYN_ACK if reply else SYN
        if self.fate is Fate.REFUSED:
            return opening
        if self.fate is Fate.KNOCK:
            return opening if reply else opening | RST
        flags = opening if start == self.start else 0
        return flags | FIN if end == self.end and (self.fate is Fate.OPEN or not reply) else flags

    def share(self, start: int, end: int, *, reply: bool) -> tuple[int, int]:
        """Packets and bytes from `start` to `end`; the shares of all stretches sum to the load, on every interface."""
        load = self.load
        packets, size = (load.got_packets, load.got) if reply else (load.sent_packets, load.sent)
        before, after = self._by(start, packets), self._by(end, packets)
        return after - before, size * after // packets - size * before // packets

    def _by(self, moment: int, packets: int) -> int:
        """How many of this many packets were seen by a moment: the first one at once, the last one at the end."""
        if moment >= self.end:
            return packets
        return (
            min(packets, 1 + packets * (moment - self.since) // (self.end - self.since)) if moment > self.since else 0
        )
