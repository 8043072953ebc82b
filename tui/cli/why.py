"""`vpctop why`: whether a flow would pass, which rule decides, and the command that would let it."""

from __future__ import annotations

import inspect
import json
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from tui.cli.ending import DONE, FINDING, Refused, say
from tui.cli.option import ACCESS, reading, setting_options, settle
from tui.cli.quantity import QuantityError, parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui.aws.session import Access
    from tui.network.inventory import Inventory
    from tui.network.question import Question
    from tui.network.verdict.journey import Journey

_PATIENCE = 2.0  # seconds between two words on what is being read
# Parts of the names of actions without which something that is there may seem not to be.
_NAMING = ("NetworkInterfaces", "Instances", "Vpcs", "Subnets")
_EXAMPLES = """
\b
Examples:
  vpctop why 10.0.1.7 10.0.2.9:5432/tcp
  vpctop why web-1 db-writer:5432              Name tags, load balancers, endpoints
  vpctop why eni-0a1b2c3d4e5f60718 [2001:db8::7]:443
  vpctop why i-0a1b2c3d4e5f60718 10.0.2.9 icmp/8
  vpctop why 203.0.113.9 bastion:22            from the internet
  vpctop why app-1 52.216.1.1:443              to the internet, or an AWS service
"""
_EPILOG = (
    "Exit codes: 0 it would pass; 1 it would not, or nobody can tell (the answer says which); 2 wrong use; 3 AWS or the "
    "network failed; 130 interrupted. --output json is one object: verdict (pass, refused or cannot tell), by, rule, "
    "direction, confidence (certain, likely or cannot tell), evidence, fix, and steps, fixes, notes. Nothing is changed: "
    "fixes are commands to copy."
)


def _limit(text: str) -> float:
    seconds = parse_duration(text)
    if not 1 <= seconds <= 3600:
        raise QuantityError(f"{text!r} is not between 1 s and 1 h")
    return seconds


@click.command(epilog=_EPILOG)
@click.argument("source")
@click.argument("target")
@click.argument("port", required=False, default="")
@click.option(
    "--source-port", type=click.IntRange(1, 65535), metavar="PORT", help="The client's port; any it may choose without."
)
@click.option(
    "--scope", multiple=True, metavar="VPC", help="The VPC meant, where several have the address or the name."
)
@click.option("--output", "-o", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--timeout",
    metavar="DURATION",
    default="60s",
    show_default=True,
    callback=reading(_limit),
    help="Most time AWS may take.",
)
@setting_options(*ACCESS, "ascii", "log-file")
def why(source: str, target: str, port: str, source_port: int | None, scope: tuple[str, ...], **given: Any) -> int:
    """Say whether a flow from SOURCE to TARGET would pass, and which rule decides, though no record of it need exist.

    An end is an address, an interface or instance (eni-… i-…), a Name tag, a load balancer or an endpoint (vpce-…). The
    port follows the target's colon, or stands alone: 443, 443/udp, https, icmp, icmp/8, gre. IPv6 goes in brackets.

    The request is judged out of the source and into the target, and the reply back: security groups keep state, network
    ACLs do not. Route tables tell the way. Rules are read as they are now.
    """
    from tui.network.question import QuestionError, read_question

    settings = settle(given)
    try:
        question = read_question(source, target, port, source_port)
    except QuestionError as error:
        raise click.UsageError(str(error)) from None

    from tui.aws.session import Access, resolve_credentials
    from tui.cli.logfile import log_to_file

    log_to_file(settings.log_file)
    access = Access(settings.profile, settings.region, settings.endpoint_url)
    resolve_credentials(access)
    inventory, journey = _answer(access, question, scope, given["timeout"])
    return _tell(journey, inventory, given["output"], plain=settings.ascii)


why.help = f"{inspect.cleandoc(why.help or '')}\n{_EXAMPLES}"


def _answer(access: Access, question: Question, scope: Sequence[str], limit: float) -> tuple[Inventory, Journey]:
    """The answer and what it is from, within the limit, which ctrl-C cuts short; what takes long is told on stderr."""
    from tui.aws.inventory_once import read_once
    from tui.network.end import EndError, ends_of
    from tui.network.verdict.journey import journey_of, unknown

    began = told = time.monotonic()

    def progress(what: str) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told > _PATIENCE:
            told = now
            say(f"reading {what} ({now - began:.0f} s)")

    with _within(limit) as stop:
        inventory = read_once(access, (question.source, question.target), scope, stop, progress)
        while True:
            try:
                ends = ends_of(question, inventory, inventory.scope if scope else ())
            except EndError as error:
                if error.missing and inventory.scope and not scope:  # it may be in a VPC that no filter led to
                    inventory = read_once(access, (), (), stop, progress)
                    continue
                if error.missing and any(word in each for each in inventory.missing for word in _NAMING):
                    return inventory, unknown(error.reason, inventory)
                raise Refused(f"{error.reason}; {error.hint}" if error.hint else error.reason) from None
            return inventory, journey_of(question, *ends, inventory)


@contextmanager
def _within(limit: float) -> Iterator[threading.Event]:
    """An event that is set when so many seconds have passed, or what is within has ended."""
    stop = threading.Event()
    timer = threading.Timer(limit, stop.set)
    timer.daemon = True
    timer.start()
    try:
        yield stop
    finally:
        timer.cancel()
        stop.set()


def _tell(journey: Journey, inventory: Inventory, output: str, *, plain: bool) -> int:
    """The answer on stdout, and the exit code."""
    from tui.cli.terminal import columns, is_coloured
    from tui.cli.why_output import WIDTH, as_json, as_text
    from tui.network.leg import Fate

    if output == "json":
        click.echo(json.dumps(as_json(journey, inventory)))
    else:
        click.echo(as_text(journey, colour=is_coloured(), plain=plain, width=columns(WIDTH)))
    return DONE if journey.fate is Fate.PASS else FINDING
