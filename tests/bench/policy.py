"""How long lint takes over a policy that is as long as one may be."""

from __future__ import annotations

import json
import time
from statistics import median

from tests.policies.test_lint_any_text import large
from tui.policies.lint import lint

STATEMENTS, ROUNDS = 40, 9


def main() -> None:
    """Print milliseconds, the first time with AWS's reference still unread, and the ratio to json.loads."""
    text = large(STATEMENTS)
    first = _timed(text)
    again = median(_timed(text) for _ in range(ROUNDS))
    begin = time.process_time()
    json.loads(text)
    parsed = time.process_time() - begin
    print(f"lint of {len(text):,} characters: {again * 1e3:.0f} ms, the first time {first * 1e3:.0f} ms")
    print(f"json.loads of the same: {parsed * 1e3:.2f} ms, a ratio of {again / parsed:.0f}")


def _timed(text: str) -> float:
    begin = time.process_time()
    lint(text, "gateway", "s3")
    return time.process_time() - begin
