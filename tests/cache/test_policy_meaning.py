"""What an alert says of a change of an endpoint's policy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tui.cache import policy_meaning
from tui.cache.observing import Observer
from tui.cache.policy_meaning import MOST_AT_ONCE, Meanings
from tui.network.change import Change
from tui.network.inventory import Inventory
from tui.network.rules import Endpoint

T0 = 1_790_000_040.0
ALL = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'
NONE = ALL.replace("Allow", "Deny")
KMS = Endpoint("vpce-2", "Interface", "com.amazonaws.eu-west-1.kms", "vpc-1", "available", policy=ALL)


def change(policy: str, what: str = "endpoint vpce-2: policy changed", **more: str) -> Change:
    """The policy becomes this one."""
    return Change(T0, T0 - 60, "endpoints", "vpce-2", what, KMS, replace(KMS, policy=policy, **more))  # type: ignore[arg-type]  # all are text


def told(*changes: Change) -> list[str]:
    """What alerts are told."""
    known = Observer().learn(Inventory(changes=changes)).known
    assert known is not None
    return [each.what for each in known.changes]


@pytest.mark.parametrize(
    ("made", "what"),
    [
        (change(NONE), "KMS endpoint policy: nothing is let through any more"),
        (change(ALL.replace(":", ": ")), "KMS endpoint policy: written in another way; it lets the same through"),
        (change("no JSON"), "KMS endpoint policy: the text is no policy now: what it lets through cannot be told"),
        (change(NONE, "endpoint vpce-2: policy changed; sg-1 added"),
         "endpoint vpce-2: policy changed; sg-1 added (policy: nothing is let through any more)"),
        (change(ALL, "endpoint vpce-2: state available is now failed", state="failed"),
         "endpoint vpce-2: state available is now failed"),
    ],
)  # fmt: skip
def test_a_change_of_policy_is_told_by_its_meaning(made: Change, what: str) -> None:
    """In a few words; other changes of an endpoint are told as before."""
    assert told(made) == [what]


def test_an_error_of_our_own_leaves_the_plain_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Alerts go on."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("tui.policies.comparison.compare_texts", fail)
    assert told(change(NONE)) == ["endpoint vpce-2: policy changed"]


def test_many_at_once_are_not_all_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The alerts of an incident do not wait for them; what was said of a change stays said."""
    compared: list[Change] = []

    def mean(made: Change) -> str:
        compared.append(made)
        return "its meaning"

    monkeypatch.setattr(policy_meaning, "_meaning", mean)
    changes = tuple(replace(change(NONE), id=f"vpce-{number}") for number in range(20))
    meanings = Meanings()
    for _ in range(3):
        meanings.learn(changes)
        assert [meanings.of(each) for each in changes].count("its meaning") == len(compared) == MOST_AT_ONCE
