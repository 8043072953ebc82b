"""A wildcard as a regular expression of Logs Insights, between slashes: upper and lower case alike, in every alphabet."""

from __future__ import annotations


def regex_of(
    pattern: str, *, encoded: bool = False, prefix: str = "", anywhere: bool = False, exactly: bool = False
) -> str:
    """The expression for `*` and `?` as in Like; `exactly`: no wildcards, and case matters.

    `encoded`: of percent-encoded values, in which any character may stand as its bytes, `%` always; the expression
    reads them from their beginning, so that the digits of a byte are not taken for characters.
    """
    one = "(?:(?:%[0-9A-Fa-f]{2})+?|[^%])" if encoded else "."
    many = "(?:%[0-9A-Fa-f]{2}|[^%])*" if encoded else ".*"
    wild = {} if exactly else {"*": many, "?": one}
    if anywhere and encoded:
        prefix += many
    inner = "".join(wild.get(each) or _character(each, encoded=encoded, exactly=exactly) for each in pattern)
    flag = "" if exactly else "(?i)"
    if anywhere:
        return f"{flag}^{prefix}{inner}" if encoded else f"{flag}{inner}"
    return f"{flag}^{prefix}{inner}$"


def _character(character: str, *, encoded: bool, exactly: bool) -> str:
    cases = [character] if exactly else list(dict.fromkeys((character, character.lower(), character.upper())))
    forms = [_literal(each) for each in cases if exactly or not each.isascii() or each == character]
    if encoded and character == "%":
        forms = []
    if encoded:
        forms += ["".join(_byte(byte) for byte in each.encode("utf-8", "replace")) for each in cases]
    return forms[0] if len(forms) == 1 else f"(?:{'|'.join(dict.fromkeys(forms))})"


def _literal(text: str) -> str:
    return "".join(
        each if each.isalnum() or each in " _" or not each.isascii() else f"\\x{ord(each):02x}" for each in text
    )


def _byte(byte: int) -> str:
    return f"%{byte:02x}" if f"{byte:02x}".isdecimal() else f"%(?:{byte:02x}|{byte:02X})"
