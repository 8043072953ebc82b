"""Links to the console and commands that show the same records."""

from __future__ import annotations

import shlex

import pytest

from tui.flows.console import Spot, console_link, filter_command

SPOT = Spot("eu-west-1", "/vpc/pay ments", "eni-0a1b2c3d4e5f67890-all", 1_790_000_040_000, 1_790_000_100_000)


def test_the_link_is_escaped_as_the_console_reads_it() -> None:
    """Names twice, the query once, `%` as `$`."""
    assert console_link(SPOT) == (
        "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1"
        "#logsV2:log-groups/log-group/$252Fvpc$252Fpay$2520ments/log-events/eni-0a1b2c3d4e5f67890-all"
        "$3Fstart$3D1790000040000$26end$3D1790000100000"
    )


@pytest.mark.parametrize(
    ("region", "start"),
    [
        ("cn-north-1", "https://cn-north-1.console.amazonaws.cn/"),
        ("us-gov-west-1", "https://us-gov-west-1.console.amazonaws-us-gov.com/"),
        ("ap-southeast-2", "https://ap-southeast-2.console.aws.amazon.com/"),
    ],
)
def test_each_partition_has_its_console(region: str, start: str) -> None:
    """China and GovCloud have their own."""
    assert console_link(Spot(region, "g", "s", 0, 1)).startswith(start)


@pytest.mark.parametrize("region", ["", "evil.example/", "eu-west-1.evil.example", "eu-west-1\n"])
def test_what_is_no_region_makes_no_link(region: str) -> None:
    """A link goes to Amazon or nowhere."""
    assert console_link(Spot(region, "g", "s", 0, 1)) == ""


def test_names_cannot_leave_their_place_in_the_link() -> None:
    """`$`, `#`, `?`, `&` and letters beyond ASCII are escaped."""
    link = console_link(Spot("eu-west-1", "a$b#c?d&é", "", 0, 1))
    assert link.endswith("log-group/a$2524b$2523c$253Fd$2526$25C3$25A9")


@pytest.mark.parametrize(
    "name", ["plain", "it's; rm -rf ~", "$(id)", "`id`", 'a"b', "--endpoint-url=http://evil", "a\\b"]
)
def test_the_command_means_the_same_to_a_shell(name: str) -> None:
    """Whatever a name holds, the shell hands it to aws as one word, and aws does not take it for an option."""
    spot = Spot("eu-west-1", name, name, 5, 6)
    words = shlex.split(filter_command(spot, ("10.0.1.7", "10.0.2.9"), "prod"))
    assert words[:7] == ["aws", "logs", "filter-log-events", "--region", "eu-west-1", "--profile", "prod"]
    given = " ".join(words)
    assert words.count(name) == 2 or (f"--log-group-name={name}" in words and f"--log-stream-names={name}" in words)
    assert '--filter-pattern "10.0.1.7" "10.0.2.9"' in given
    assert "--start-time 5 --end-time 6" in given
