"""Filter patterns let through what CloudWatch lets through."""

from __future__ import annotations

import pytest

from tui.demo.logs.pattern import PatternError, compile_pattern

ACCEPT = "2 123456789012 eni-0a1b 10.0.1.5 10.0.2.9 49152 443 6 10 840 1700000000 1700000060 ACCEPT OK"
REJECT = "2 123456789012 eni-0a1b 198.51.100.7 10.0.1.5 51000 22 6 1 40 1700000000 1700000060 REJECT OK"
NODATA = "2 123456789012 eni-0a1b - - - - - - - 1700000000 1700000060 - NODATA"
CUSTOM = "10.0.1.5 10.0.2.9 443 ACCEPT"
LINES = {"accept": ACCEPT, "reject": REJECT, "nodata": NODATA, "custom": CUSTOM}
DEFAULT = "v, account, eni, src, dst, sport, dport, proto, packets, bytes, start, end, action, status"


def let_through(pattern: str) -> set[str]:
    """The names of the lines a pattern lets through."""
    matches = compile_pattern(pattern)
    return {name for name, line in LINES.items() if matches is None or matches(line)}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", {"accept", "reject", "nodata", "custom"}),
        ("   ", {"accept", "reject", "nodata", "custom"}),
        ("REJECT", {"reject"}),
        ("reject", set()),
        ('"10.0.1.5"', {"accept", "reject", "custom"}),
        ('ACCEPT "10.0.2.9 443"', {"custom"}),
        ("?REJECT ?NODATA", {"reject", "nodata"}),
        ('?REJECT ?"10.0.2.9 443"', {"reject", "custom"}),
        ("-ACCEPT", {"reject", "nodata"}),
        ('OK -"198.51.100.7"', {"accept"}),
        ("REJECT ?NODATA", {"reject"}),
        ("%REJ[A-Z]+%", {"reject"}),
        ("{ $.action = REJECT }", set()),
        (f"[{DEFAULT}]", {"accept", "reject", "nodata"}),
        ("[..., action=REJECT, status]", {"reject"}),
        ("[..., action = REJECT || action = ACCEPT, status]", {"accept", "reject"}),
        (f"[{DEFAULT.replace('src,', 'src = 10.0.*,')}]", {"accept"}),
        (f"[{DEFAULT.replace('src,', 'src = *.5,')}]", {"accept"}),
        (f"[{DEFAULT.replace('dport,', 'dport=443||dport=22,')}]", {"accept", "reject"}),
        (f"[{DEFAULT.replace('bytes,', 'bytes >= 100 && bytes < 1000,')}]", {"accept"}),
        (f"[{DEFAULT.replace('bytes,', 'bytes > 0,')}]", {"accept", "reject"}),
        (f"[{DEFAULT.replace('bytes,', 'bytes <= 40,')}]", {"reject"}),
        (f"[{DEFAULT.replace('bytes,', 'bytes = 840.0,')}]", {"accept"}),
        (f"[{DEFAULT.replace('action,', 'action != ACCEPT,')}]", {"reject", "nodata"}),
        (f"[{DEFAULT.replace('dport,', 'dport=' + chr(34) + '22' + chr(34) + ',')}]", {"reject"}),
        ("[..., src = %^198\\.51\\.100\\.%, dst, sport, dport, proto, packets, bytes, start, end, a, s]", {"reject"}),
        ("[v, account, eni = eni-0a1b, ...]", {"accept", "reject", "nodata"}),
        ("[src, dst = 10.0.2.*, ..., action = ACCEPT]", {"custom"}),
        ("[src, ..., dport = 443, action]", {"custom"}),
        ("[a, b, c, d]", {"custom"}),
        ("[a, b, c]", set()),
    ],
)
def test_a_pattern_lets_through_what_it_says(pattern: str, expected: set[str]) -> None:
    """Terms, excluded and optional terms, and space-delimited patterns choose the lines they describe."""
    assert let_through(pattern) == expected


@pytest.mark.parametrize(
    "pattern",
    [
        "10.0.0.1",
        '"no end',
        "[a, b",
        "[]",
        "[a, , b]",
        "[eni-id]",
        "[..., a, ...]",
        "[a = ]",
        "[a > big]",
        "[a = 1 || b = 2]",
        "[a = %(x)%]",
        "[a = %x%, b = %y%, c = %z%]",
        "{ $.a = 1",
        "x" * 1025,
    ],
)
def test_a_malformed_pattern_is_refused(pattern: str) -> None:
    """What CloudWatch calls an invalid pattern is refused, not taken to match everything."""
    with pytest.raises(PatternError):
        compile_pattern(pattern)


def test_quotes_and_brackets_hold_a_field_together() -> None:
    """A quoted text and a bracketed one count as one field each."""
    line = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'
    matches = compile_pattern("[ip, user, name, time, request = *.html*, status = 4*, size > 1000]")
    assert matches is not None
    assert matches(line)
