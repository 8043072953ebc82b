"""`--allow-changes`: asked for on the command line, for one run, and for nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tui.cli.program import run

COMMANDS = (["demo"], ["vpc-0a1b2c3d4e5f60718"], ["vpc-0a1b2c3d4e5f60718", "--region", "eu-west-1"])


@pytest.fixture(name="shown")
def shown_fixture(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> list[Any]:
    """The settings that each screen was to be opened with; none is opened."""
    told: list[Any] = []

    def show(_connect: Any, settings: Any, *_rest: Any, **_more: Any) -> int:
        told.append(settings)
        return 0

    for module in ("monitor", "demo"):
        monkeypatch.setattr(f"tui.cli.{module}.show", show)
        monkeypatch.setattr(f"tui.cli.{module}.need_terminal", lambda: None)
    monkeypatch.setenv("VPCTOP_LOG_FILE", str(tmp_path / "log"))
    return told


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_changes_are_allowed_by_the_flag_alone(
    shown: list[Any], words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With it they are, before or after the command; without it they are not, whatever the environment says."""
    monkeypatch.setenv("VPCTOP_ALLOW_CHANGES", "1")
    assert [run(words), run([*words, "--allow-changes"]), run(["--allow-changes", *words])] == [0, 0, 0]
    assert [settings.allow_changes for settings in shown] == [False, True, True]


def test_what_only_reads_does_not_know_it(shown: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    """Commands that change nothing refuse it: nobody is led to believe that it does something there."""
    assert run(["tail", "vpc-0a1b2c3d4e5f60718", "--allow-changes"]) == 2
    assert "--allow-changes" in capsys.readouterr().err
    assert shown == []
