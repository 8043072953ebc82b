"""Reading JSON text, character by character, with a sentence for what people write instead of JSON."""

from __future__ import annotations

import re

from tui.policies.text import DEEPEST, LONGEST, Complaint, Document, Kind, Node, line_starts, shown

SYNTAX = "JSON_SYNTAX_ERROR"
MORE_TEXT = "there is more text after the end of the policy"

_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_NUMBER_LIKE = re.compile(r"[-+.0-9][-+.0-9a-zA-Z_]*")
_WORD = re.compile(r"[A-Za-z_$][A-Za-z0-9_$:.-]*")
_HEX = re.compile(r"[0-9a-fA-F]{4}")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS: dict[str, Kind] = {"true": "boolean", "false": "boolean", "null": "null"}
_LIKE_WORDS = {"True": "true", "False": "false", "None": "null", "TRUE": "true", "FALSE": "false", "NULL": "null"}
_QUOTES = "'`“”„«»\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
_MOST_COMPLAINTS = 100


class _SyntaxFound(Exception):  # noqa: N818 - it never leaves this file
    def __init__(self, complaint: Complaint) -> None:
        self.complaint = complaint


def read_json(text: str) -> Document:
    """Read a text as JSON. It never raises: what is wrong is among the complaints, the fatal one last.

    Strict as https://www.rfc-editor.org/rfc/rfc8259: one value, no comments, no trailing commas. Besides it complains
    of names given twice (also when they differ in case only), of halves of surrogate pairs, of nesting deeper than
    DEEPEST and of more than LONGEST characters.
    """
    if len(text) > LONGEST:
        told = f"the text has {len(text):,} characters; only up to {LONGEST:,} are looked at"
        return Document(
            text, None, (Complaint("POLICY_TOO_LONG_TO_READ", LONGEST, told, "Give one policy.", fatal=True),)
        )
    starts = line_starts(text)
    reader = _Reader(text)
    try:
        root = reader.read()
    except _SyntaxFound as found:
        return Document(text, None, (*reader.complaints, found.complaint), starts)
    return Document(text, root, tuple(reader.complaints), starts)


