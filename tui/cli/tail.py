"""`vpctop tail`: the engine of the monitor on stdout."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.cli.ending import say
from tui.cli.option import ACCESS, READING, Settings, reading, setting_options, settle
from tui.cli.output import OUTPUTS
from tui.cli.quantity import is_counted, parse_duration
from tui.cli.sieve import Sieve, read_filter
from tui.cli.span import read_moment, read_span

if TYPE_CHECKING:
    from tui.aws.session import Access

_EPILOG = (
    "Data goes to stdout, talk and a summary to stderr; with --output json the gap ledger too, an object a line before the "
    "summary, whose healed is null while a gap is open. Exit codes: 0 done, also when the reader of a pipe has left; "
    "2 wrong use, 3 AWS or the network failed, 130 interrupted."
)

# Said before a session begins. https://aws.amazon.com/cloudwatch/pricing/
PRICE = "Live Tail costs about $0.01 a minute, $0.60 an hour, from now until the end of this command"


@click.command(epilog=_EPILOG)
@click.argument("scopes", nargs=-1, required=True, metavar="SCOPE...")
@click.option("--output", "-o", type=click.Choice(OUTPUTS), default="text", show_default=True, help="How to write.")
@click.option("--since", metavar="TIME", help="Begin here: 2026-01-31T14:05Z, 14:05, 5m (ago), Unix seconds.")
@click.option("--until", metavar="TIME", help="End here, after one last look at what has arrived by then.")
@click.option(
    "--for", "length", metavar="DURATION", callback=reading(parse_duration), help="End after this long: 90s, 10m."
)
@click.option(
    "--gaps",
    "gaps_path",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the gap ledger to this new file at the end: what was not seen, a JSON object a line.",
)
@click.option("--once", is_flag=True, help="Read what is there, and end.")
@click.option("--filter", "filter_text", metavar="TEXT", help="Write only these records: 'dport=443 action=reject'.")
@click.option("--no-push", is_flag=True, help="Ask CloudWatch for everything; filter here alone.")
@setting_options(*ACCESS, *READING, "utc", "tz", "ascii", "log-file")
def tail(scopes: tuple[str, ...], output: str, once: bool, gaps_path: Path | None, **given: Any) -> int:
    """Follow the flow records of SCOPEs on stdout, a line each.

    SCOPE is a VPC, subnet, network interface or instance (vpc-… subnet-… eni-… i-…), a Name tag, or a log group.
    """
    settings = settle(given)
    now = time.time()
    since, until = _bounds(given["since"], given["until"], given["length"], once=once, now=now)
    counted = {name for name in ("since", "until") if given[name] and is_counted(given[name])}
    counted |= {"until"} if given["length"] is not None else set()
    asked = read_filter(given["filter_text"])

    from tui.cli.logfile import log_to_file

    log_to_file(settings.log_file)

    from tui.aws.session import Access, resolve_credentials
    from tui.cli.gaps import GapsFile
    from tui.cli.stream import PATIENCE, Stream
    from tui.cli.terminal import writer_of

    access = Access(settings.profile, settings.region, settings.endpoint_url)
    resolve_credentials(access)
    if settings.live_tail and not once and (until is None or until > now):
        say(PRICE)

    def connect() -> Any:
        from tui.aws.tail import open_tail

        options = _options(settings, since, until, counted, once=once)
        opened = open_tail(scopes, access, replace(options, filter=asked, push=not given["no_push"]))
        if sieve is not None and sieve.asks_names:
            _name(sieve, access, [*scopes, *(state.resource for state in opened.about.states)])
        return opened

    sieve = Sieve(asked) if asked else None
    stream = Stream(
        connect,
        lambda source: writer_of(output, getattr(source, "layouts", ()), plain=settings.ascii),
        writes=output != "none",
        patience=PATIENCE if once or until is not None else None,
        tells_gaps=output == "json",
        gaps_file=GapsFile(gaps_path) if gaps_path else None,
        sieve=sieve,
    )
    return stream.run()


def _name(sieve: Sieve, access: Access, resources: Sequence[str]) -> None:
    """Let the filter know whom its names stand for, read now and again.

    Raises:
        SourceError: they cannot be read.
    """
    from tui.aws.inventory import AwsInventory
    from tui.cli.directory import Directory

    directory = Directory(AwsInventory(access, resources))
    sieve.use(directory)  # which closes it, whatever comes of the waiting
    for lack in directory.wait().missing:
        say(f"names: {lack}")


def _bounds(
    since: str | None, until: str | None, length: float | None, *, once: bool, now: float
) -> tuple[float | None, float | None]:
    """Where reading begins and ends, in Unix seconds."""
    if length is not None and (until is not None or once):
        raise click.UsageError(f"give --for or {'--once' if once else '--until'}, not both")
    if length is not None:
        return read_moment("--since", since, now), now + length
    began, ended = read_span(since, until, now) if since else (None, read_moment("--until", until, now, after=now))
    if began is not None and began > now:
        raise click.UsageError("--since lies in the future")
    return began, ended


def _options(settings: Settings, since: float | None, until: float | None, counted: set[str], *, once: bool) -> Any:
    from tui.aws.tail import TailOptions

    return TailOptions(
        since=since,
        until=until,
        once=once,
        window=settings.window,
        interval=settings.interval,
        api_rate=settings.api_rate,
        log_formats=settings.log_format,
        live_tail=settings.live_tail,
        counted=frozenset(counted),
    )
