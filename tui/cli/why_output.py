"""The answer of `vpctop why` as text for a reader, and as one JSON object for a program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from textwrap import wrap
from typing import Any

from tui.flows.clean import clean
from tui.network.inventory import Inventory
from tui.network.leg import Fate
from tui.network.verdict.journey import Journey, Step

WIDTH = 100  # columns of what is folded; the answer and the commands are lines of their own, whatever their length
_INDENT = " " * 17
_GLYPHS = {Fate.PASS: "✓", Fate.REFUSED: "✗", Fate.UNKNOWN: "?"}
_PLAIN = {Fate.PASS: "+", Fate.REFUSED: "x", Fate.UNKNOWN: "?"}
_COLOURS = {Fate.PASS: "32", Fate.REFUSED: "1;31", Fate.UNKNOWN: "33"}
_WORDS = {Fate.PASS: "PASS", Fate.REFUSED: "REFUSED", Fate.UNKNOWN: "CANNOT TELL"}


def as_json(journey: Journey, inventory: Inventory) -> dict[str, Any]:
    """The answer with the keys that scripts rely on first; `steps` are all steps, with the same keys each."""
    decided = journey.decided
    return {
        **_step(replace(decided, fate=journey.fate, confidence=journey.confidence)),
        "sentence": journey.sentence,
        "steps": [_step(step) for step in journey.steps],
        "fixes": list(journey.fixes),
        "notes": list(journey.notes),
        "account": inventory.account,
        "region": inventory.region,
        "at": inventory.at,
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "verdict": str(step.fate),
        "by": step.by,
        "rule": step.rule,
        "direction": step.direction,
        "confidence": str(step.confidence),
        "evidence": list(step.because or (step.sentence,)),
        "fix": step.fix,
        "fix_note": step.fix_note,
        "closest": step.closest,
        "trip": step.trip,
        "place": step.place,
        "interface": step.interface,
        "says": step.sentence,
        "doubts": list(step.doubts),
    }


def as_text(journey: Journey, *, colour: bool, plain: bool, width: int = WIDTH) -> str:
    """The answer first, then each step, what nearly allows it, notes, and last the commands, each alone on its line."""
    lines = [_headline(journey, colour=colour, plain=plain), ""]
    lines += _steps(journey, width, colour=colour, plain=plain)
    notes = [*dict.fromkeys(doubt for step in journey.steps for doubt in step.doubts), *journey.notes]
    if notes:
        lines += ["", *(line for note in notes for line in _folded(note, width, "note: "))]
    lines += _fixes(journey, width)
    text = "\n".join(clean(line, 2000) if not colour else line for line in lines)
    return text.replace("→", "->") if plain else text


def _headline(journey: Journey, *, colour: bool, plain: bool) -> str:
    doubt = f" ({journey.confidence})" if journey.fate is not Fate.UNKNOWN else ""
    return f"{_mark(journey.fate, colour=colour, plain=plain)}{doubt}  {clean(journey.sentence, 1500)}"


def _steps(journey: Journey, width: int, *, colour: bool, plain: bool) -> Iterator[str]:
    """Two lines a step, or more: the glyph, the word and where; then what decided there."""
    trip = ""
    for step in journey.steps:
        if step.trip != trip:
            trip = step.trip
            yield trip
        pad = " " * (len(_WORDS[Fate.UNKNOWN]) - len(_WORDS[step.fate]))
        where = f" ({step.interface})" if step.interface else ""
        yield f"  {_mark(step.fate, colour=colour, plain=plain)}{pad}  {clean(step.place, 80)}{where}"
        yield from _folded(_said(step), width, "", _INDENT)
        if step.closest and step.fate is not Fate.PASS:
            yield from _folded(step.closest, width, "closest: ", _INDENT)


def _said(step: Step) -> str:
    """What decided; where it passes, the rules that let it."""
    if step.fate is Fate.PASS and step.because:
        return " ".join(step.because)
    return step.sentence


def _fixes(journey: Journey, width: int) -> Iterator[str]:
    """What would let it pass. Nothing here runs it."""
    refused = [step for step in journey.steps if step.fate is Fate.REFUSED and (step.fix or step.fix_note)]
    commands = [step for step in refused if step.fix]
    if not refused:
        return
    yield ""
    if commands:
        yield "To let exactly this flow pass (commands to copy; nothing has been changed):"
    for fix in journey.fixes:
        step = next(each for each in commands if each.fix == fix)
        yield from _folded(step.fix_note, width, "# ")
        yield clean(fix, 2000)
    for step in refused:
        if not step.fix and step.fix_note:
            yield from _folded(step.fix_note, width, "no command: ")


def _folded(text: str, width: int, label: str, indent: str = "") -> list[str]:
    """A text in lines of a readable width, after its label."""
    lines = wrap(clean(text, 1500), max(20, width - len(indent) - len(label)), break_on_hyphens=False) or [""]
    rest = " " * len(label) if label != "# " else label
    return [f"{indent}{label}{lines[0]}", *(f"{indent}{rest}{line}" for line in lines[1:])]


def _mark(fate: Fate, *, colour: bool, plain: bool) -> str:
    """`✓ PASS`: a glyph, a word, and where the terminal has them a colour."""
    mark = f"{(_PLAIN if plain else _GLYPHS)[fate]} {_WORDS[fate]}"
    return f"\x1b[{_COLOURS[fate]}m{mark}\x1b[0m" if colour else mark
