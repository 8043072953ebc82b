"""How a connection's packets and bytes are shared out over capture windows."""

from __future__ import annotations

from itertools import pairwise
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from tui.demo.world.flow import Fate, Flow, Load
from tui.demo.world.judge import Judge
from tui.demo.world.path import Path

START = 1_772_443_200
TCP_PATH = Path((), 6, cast("Judge", None), answers=True)  # no hop, so nothing to judge


@given(
    seconds=st.integers(1, 4000),
    packets=st.integers(1, 100_000),
    size=st.integers(40, 1500),
    cuts=st.lists(st.floats(0, 1, exclude_min=True, exclude_max=True), max_size=8),
)
def test_shares_sum_to_the_load_wherever_windows_end(seconds: int, packets: int, size: int, cuts: list[float]) -> None:
    """Two interfaces cut a connection at different seconds, and still count the same packets and bytes."""
    flow = Flow(TCP_PATH, 40000, 5432, START, Load(seconds, packets, packets * size, 1, 40))
    marks = sorted({START, *(START + int(cut * seconds) for cut in cuts), START + seconds})
    shares = [flow.share(first, last, reply=False) for first, last in pairwise(marks)]
    assert sum(share[0] for share in shares) == packets
    assert sum(share[1] for share in shares) == packets * size
    assert all(share[0] >= 0 and share[1] == share[0] * size for share in shares)
    assert shares[0][0] >= 1


def test_flags_are_those_of_the_part_that_a_window_saw() -> None:
    """SYN in the first window, FIN in the last, nothing between; both in one where it fits into one."""
    flow = Flow(TCP_PATH, 40000, 5432, START, Load(180, 900, 90_000, 700, 70_000))
    asked = [flow.flags(START + at, START + at + 60, reply=False) for at in (0, 60, 120)]
    answered = [flow.flags(START + at, START + at + 60, reply=True) for at in (0, 60, 120)]
    assert (asked, answered) == ([2, 0, 1], [18, 0, 1])
    assert (flow.flags(START, START + 180, reply=False), flow.flags(START, START + 180, reply=True)) == (3, 19)


def test_a_refused_connection_shows_syn_alone() -> None:
    """Whoever is refused sends SYN again; a SYN-ACK whose way back is closed stays alone too."""
    flow = Flow(TCP_PATH, 40000, 5432, START, Load(7, 4, 240, 4, 240))
    flow.fate = Fate.REFUSED
    assert (flow.flags(START, START + 7, reply=False), flow.flags(START, START + 7, reply=True)) == (2, 18)
