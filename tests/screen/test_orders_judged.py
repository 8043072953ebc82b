"""What comes of an order, whatever stands where its policy is to be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.network.endpoint_network import APP, APP_A, LOGS, NETWORK, S3, VPC
from tui.network.order import CreateEndpoint, ModifyEndpoint
from tui.screen.judging import judge
from tui.screen.policy_file import LARGEST

GATEWAY_ORDER = CreateEndpoint(VPC, S3, "Gateway")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.json", None, "cannot be read: No such file or directory."),
        ("latin.json", '{"Statement": "é"}'.encode("latin-1"), "is no text in UTF-8."),
        ("large.json", b" " * (LARGEST + 1), "is too large for a policy."),
        ("empty.json", b"", "Policy, line 1:"),
        ("deep.json", b"[" * 50_000, "Policy, line 1:"),
        ("list.json", b"[1, 2]", "Policy, line 1:"),
        ("nul\x00.json", None, "there is no such file."),
        ("~nobody-of-this-name/x.json", None, "cannot be read"),
    ],
)
def test_what_is_no_policy_holds_an_order_back(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    """One sentence says why, and no text goes along."""
    path = name if name.startswith("~") else str(tmp_path / name)
    if content is not None:
        Path(path).write_bytes(content)
    found = judge(GATEWAY_ORDER, NETWORK, path)
    assert said in found.wrong[0], found.wrong
    assert found.order == GATEWAY_ORDER


def test_a_pipe_or_a_directory_is_not_waited_for(tmp_path: Path) -> None:
    """Neither is opened: a pipe would hold the thread until somebody writes to it."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        assert judge(GATEWAY_ORDER, NETWORK, str(path)).wrong == (f"Policy: {path} is no file.",)


def test_what_is_said_of_a_policy_is_told_with_its_place(tmp_path: Path) -> None:
    """Findings that AWS does not refuse it for stand beside the order, which can be given."""
    path = tmp_path / "policy.json"
    path.write_text(
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'
    )
    found = judge(GATEWAY_ORDER, NETWORK, str(path))
    assert found.wrong == ()
    assert isinstance(found.order, CreateEndpoint)
    assert found.order.policy == path.read_text()
    assert found.findings
    assert "--policy-document" in found.command


def test_what_is_not_chosen_yet_has_no_command() -> None:
    """A form that is not filled in says what is missing, and offers nothing to run."""
    for order in (CreateEndpoint(VPC, "", ""), ModifyEndpoint(NETWORK.endpoints[0].id)):
        found = judge(order, NETWORK)
        assert found.wrong
        assert found.command == ""


def test_an_error_of_ours_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader who waits is told, and the log has the rest."""
    monkeypatch.setattr("tui.network.consequence.consequences", lambda *_: 1 / 0)
    found = judge(CreateEndpoint(VPC, LOGS, "Interface", (APP_A,), groups=(APP,)), NETWORK)
    assert "an error of its own (ZeroDivisionError)" in found.wrong[0]
