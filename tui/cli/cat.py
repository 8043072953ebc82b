"""`vpctop cat`: flow-log files on stdout."""

from __future__ import annotations

import time
from typing import Any

import click

from tui.cli.ending import DONE, WRONG_USE, say
from tui.cli.option import reading, setting_options, settle
from tui.cli.output import OUTPUTS
from tui.cli.sieve import Sieve, read_filter, refuse_names
from tui.cli.span import read_span
from tui.flows.logformat import read_log_format

_EPILOG = (
    "A file's first line of field names is its log format, as S3 delivery writes it; gzip and Parquet are recognised by "
    "their first bytes. Exit codes: 0 done, 2 a file could not be read, 130 interrupted."
)


@click.command(epilog=_EPILOG)
@click.argument("files", nargs=-1, required=True, metavar="FILE|-...")
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT",
    callback=reading(read_log_format),
    help="LogFormat of files without a header line; may be given more than once.",
)
@click.option("--output", "-o", type=click.Choice(OUTPUTS), default="text", show_default=True, help="How to write.")
@click.option("--since", metavar="TIME", help="Leave out what ended before: 2026-01-31T14:05Z, 14:05, 5m (ago).")
@click.option("--until", metavar="TIME", help="Leave out what began after.")
@click.option("--filter", "filter_text", metavar="TEXT", help="Write only these records: 'dport=443 action=reject'.")
@setting_options("utc", "tz", "ascii", "log-file")
def cat(files: tuple[str, ...], formats: tuple[Any, ...], output: str, filter_text: str | None, **given: Any) -> int:
    """Read flow-log FILEs (plain, .gz or .parquet; - is stdin) and write their records to stdout."""
    settings = settle(given)
    began, ended = read_span(given["since"], given["until"], time.time())
    asked = read_filter(filter_text)
    refuse_names(asked)

    from tui.cli.logfile import log_to_file

    log_to_file(settings.log_file)

    from tui.cli.files import FlowFiles, Span
    from tui.cli.stream import Stream
    from tui.cli.terminal import writer_of

    source = FlowFiles(files, formats, Span(began, ended), say)
    stream = Stream(
        lambda: source,
        lambda _: writer_of(output, source.layouts, plain=settings.ascii),
        writes=output != "none",
        sieve=Sieve(asked) if asked else None,
    )
    code = stream.run()
    return WRONG_USE if code == DONE and stream.errors else code
