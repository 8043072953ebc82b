"""What endpoint policies cost: lint of one as long as may be, cases judged in a second, and what changed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from statistics import median

from tests.policies.test_lint_any_text import large
from tui.cli.policy.cases import judged
from tui.policies.difference import difference
from tui.policies.grammar import read_policy
from tui.policies.lint import lint

STATEMENTS, ROUNDS, CASES = 40, 9, 5000
PRINCIPAL, OBJECT = "arn:aws:iam::111122223333:user/bob", "arn:aws:s3:::payments-ledger/2026/11.csv"


def main() -> None:
    """Print milliseconds, the first time with AWS's reference still unread, and the ratio to json.loads."""
    text = large(STATEMENTS)
    first = _timed(lambda: lint(text, "gateway", "s3"))
    again = median(_timed(lambda: lint(text, "gateway", "s3")) for _ in range(ROUNDS))
    parsed = _timed(lambda: json.loads(text))
    print(f"lint of {len(text):,} characters: {again * 1e3:.0f} ms, the first time {first * 1e3:.0f} ms")
    print(f"json.loads of the same: {parsed * 1e3:.2f} ms, a ratio of {again / parsed:.0f}")
    for policies in (CASES, 10):
        lines = [_case(number % policies) for number in range(CASES)]
        took = _timed(lambda lines=lines: [judged(line) for line in lines])  # type: ignore[misc]  # bound now
        print(f"cases a second, {len(lines[0])} bytes each, {policies:,} policies: {CASES / took:,.0f}")
    old, new = (read_policy(large(count)).draft for count in (STATEMENTS, STATEMENTS - 1))
    print(f"difference of two policies of {STATEMENTS} statements: {_timed(lambda: difference(old, new)) * 1e3:.0f} ms")


def _case(number: int) -> bytes:
    """A case with a policy of its own."""
    organization = {"StringEquals": {"aws:PrincipalOrgID": "o-pay1example"}}
    resources = ["arn:aws:s3:::payments-ledger", "arn:aws:s3:::payments-ledger/*"]
    who = {"Effect": "Allow", "Principal": "*"}
    statements = [
        who | {"Action": ["s3:GetObject", "s3:PutObject"], "Resource": resources, "Condition": organization},
        who | {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"},
    ]
    policy = {"Version": "2012-10-17", "Id": str(number), "Statement": statements}
    asked = {
        "principal": PRINCIPAL,
        "action": "s3:GetObject",
        "resource": OBJECT,
        "context": {"aws:PrincipalOrgID": "o-1"},
    }
    return json.dumps({"policy": policy, "request": asked, "type": "gateway"}).encode()


def _timed(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin
