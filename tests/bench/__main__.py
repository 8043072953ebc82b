"""`python -m tests.bench [NAME…]`: figures and ratios against a named reference in the same run; none is a test.

`python -m tests.bench faults --write` puts what it prints into the README as well.
"""

from __future__ import annotations

import importlib
import logging
import sys

NAMES = ("wire", "cache", "rejects", "endpoints", "verdict", "alerts", "screen", "paint", "line", "policy", "faults")
LONG = ("soak",)  # minutes; run when named


def main() -> None:
    """Run the named benchmarks, or all short ones."""
    logging.disable(logging.CRITICAL)  # what the engine says of injected faults is no figure
    wanted = [each for each in sys.argv[1:] if each != "--write"] or NAMES
    for name in wanted:
        if name not in NAMES + LONG:
            sys.exit(f"no benchmark {name!r}; there are {', '.join(NAMES + LONG)}")
        print(f"── {name} ", "─" * 60, flush=True)
        importlib.import_module(f"tests.bench.{name}").main()


if __name__ == "__main__":
    main()
