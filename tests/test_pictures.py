"""The pictures in the README are what the program draws now."""

from __future__ import annotations

import re

import pytest

from tests.screenshots import FOLDER, PICTURES, draw, stopped_demo


def words_of(svg: str) -> list[str]:
    """What a reader sees of a picture: its texts in order."""
    return re.findall(r">([^<>]+)</text>", svg)


async def test_the_pictures_are_current() -> None:
    """Drawn again from the seeded demo with a stopped clock, each picture is the one in screenshots/, byte for byte.

    After a change that is meant to be seen: `make screenshots`, look at them, and commit them with the change.
    """
    with stopped_demo() as aws:
        for name, columns, rows, theme, keys in PICTURES:
            drawn, kept = await draw(aws, columns, rows, theme, keys), (FOLDER / f"{name}.svg").read_text()
            assert words_of(drawn) == words_of(kept), name
            assert drawn == kept, name


@pytest.mark.parametrize("name", [picture[0] for picture in PICTURES])
def test_the_pictures_show_what_there_is(name: str) -> None:
    """A picture of an empty screen would be equal to itself too."""
    words = " ".join(words_of((FOLDER / f"{name}.svg").read_text())).replace("&#160;", " ")
    assert re.search(r"(batch|web)-\d|10\.0\.\d+\.\d+|arn:aws:|nat-b", words)
    assert "LIVE" in words or "PAUSED" in words or "Newly allowed" in words  # the editor has the whole screen


@pytest.mark.parametrize("name", [picture[0] for picture in PICTURES])
def test_no_picture_leaves_the_place_of_its_words_to_blanks(name: str) -> None:
    """What draws with librsvg drops the blanks that a text begins with: such words would move to the left, out of their column."""
    words = words_of((FOLDER / f"{name}.svg").read_text())
    assert [word for word in words if re.search(r"^&#160;|&#160;\n?$|(&#160;){2}", word)] == []
