"""Bytes to the terminal and processor time a refresh at 120 by 40, in a pty that reads at once."""

from __future__ import annotations

from tests.bench.changing import PERIOD
from tests.bench.pty import Run

WARM, SPAN = 5.0, 10.0


def measure(kind: str) -> tuple[float, float]:
    """Bytes and ms of processor time a period of refresh, once things have settled."""
    run = Run(kind)
    try:
        run.read_for(WARM)
        written, cpu = run.written, run.cpu()
        run.read_for(SPAN)
        periods = SPAN / PERIOD
        return (run.written - written) / periods, (run.cpu() - cpu) * 1000 / periods
    finally:
        run.close()


def main() -> None:
    """Print them beside their budgets; views are computed within the same process, so their cost is in."""
    for kind, budget in (("idle", "~0 B"), ("three", "2.5 kB"), ("all", "25 kB, 15 ms")):
        size, cpu = measure(kind)
        print(f"{kind:6} rows changed, 4 a second: {size:8,.0f} B and {cpu:5.1f} ms a refresh (budget {budget})")
