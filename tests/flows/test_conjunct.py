from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.flows.filter.conjunct import conjuncts, quoted, with_conjunct, without_last
from tui.flows.filter.model import And, FilterError, Has, OneOf
from tui.flows.filter.parse import parse_filter
from tui.flows.filter.value import Now

NOW = Now(1_790_000_000.0)
TESTS = st.sampled_from(
    ["src=10.0.0.0/8", "port 443,8000-8100", "not late", '"a (b"', "bytes in (1, 2)", "name:web-*", "!gap", "last 5m"]
)
TEXTS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' or '.join(parts)})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"not ({' '.join(parts)})"),
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("late", ("late",)),
        ("(late and gap)", ("(late and gap)",)),
        ("late or gap", ("late or gap",)),
        ("(late or gap) port=1 && not (a or b) dport in (1,2)", ("(late or gap)", "port=1", "not (a or b)", "dport in (1,2)")),
        ('!src=10.0.0.1 !(b) and ((c)) "and x"', ("!src=10.0.0.1", "!(b)", "((c))", '"and x"')),
        ("port {1 2} (a)", ("port {1 2}", "(a)")),
        ("late)(", ("late)(",)),
    ],
)  # fmt: skip
def test_a_filter_comes_apart_into_what_must_all_be_true(text: str, parts: tuple[str, ...]) -> None:
    """Each part is as it was written, with its brackets; what is joined by `or` is one part."""
    assert conjuncts(text) == parts


@given(st.lists(TEXTS, min_size=1, max_size=5), st.sampled_from([" ", " and ", " && ", "\n  AND "]))
def test_the_parts_mean_what_the_whole_means(parts: list[str], joint: str) -> None:
    """However parts are joined, the same parts come out, and joined again they mean the same."""
    whole = joint.join(parts)
    assert conjuncts(whole) == tuple(parts)
    assert parse_filter(" and ".join(conjuncts(whole)), NOW).node == parse_filter(whole, NOW).node


def test_a_part_is_added_once() -> None:
    """What is said already stays as it is; an `or` gets brackets; what contradicts the new part makes room for it."""
    assert with_conjunct("", "port=1") == "port=1"
    assert with_conjunct("late  and port=1", "port=1") == "late  and port=1"
    assert with_conjunct("late or gap", "port=1") == "(late or gap) and port=1"
    assert with_conjunct("port=1 late", "port!=1", "port=1") == "late and port!=1"
    assert without_last("late gap port=1") == "late and gap"
    assert without_last("late or gap") == ""


@given(st.text(max_size=60))
def test_any_text_can_be_a_value(value: str) -> None:
    """Quoted where it must be, a value parses and is that very value, but for what stands for several."""
    node = parse_filter(f"instance-tag={quoted(value)}", NOW).node
    if value == "-" or set("*?") & set(value) or not value.isprintable():
        assert isinstance(node, Has)
    else:
        assert node == Has(("instance-tag",), (OneOf((value,)),))


@given(st.text(max_size=80))
def test_no_text_is_too_strange_to_take_apart(text: str) -> None:
    """Whatever stands in the bar, taking it apart ends; what parsed before parses with a part more or less."""
    parts = conjuncts(text)
    try:
        before = parse_filter(text, NOW)
    except FilterError:
        return
    more = parse_filter(with_conjunct(text, "port=1"), NOW).node
    assert isinstance(more, And | Has)
    assert bool(parts) is not before.is_everything
    parse_filter(without_last(text), NOW)
