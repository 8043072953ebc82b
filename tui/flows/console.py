"""Where a flow record is to be seen elsewhere: the page of the CloudWatch console, and the command that shows the same.

Pure text: nobody is called.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from urllib.parse import quote

# Where the consoles of the partitions are. https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
_DOMAINS = (
    ("cn-", "console.amazonaws.cn"),
    ("us-gov-", "console.amazonaws-us-gov.com"),
    ("", "console.aws.amazon.com"),
)
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d+")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a record is: its log group and stream, and the time, in ms, in which CloudWatch has it; `until` excluded."""

    region: str
    log_group: str
    log_stream: str
    since: int
    until: int


def console_link(spot: Spot) -> str:
    """The page of the console with the stream's events at that time; "" for a Region that is none.

    The console reads what follows `#` with its own escaping: percent-encoded twice for names, once for the query, then `%`
    written as `$`: `/` is `$252F`, `?` is `$3F`.
    """
    if not _REGION.fullmatch(spot.region):
        return ""
    domain = next(domain for start, domain in _DOMAINS if spot.region.startswith(start))
    path = f"log-groups/log-group/{_twice(spot.log_group)}"
    if spot.log_stream:
        path += f"/log-events/{_twice(spot.log_stream)}"
        path += _once(f"?start={spot.since}&end={spot.until}")
    return f"https://{spot.region}.{domain}/cloudwatch/home?region={spot.region}#logsV2:{path}"


def filter_command(spot: Spot, terms: tuple[str, ...] = (), profile: str = "") -> str:
    """The `aws` command that shows the records at that time that hold all the terms; quoted for a POSIX shell."""
    words = ["aws", "logs", "filter-log-events"]
    if spot.region:
        words += _option("--region", spot.region)
    if profile:
        words += _option("--profile", profile)
    words += _option("--log-group-name", spot.log_group)
    if spot.log_stream:
        words += _option("--log-stream-names", spot.log_stream)
    words += ["--start-time", str(spot.since), "--end-time", str(spot.until)]
    if terms:
        # Each term in double quotes: unquoted, one with other letters than word characters is refused.
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
        words += _option("--filter-pattern", " ".join(f'"{_term(term)}"' for term in terms))
    return " ".join(shlex.quote(word) for word in words)


def _option(name: str, value: str) -> list[str]:
    """An option and its value, in one word when the value would be taken for another option."""
    return [f"{name}={value}"] if value.startswith("-") else [name, value]


def _term(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _once(text: str) -> str:
    return quote(text, safe="").replace("%", "$")


def _twice(text: str) -> str:
    return _once(quote(text, safe=""))