def read_bytes(data: bytes) -> Document:
    """Read bytes as JSON; they must be UTF-8, as RFC 8259 section 8.1 demands."""
    try:
        return read_json(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        message, fix = "the file is not UTF-8 text: it has bytes that are no character", "Save it as UTF-8."
        if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            message = "the file is UTF-16 text, not UTF-8"
        complaint = Complaint(SYNTAX, len(before), message, fix, fatal=True)
        # What follows is shown as far as it can be, so that the place lies inside of the text.
        return Document(text := data.decode("utf-8", "replace"), None, (complaint,), line_starts(text))


class _Reader:
    """One reading of one text. `at` is where it stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.complaints: list[Complaint] = []

    def read(self) -> Node:
        if self.text.startswith("\ufeff"):
            raise self._found(0, "the text begins with a byte order mark", "Save the file as UTF-8 without it.")
        root = self._value(0)
        self._space()
        if self.at < len(self.text):
            self._comment()
            raise self._found(self.at, MORE_TEXT, "Give one JSON object and nothing else.")
        return root

    def _complain(self, code: str, at: int, message: str, fix: str) -> None:
        if len(self.complaints) < _MOST_COMPLAINTS:
            self.complaints.append(Complaint(code, at, message, fix))

    def _found(self, at: int, message: str, fix: str = "", code: str = SYNTAX) -> _SyntaxFound:
        if at >= len(self.text):  # the end of what is written, not the empty lines after it
            at = len(self.text.rstrip(" \t\r\n"))
        return _SyntaxFound(Complaint(code, at, message, fix, fatal=True))

    def _space(self) -> str:
        """Skip white space; the character after it, '' at the end."""
        found = _SPACE.match(self.text, self.at)
        assert found is not None
        self.at = found.end()
        return self.text[self.at : self.at + 1]

    def _value(self, depth: int) -> Node:
        here = self._space()
        if here == '"':
            return self._string()
        if here in {"{", "["}:
            if depth >= DEEPEST:
                fix = "A policy needs six levels."
                raise self._found(self.at, f"the text is nested deeper than {DEEPEST} levels", fix, "JSON_TOO_DEEP")
            return self._object(depth + 1) if here == "{" else self._array(depth + 1)
        if here and here in "-+.0123456789":
            return self._number()
        found = _WORD.match(self.text, self.at)
        if found is not None and found.group() in _WORDS:
            start, self.at = self.at, found.end()
            return Node(_WORDS[found.group()], start, self.at, found.group())
        raise self._no_value(here, found.group() if found is not None else "")

    def _no_value(self, here: str, word: str) -> _SyntaxFound:
        """Say what stands where a value should."""
        self._comment()
        if not here:
            raise self._found(self.at, "the text ends where a value is expected", "Finish it, or close what is open.")
        if word in _LIKE_WORDS:
            raise self._found(self.at, f"{word} is not a JSON value", f"Write {_LIKE_WORDS[word]}.")
        if here in "]},:":
            raise self._found(
                self.at, f"a value is expected before {here!r}", "Remove the comma before it, or give the value."
            )
        self._odd(here)
        return self._found(self.at, "a value is expected here", "Write strings in double quotes.")

    def _odd(self, here: str) -> None:
        """Stop at a character that looks right and is not."""
        if here in _QUOTES:
            raise self._found(self.at, f"{here} does not begin a string", 'Write strings between double quotes: "…".')
        if here.isspace() or not here.isprintable():
            fix = "Remove it, or write a plain space."
            raise self._found(self.at, f"the character U+{ord(here):04X} cannot stand between values", fix)

    def _comment(self) -> None:
        if self.text.startswith(("//", "/*", "#"), self.at):
            raise self._found(self.at, "JSON has no comments", "Remove it; a Sid may say what a statement is for.")

    def _object(self, depth: int) -> Node:
        start = self.at
        self.at += 1
        members: list[tuple[Node, Node]] = []
        if self._space() != "}":
            while True:
                name = self._name(bool(members))
                if self._space() != ":":
                    self._comment()
                    raise self._found(
                        self.at, f"a colon is expected after the name {shown(name.text)}", "Write ':' and the value."
                    )
                self.at += 1
                members.append((name, self._value(depth)))
                if not self._comma("}", "object", start):
                    break
        self.at += 1
        self._look_for_twins(members)
        return Node("object", start, self.at, members=tuple(members))

    def _name(self, after_comma: bool) -> Node:
        here = self._space()
        if here == '"':
            return self._string()
        self._comment()
        if not here:
            raise self._found(self.at, "the text ends inside of an object", "Close it with '}'.")
        if here == "}" and after_comma:
            raise self._found(self.at, "a name is expected after the comma", "Remove the comma before '}'.")
        if here == ",":
            raise self._found(self.at, "a name is expected before the comma", "Remove the comma.")
        self._odd(here)
        raise self._found(self.at, "a name in double quotes is expected", 'Write names as "Statement".')

    def _array(self, depth: int) -> Node:
        start = self.at
        self.at += 1
        items: list[Node] = []
        if self._space() != "]":
            while True:
                items.append(self._value(depth))
                if not self._comma("]", "array", start):
                    break
        self.at += 1
        return Node("array", start, self.at, items=tuple(items))

    def _comma(self, close: str, what: str, start: int) -> bool:
        """Take a comma, or see the closing bracket."""
        here = self._space()
        if here == ",":
            self.at += 1
            return True
        if here == close:
            return False
        self._comment()
        if not here:
            line = self.text.count("\n", 0, start) + 1
            raise self._found(
                self.at, f"the text ends inside of the {what} that begins in line {line}", f"Close it with '{close}'."
            )
        self._odd(here)
        raise self._found(self.at, f"a comma or '{close}' is expected here", "Put a comma between two elements.")

    def _look_for_twins(self, members: list[tuple[Node, Node]]) -> None:
        """Complain of names that stand twice in an object: readers differ in which one counts."""
        seen: dict[str, str] = {}
        for name, _ in members:
            folded = name.text.casefold()
            if folded in seen:
                if seen[folded] == name.text:
                    told = f"the name {shown(name.text)} stands twice in this object"
                    self._complain("DUPLICATE_KEYS", name.start, told, "Keep one; put several values in one array.")
                else:
                    told = f"the names {shown(seen[folded])} and {shown(name.text)} differ in case only"
                    fix = "Keep one; put several values in one array."
                    self._complain("DUPLICATE_KEYS_WITH_DIFFERENT_CASE", name.start, told, fix)
            seen.setdefault(folded, name.text)

    def _number(self) -> Node:
        start = self.at
        like = _NUMBER_LIKE.match(self.text, start)
        assert like is not None
        found = _NUMBER.fullmatch(like.group())
        if found is None:
            fix = "Write it as 12 or 1.5, or as a string in double quotes."
            raise self._found(start, f"{shown(like.group())} is not a JSON number", fix)
        self.at = like.end()
        return Node("number", start, self.at, like.group())

    def _string(self) -> Node:
        start = self.at
        self.at += 1
        parts: list[str] = []
        while True:
            found = _PLAIN.match(self.text, self.at)
            assert found is not None
            parts.append(found.group())
            self.at = found.end()
            here = self.text[self.at : self.at + 1]
            if here == '"':
                self.at += 1
                return Node("string", start, self.at, self._whole(start, "".join(parts)))
            if here == "\\":
                parts.append(self._escape())
            elif not here:
                raise self._found(start, "this string is not closed", 'Close it with ".')
            elif here in "\n\r":
                raise self._found(self.at, "the line ends inside of a string", 'Close the string with ", or write \\n.')
            else:
                fix = f"Remove it, or write \\u{ord(here):04x}."
                raise self._found(self.at, f"a control character (U+{ord(here):04X}) inside of a string", fix)

    def _escape(self) -> str:
        """Read one escape; halves of a surrogate pair are joined by _whole."""
        start = self.at
        letter = self.text[start + 1 : start + 2]
        if letter in _ESCAPES and letter:
            self.at += 2
            return _ESCAPES[letter]
        digits = _HEX.match(self.text, start + 2) if letter == "u" else None
        if digits is None:
            fix = "Write \\\\ for a backslash." if letter != "u" else "Write four hexadecimal digits after \\u."
            raise self._found(start, f"{shown(self.text[start : start + 2])} is not an escape of JSON", fix)
        self.at = digits.end()
        return chr(int(digits.group(), 16))

    def _whole(self, start: int, text: str) -> str:
        """Join surrogate pairs; a half without its other half becomes U+FFFD, and is complained of."""
        if text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text):
            return text
        joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        if "\ufffd" in joined and joined.count("\ufffd") > text.count("\ufffd"):
            told = "this string holds one half of a surrogate pair, which is no character"
            self._complain("JSON_LONE_SURROGATE", start, told, "Write both halves, or the character itself.")
        return joined
