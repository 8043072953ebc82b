"""Without --allow-changes nothing can be changed: who could is not even loaded, and only one door leads to it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

ROOT = Path(__file__).parent.parent.parent
# The one door, and those behind it.
CHANGING = {f"tui/aws/{name}.py" for name in ("change_call", "change_policy", "change_endpoint", "change_connection")}
READING = (
    "Describe",
    "Get",
    "List",
    "Search",
    "Filter",
    "StartLiveTail",
    "StartQuery",
    "StopQuery",
    "TestMetricFilter",
)
# What the demo plants is its own; other words of these lists are names of permissions, not calls.
ROOMS = sorted(path for path in (ROOT / "tui").rglob("*.py") if "demo" not in path.relative_to(ROOT).parts)


def mutating() -> set[str]:
    """Every operation of EC2 and CloudWatch Logs that changes something, as Amazon and as boto3 name them."""
    session = botocore.session.Session()
    names = {name for service in ("ec2", "logs") for name in session.get_service_model(service).operation_names}
    changing = {name for name in names if not name.startswith(READING)}
    return changing | {xform_name(name) for name in changing}


MUTATING = mutating()


def named(source: str) -> Iterator[str]:
    """The operations that code may ask for: each method it calls, and each word it holds."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_only_the_changing_modules_call_what_changes() -> None:
    """No other module of the program calls an operation of EC2 or of CloudWatch Logs that changes anything."""
    found = {
        str(path.relative_to(ROOT)): names
        for path in ROOMS
        if path.is_relative_to(ROOT / "tui" / "aws") and (names := MUTATING & set(named(path.read_text())))
    }
    assert set(found) == CHANGING - {"tui/aws/change_call.py"}
    assert set().union(*found.values()) == {
        "CreateVpcEndpoint",
        "ModifyVpcEndpoint",
        "DeleteVpcEndpoints",
        "AcceptVpcEndpointConnections",
        "RejectVpcEndpointConnections",
    }


def test_one_door_leads_to_them() -> None:
    """`Clients.once`, by which a change goes out, is used in one place."""
    uses = {str(path.relative_to(ROOT)) for path in ROOMS if "clients.once" in path.read_text()}
    assert uses == {"tui/aws/change_call.py"}


def test_only_the_command_line_loads_who_changes() -> None:
    """`tui.aws.changing` is loaded in one place, and what it is made of by itself alone."""
    for path in ROOMS:
        name = str(path.relative_to(ROOT))
        loads = "tui.aws.chang" in path.read_text()
        expected = name in {"tui/cli/monitor.py", "tui/aws/changing.py", *CHANGING}
        assert loads == expected, name


@pytest.mark.parametrize(("allowed", "loaded"), [("False", "False"), ("True", "True")])
def test_who_changes_is_made_only_when_allowed(allowed: str, loaded: str) -> None:
    """Without the flag there is none, and the module is not loaded; the environment cannot bring it in."""
    code = f"""
import os, sys
os.environ["VPCTOP_ALLOW_CHANGES"] = "1"
from tui.aws.inventory import AwsInventory
from tui.aws.session import Access
from tui.cli.monitor import changes_on
from tui.cli.option import settle
settings = settle({{}}, allow_changes={allowed})
made = changes_on(Access(), settings, AwsInventory(Access()))
assert (made is not None) == {allowed}
assert ("tui.aws.changing" in sys.modules) == {loaded}
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, cwd=ROOT)


def test_no_file_can_allow_changes(tmp_path: Path) -> None:
    """In config.toml the word is unknown, and told as such: nobody leaves changes allowed by accident."""
    (tmp_path / "config.toml").write_text("allow-changes = true\n")
    code = f"""
from pathlib import Path
from tui.cli.setting import ConfigError, read_config
try:
    read_config(Path({str(tmp_path / "config.toml")!r}))
except ConfigError as error:
    assert "allow-changes" in error.format_message(), error
else:
    raise AssertionError
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, cwd=ROOT)
