"""`python -m tui` and `vpctop` are the same."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run vpctop and end with its exit code."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:  # closed: a file opened later must not become stdout or stderr by taking its number
            os.open(os.devnull, os.O_RDWR)
    try:
        from tui.cli.program import leave, run

        leave(run(sys.argv[1:]))
    except KeyboardInterrupt:  # ctrl-C before or after the command itself
        os._exit(130)


if __name__ == "__main__":
    main()
