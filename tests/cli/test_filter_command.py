"""`vpctop filter`: what a filter means, and where it cannot be understood."""

from __future__ import annotations

import json

from click.testing import CliRunner

from tui.cli.program import program


def told(*args: str) -> tuple[int, str]:
    """Exit code and all that was said."""
    result = CliRunner().invoke(program, ["filter", *args], standalone_mode=False)
    return (2, str(result.exception)) if result.exception else (int(result.return_value), result.output)


def test_a_filter_is_told_in_every_way() -> None:
    """As written, in English, as a filter pattern, and as a query."""
    code, text = told("dport=443 action=reject", "--output", "json")
    said = json.loads(text)
    assert (code, said["filter"]) == (0, "dport = 443 and action = REJECT")
    assert said["keeps"] == "destination port 443 (https) and action REJECT"
    assert said["pattern"].startswith('[f1, f2, f3, f4, f5, f6, f7 = 443 || f7 = "-", f8')
    assert '| filter (dstport = 443 and action_ = "REJECT")' in said["insights"]
    assert "keeps     destination port 443 (https) and action REJECT" in told("dport=443 action=reject")[1]


def test_the_log_format_decides_the_columns() -> None:
    """A custom format has its own places."""
    said = json.loads(told("dport=443", "--log-format", "${dstport} ${action}", "-o", "json")[1])
    assert said["pattern"] == '[f1 = 443 || f1 = "-", f2]'


def test_a_filter_that_is_none_is_refused_with_a_caret() -> None:
    """The place, and what could stand there."""
    code, text = told("late and colour=red")
    assert code == 2
    assert text.splitlines()[1:] == ["  late and colour=red", "           ^^^^^^"]


def test_a_log_format_that_is_none_is_refused() -> None:
    """One sentence."""
    code, text = told("late", "--log-format", "nothing")
    assert code == 2
    assert "--log-format" in text or "format" in text
