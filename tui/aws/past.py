"""The past of a log group that is still to be read: in pieces, newest first, since the newest matters most."""

from __future__ import annotations

from tui.aws.pages import Pass

PIECE = 300  # seconds

Piece = tuple[int, int]  # from, to in ms


class Past:
    """Pieces of [start, end], both in ms; `whole`: one piece, read in order of time."""

    def __init__(self, start: int, end: int, *, whole: bool) -> None:
        self._pieces = [(start, max(end, start + 1))] if whole else _pieces(start, end)
        self._planned = self._seconds_left(None)

    def __bool__(self) -> bool:
        """Whether any of it is still to be read."""
        return bool(self._pieces)

    @property
    def piece(self) -> Piece:
        """The one to read now."""
        return self._pieces[0]

    def next_piece(self) -> None:
        """This piece has been read."""
        self._pieces.pop(0)

    @property
    def wanted(self) -> float:
        """Seconds that are to be read before it has caught up; 0 when it has."""
        return self._planned if self._pieces else 0.0

    def read(self, under_way: Pass | None) -> float:
        """Seconds of `wanted` that have been read, with what the pass over the piece under way has."""
        return max(0.0, self.wanted - self._seconds_left(under_way))

    def begin_anew(self, start: int, end: int) -> None:
        """After an outage: what came after `start` is to be read first, then what was left of the time before."""
        older = [(since, min(until, start)) for since, until in self._pieces if since < start]
        self._pieces = _pieces(start, end) + older
        self._planned = self._seconds_left(None)

    def _seconds_left(self, under_way: Pass | None) -> float:
        whole = sum(end - start for start, end in self._pieces) / 1000
        if under_way is not None:
            whole -= (under_way.reached - under_way.first) / 1000
        return max(0.0, whole)


def _pieces(start: int, end: int) -> list[Piece]:
    """A span in pieces, newest first."""
    edges = [*range(max(end, start + 1), start, -PIECE * 1000), start]
    return list(zip(edges[1:], edges, strict=False))
