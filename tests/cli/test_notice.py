"""The table `notice` of config.toml: what it may say, and how a mistake in it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command_line import Vpctop
from tui.alerts.model import Severity
from tui.cli.notice import NoticeSettings, notice_of, read_notice
from tui.cli.setting import ConfigError, config_path


@pytest.fixture
def config(home: Path) -> Path:
    """Where the reader's config.toml belongs."""
    assert config_path().is_relative_to(home)
    config_path().parent.mkdir(parents=True)
    return config_path()


def test_nothing_is_sent_unless_it_is_asked_for(config: Path) -> None:
    """Without the table: no bell, no notification, no command, no webhook."""
    notice = notice_of(read_notice(config), "vpc-0a1b")
    assert (notice.bell, notice.terminal, notice.caller) == (False, "", None)


def test_all_of_it_is_read(config: Path) -> None:
    """Each key has its value, and a program is looked up where programs are."""
    config.write_text(
        '[notice]\nseverity = "critical"\nbell = true\nterminal = "osc777"\ncommand = ["sh", "-c", "cat", "{subject}"]\n'
        'webhook = "https://hooks.example.com/services/T0/B0?x=1"\nrate = 2\ntimeout = "3s"\n'
    )
    notice = read_notice(config)
    assert notice.command[0].endswith("/sh")
    assert notice.command[1:] == ("-c", "cat", "{subject}")
    assert (notice.severity, notice.bell, notice.terminal) == (Severity.CRITICAL, True, "osc777")
    assert (notice.webhook, notice.rate, notice.timeout) == ("https://hooks.example.com/services/T0/B0?x=1", 2, 3.0)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("bel = true", "notice.bel is no setting; did you mean bell?"),
        ('bell = "yes"', "notice.bell is wrong: 'yes'; write true or false without quotes"),
        ('terminal = "osc8"', "notice.terminal is wrong: 'osc8'; there are osc9, osc777"),
        ('severity = "bad"', "notice.severity is wrong: 'bad'; there are critical, warning, notice"),
        ("severity = 3", "notice.severity is wrong: 3; there are critical, warning, notice"),
        ('command = "page me"', "notice.command is wrong: a list is needed, without a shell"),
        ("command = []", "write a list of texts, the program first"),
        ('command = ["sh", 7]', "write a list of texts, the program first"),
        ('command = ["no-such-pager"]', "there is no program 'no-such-pager' that can be run"),
        ('command = ["{subject}"]', "cannot be a program's name"),
        ('command = ["sh", "{subjct}"]', "{subjct} is nothing an alert has; did you mean {subject}?"),
        ('webhook = "hooks.example.com"', "notice.webhook is wrong: it is no URL; write it as https://host/path"),
        ('webhook = "file:///etc/passwd"', "it is no URL"),
        ('webhook = "https://"', "it is no URL"),
        ('webhook = "https://host:0/"', "it is no URL"),
        ('webhook = "https://host:99999/"', "it is no URL"),
        ('webhook = "https://ada:secret@host/"', "it holds a name and a password"),
        ("webhook = 7", "7 is no URL"),
        ("rate = 0", "0 is no whole number of calls a minute from 1 to 60"),
        ("rate = true", "True is no whole number"),
        ('timeout = "2h"', "is not between 1 s and 60 s"),
        ("timeout = inf", "is no duration"),
    ],
)
def test_a_mistake_is_told_with_its_place(config: Path, line: str, told: str) -> None:
    """File, key and what is wrong; a URL that may hold a secret is not repeated."""
    config.write_text(f"[notice]\n{line}\n")
    with pytest.raises(ConfigError) as met:
        read_notice(config)
    assert str(config) in met.value.format_message()
    assert told in met.value.format_message()
    assert "secret" not in met.value.format_message()
    assert met.value.exit_code == 2


def test_a_table_is_needed(config: Path) -> None:
    """`notice = true` is a mistake, and told as one."""
    config.write_text("notice = true\n")
    with pytest.raises(ConfigError, match="notice must be a table"):
        read_notice(config)


def test_the_program_does_not_start_with_a_wrong_one(config: Path, vpctop: Vpctop) -> None:
    """The monitor and the demo end at once with code 2; `config validate` finds it, too."""
    config.write_text('[notice]\ncommand = ["no-such-pager"]\n')
    for arguments in (("vpc-0a1b",), ("demo",)):
        ended = vpctop(*arguments)
        assert ended.code == 2
        assert "notice.command" in ended.err
    assert vpctop("config", "validate").code == 1


def test_config_show_tells_no_secret(config: Path, vpctop: Vpctop) -> None:
    """Of a webhook the host alone is shown."""
    config.write_text('[notice]\nbell = true\nwebhook = "https://hooks.example.com/services/T0/hush"\n')
    out = vpctop("config", "show").out
    assert "hush" not in out
    line = next(line for line in out.splitlines() if line.startswith("notice.webhook"))
    assert line.split() == ["notice.webhook", "https://hooks.example.com/…", str(config)]
    assert next(line for line in out.splitlines() if line.startswith("notice.rate")).split()[-1] == "default"


def test_config_init_explains_it(config: Path, vpctop: Vpctop) -> None:
    """What `config init` writes can be used once the marks are taken away."""
    assert vpctop("config", "init").code == 0
    text = config.read_text()
    wanted = [
        line[2:]
        for line in text.splitlines()
        if line.startswith(("# [notice]", "# bell", "# rate", "# timeout", "# terminal", "# severity", "# webhook"))
    ]
    config.write_text("\n".join(wanted))
    assert read_notice(config) == NoticeSettings(bell=True, terminal="osc9", webhook="https://hooks.example.com/vpctop")
