"""`vpctop filter`: what a filter means, in words and as AWS's own tools would be asked."""

from __future__ import annotations

import json
import time

import click

from tui.cli.ending import DONE
from tui.cli.filtering import chosen_filter, saved_filters
from tui.flows.logformat import DEFAULT_LAYOUT, Layout, LogFormatError, read_log_format


@click.command("filter")
@click.argument("text")
@click.option("--log-format", metavar="FORMAT", help="The LogFormat of the flow log; the default format without it.")
@click.option("--output", "-o", type=click.Choice(["text", "json"]), default="text", show_default=True)
def explain_filter(text: str, log_format: str | None, output: str) -> int:
    """Say what a filter keeps: in plain English, as a CloudWatch filter pattern, and as a Logs Insights query.

    The pattern lets through all that the filter keeps, and may let through more: what is left to do is said beside it.
    """
    asked = chosen_filter(text, saved_filters())
    layout = _layout(log_format)

    from tui.flows.filter.english import english
    from tui.flows.filter.insights import insights
    from tui.flows.filter.pattern import pushed
    from tui.flows.filter.surroundings import Surroundings
    from tui.flows.filter.written import written

    pattern = pushed(asked.node, layout)
    told = {
        "filter": written(asked.node),
        "keeps": english(asked.node),
        "pattern": pattern.pattern,
        "pushed": pattern.said,
        "insights": insights(asked.node, layout, Surroundings(time.time())),
    }
    if output == "json":
        click.echo(json.dumps(told))
    else:
        for name, value in told.items():
            click.echo(f"{name:<9} {value.replace(chr(10), chr(10) + ' ' * 10) or '-'}")
    return DONE


def _layout(log_format: str | None) -> Layout:
    if log_format is None:
        return DEFAULT_LAYOUT
    try:
        return read_log_format(log_format)
    except LogFormatError as error:
        raise click.BadParameter(str(error), param_hint="--log-format") from None
