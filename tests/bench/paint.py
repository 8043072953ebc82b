"""First paint: seconds from the start of the process to a drawn screen, against an empty Textual app."""

from __future__ import annotations

from compileall import compile_dir
from statistics import median

from tests.bench.pty import Run

RUNS = 7


def first_paint(kind: str) -> float:
    """Seconds until the screen was there."""
    run = Run(kind)
    try:
        while run.painted is None:
            run.read_for(0.05)
        return run.painted
    finally:
        run.close()


def main() -> None:
    """Print both, in turn, and the ratio pair by pair. Byte code is there, as it is once vpctop is installed."""
    compile_dir("tui", quiet=1)
    pairs = [(first_paint("empty"), first_paint("paint")) for _ in range(RUNS)]
    print(f"an empty Textual app  {median(a for a, _ in pairs) * 1000:.0f} ms")
    print(f"vpctop                {median(b for _, b in pairs) * 1000:.0f} ms")
    print(f"ratio                 {median(b / a for a, b in pairs):.2f} (budget 1.3)")
