"""Each default rule fires on what it should, and not on its near miss."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from tests.alerts.made import (
    APP,
    CLIENT,
    DB,
    ENI,
    NAT,
    NAT_ENI,
    S3,
    SCANNER,
    WEB,
    Row,
    record,
    skipped,
    tell,
    watch,
)  # fmt: skip
from tui.alerts.model import State

Rows = list[Row]


def many(count: int, make: Callable[[int], Row]) -> Rows:
    """Records numbered from 0."""
    return [make(number) for number in range(count)]


def refusals(count: int, at: float = 0.0, **told: object) -> Rows:
    """Replies of the database to an application, refused on their way out, within a minute."""
    return many(count, lambda n: record(at + n % 60, DB, APP, 40_000 + n, **({"sport": 5432, "flags": 18} | told)))


def usual(a_minute: int, minutes: int = 30) -> Rows:
    """The same on any day before."""
    return [row for minute in range(minutes) for row in refusals(a_minute, -60.0 * minutes + 60 * minute)]


def scan(ports: Iterable[int], target: str = APP, **told: object) -> Rows:
    """Knocks of a scanner, one a second."""
    return [record(n, SCANNER, target, port, **told) for n, port in enumerate(ports)]


def asked(count: int, *, answered: int = 0, **told: object) -> Rows:
    """Connections let through, the first of them answered."""
    asks = many(count, lambda n: record(n % 60, APP, DB, 5432, sport=33_000 + n, action="ACCEPT", **told))
    answers = many(answered, lambda n: record(n % 60, DB, APP, 33_000 + n, sport=5432, action="ACCEPT", flags=18))
    return [*asks, *answers]


def sent(bytes_: int, target: str = CLIENT, at: float = 0.0, **told: object) -> Row:
    """What goes out."""
    return record(at, APP, target, 443, action="ACCEPT", **({"bytes": bytes_, "flags": 2} | told))


def through_nat(bytes_: int, target: str = S3, **told: object) -> Row:
    """What a NAT gateway sends on."""
    return record(0, NAT, target, 443, action="ACCEPT", **({"bytes": bytes_, "eni": NAT_ENI, "sport": 20_000} | told))


CASES: list[tuple[str, str, Rows, list[str]]] = [
    ("own-refused", "forty replies where there were none", refusals(40), ["10.0.2.9:5432"]),
    ("own-refused", "too few of them", refusals(29), []),
    ("own-refused", "as many as on any day", [*usual(20), *refusals(40)], []),
    ("own-refused", "twice as many as on any day", [*usual(8), *refusals(79)], []),
    ("own-refused", "four times as many as on any day", [*usual(8), *refusals(160)], ["10.0.2.9:5432"]),
    ("own-refused", "packets after the close: no SYN", refusals(80, flags=0), []),
    ("own-refused", "of a reset connection", refusals(80, flags=4), []),
    ("own-refused", "the internet's noise", many(80, lambda n: record(n % 60, CLIENT, APP, 22)), []),
    ("own-refused", "a private address that is not ours", many(80, lambda n: record(n % 60, "10.9.4.1", APP, 22)), []),
    ("new-refusal", "three refusals of ours to ours", many(3, lambda n: record(n, APP, DB, 5432)), ["10.0.1.7 → 10.0.2.9:5432"]),
    ("new-refusal", "two of them", many(2, lambda n: record(n, APP, DB, 5432)), []),
    ("new-refusal", "seen half an hour ago", [record(-1700, APP, DB, 5432), *many(3, lambda n: record(n, APP, DB, 5432))], []),
    ("new-refusal", "from elsewhere", many(9, lambda n: record(n, CLIENT, DB, 5432)), []),
    ("new-refusal", "to elsewhere", many(9, lambda n: record(n, APP, CLIENT, 5432)), []),
    ("new-refusal", "only replies", refusals(40), []),
    ("port-scan", "thirty ports in half a minute", scan(range(1, 31)), [f"{SCANNER} → {APP}"]),
    ("port-scan", "twenty-four ports", scan(range(1, 25)), []),
    ("port-scan", "one port thirty times", scan([22] * 30), []),
    ("port-scan", "thirty ports, let in", scan(range(1, 31), action="ACCEPT"), []),
    ("port-scan", "replies to many ports", many(60, lambda n: record(n, DB, APP, 40_000 + n, sport=5432, flags=18)), []),
    ("port-scan", "over an hour", [record(n * 120, SCANNER, APP, n + 1) for n in range(30)], []),
    ("address-scan", "port 22 of twenty hosts", many(20, lambda n: record(n, SCANNER, f"10.0.1.{n}", 22)), [f"{SCANNER} port 22"]),
    ("address-scan", "of nineteen", many(19, lambda n: record(n, SCANNER, f"10.0.1.{n}", 22)), []),
    ("address-scan", "each at a port of its own", many(40, lambda n: record(n, SCANNER, f"10.0.1.{n}", n + 1)), []),
    ("brute-force", "thirty connections to ssh", many(30, lambda n: record(n, CLIENT, APP, 22, sport=50_000 + n, action="ACCEPT")), [f"{CLIENT} → {APP}:22"]),
    ("brute-force", "one long one", many(30, lambda n: record(n * 9, CLIENT, APP, 22, action="ACCEPT")), []),
    ("brute-force", "thirty to https", many(30, lambda n: record(n, CLIENT, APP, 443, sport=50_000 + n, action="ACCEPT")), []),
    ("brute-force", "thirty that are refused", many(30, lambda n: record(n, CLIENT, APP, 22, sport=50_000 + n)), []),
    ("unanswered", "twenty connections", asked(20), [f"{DB}:5432"]),
    ("unanswered", "nineteen", asked(19), []),
    ("unanswered", "more are answered than not", asked(50, answered=30), []),
    ("unanswered", "more are not than are", asked(60, answered=30), [f"{DB}:5432"]),
    ("unanswered", "refused is an answer, too", [*asked(20), *refusals(20, at=1)][:20] + many(20, lambda n: record(n, DB, APP, 33_000 + n, sport=5432, flags=18)), []),
    ("unanswered", "scanners at a NAT gateway", asked(60, srcaddr=CLIENT), []),
    ("unanswered", "mid-connection", asked(20, flags=0), []),
    ("new-destination", "200 MB to a stranger", [sent(200_000_000)], [f"{APP} → {CLIENT}"]),
    ("new-destination", "50 MB to a stranger", [sent(50_000_000)], []),
    ("new-destination", "200 MB to an old friend", [sent(10, at=-1700), sent(200_000_000)], []),
    ("new-destination", "200 MB to our own", [sent(200_000_000, DB)], []),
    ("new-destination", "an answer of 200 MB", [sent(200_000_000, dstport=50_000, sport=443, flags=18)], []),
    ("new-destination", "to S3", [sent(200_000_000, S3)], []),
    ("around-endpoint", "20 MB to S3 through NAT", [through_nat(20_000_000)], ["s3 vpc-0a1b2c3d4e5f60718"]),
    ("around-endpoint", "5 MB", [through_nat(5_000_000)], []),
    ("around-endpoint", "20 MB to others through NAT", [through_nat(20_000_000, CLIENT)], []),
    ("around-endpoint", "from the instance, by whatever way", [sent(20_000_000, S3)], []),
    ("no-endpoint", "where there is an endpoint", [through_nat(200_000_000)], []),
    ("skipped-data", "three times in a quarter of an hour", many(3, lambda n: skipped(n * 240 - 480)), [ENI]),
    ("skipped-data", "twice", many(2, lambda n: skipped(n * 240 - 480)), []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "what", "rows", "subjects"), CASES, ids=[f"{rule}: {what}" for rule, what, *_ in CASES]
)
def test_a_default_rule_fires_on_what_it_should(rule: str, what: str, rows: Rows, subjects: list[str]) -> None:
    """Each rule of the table raises alerts of these subjects and of no other."""
    made = watch({"name": rule})
    tell(made, sorted(rows, key=lambda row: int(str(row["start"]))), at=200)
    tell(made, [record(250, WEB, DB, 443, action="ACCEPT", flags=0)], at=300)  # time went on
    assert [each.subject for each in made.alerts()] == subjects, what
    assert all(each.state is State.FIRING for each in made.alerts())
