from __future__ import annotations

import pytest

from tui.flows.filter.model import FilterError
from tui.flows.filter.parse import parse_filter
from tui.flows.filter.saved import read_filter
from tui.flows.filter.value import Now

NOW = Now(1_790_000_000.0)
SAVED = {
    "noise": "port 53 or port 123",
    "outside": "external and not @noise",
    "bad": "prt=1",
    "loop": "@loop",
    "big": " ".join(["@noise"] * 150),
}


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("@noise", "(port 53 or port 123)"),
        ("not @noise and late", "not (port 53 or port 123) and late"),
        ("(@outside)", "((external and not (port 53 or port 123)))"),
        ('"@noise"', '"@noise"'),
        ("ada@noise", "ada@noise"),
    ],
)
def test_a_name_stands_for_its_filter_in_brackets(text: str, means: str) -> None:
    """Names are replaced where a word can begin, also within saved filters, and not within quotes or words."""
    assert read_filter(text, SAVED, NOW) == parse_filter(means, NOW)


@pytest.mark.parametrize(
    ("text", "says", "place"),
    [
        ("late and @nose", "there is no saved filter @nose", (9, 5)),
        ("@", "the name of a saved filter is missing", (0, 1)),
        ("late @bad", "there is no field 'prt'", (5, 4)),
        ("@noise and prt=1", "there is no field 'prt'", (11, 3)),
        ("@noise and (", "something is missing at the end", (12, 1)),
        ("@loop", "more than 8 deep", (0, 5)),
        ("@big @big", "longer than 2,000 characters", (0, 4)),
    ],
)
def test_a_mistake_is_told_where_it_was_written(text: str, says: str, place: tuple[int, int]) -> None:
    """The place is within the text as it was typed: in a saved filter it is the name."""
    with pytest.raises(FilterError, match=says) as found:
        read_filter(text, SAVED, NOW)
    assert (found.value.position, found.value.length) == place
    if "nose" in text:
        assert "@noise" in found.value.expected
