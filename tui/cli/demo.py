"""`vpctop demo`: the monitor, or any AWS program, on an embedded AWS with a scripted incident."""

from __future__ import annotations

import importlib.util
import shlex
import time
from typing import TYPE_CHECKING, Any

import click

from tui.cli.ending import FAILED, Refused, say
from tui.cli.filtering import chosen_filter, filter_option, saved_filters
from tui.cli.monitor import LOOKS, changes_on, show
from tui.cli.notice import notice_of, read_notice
from tui.cli.option import Settings, changes_option, setting_options, settle
from tui.cli.setting import config_path
from tui.cli.terminal import need_terminal
from tui.flows.source import Batch, SourceError, Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from threading import Event

    from tui.demo.embedded import EmbeddedAws
    from tui.flows.source import About, Source
    from tui.screen.options import Connected

# Seconds from a sign that the embedded AWS ends until it has.
_END_LIMIT = 0.5
_NEEDED = ("moto", "flask", "flask_cors", "werkzeug")


@click.command()
@click.option(
    "--seed", type=click.IntRange(0, 2**31), default=7, show_default=True, help="The same seed, the same demo."
)
@click.option("--rate", type=click.FloatRange(1, 2000), default=200.0, show_default=True, help="Flow records a second.")
@click.option("--speed", type=click.FloatRange(0.1, 60), default=1.0, show_default=True, help="How fast its time goes.")
@click.option("--serve", is_flag=True, help="Only run the embedded AWS, and print what to export to use it.")
@click.option("--notify", is_flag=True, help="Call the command and the webhook of config.toml for its alerts, too.")
@filter_option
@changes_option
@setting_options("window", "live-tail", "cache-size", *LOOKS, "log-file")
def demo(
    seed: int,
    rate: float,
    speed: float,
    serve: bool,
    notify: bool,
    filter_text: str,
    allow_changes: bool,
    **given: Any,
) -> int:
    """Show an incident on an embedded AWS: needs no account and no network."""
    settings = settle(given, allow_changes=allow_changes)
    notice = read_notice(config_path())
    chosen_filter(filter_text, saved_filters())
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise Refused(f"the demo needs {missing[0]}, which is not installed: run pip install 'vpctop[demo]'")

    from tui.cli.logfile import log_to_file
    from tui.demo.embedded import isolate_from_reader

    log_path = log_to_file(settings.log_file)
    isolate_from_reader()
    running = Running(seed, rate, speed)
    try:
        if serve:
            return _serve(running)
        need_terminal()
        # Nobody is to be called out of bed for an incident that is a script.
        told = notice_of(notice, "demo", calls=notify)
        return show(lambda: running.connect(settings), settings, log_path, told, running.clock, "demo", filter_text)
    finally:
        running.close()


class Running:
    """The embedded AWS, started by the thread that reads it, so that the screen need not wait; closed by the command."""

    def __init__(self, seed: int, rate: float, speed: float) -> None:
        self._shape: dict[str, Any] = {"seed": seed, "rate": rate, "speed": speed}
        self._aws: EmbeddedAws | None = None

    def start(self) -> EmbeddedAws:
        """The embedded AWS, started at the first call.

        Raises:
            SourceError: it could not be started.
        """
        from tui.demo.embedded import DemoError, EmbeddedAws

        try:
            self._aws = self._aws or EmbeddedAws(**self._shape)
        except DemoError as error:
            raise SourceError(str(error).rstrip("."), fatal=True, exit_code=FAILED) from None
        return self._aws

    def connect(self, settings: Settings) -> Connected:
        """Start it, and tail the VPC it wants shown. What is changed is the embedded AWS alone."""
        from tui.aws.inventory import AwsInventory, Pace
        from tui.aws.session import Access
        from tui.aws.tail import TailOptions, open_tail
        from tui.cache.rolling import RollingCache
        from tui.screen.options import Connected

        aws = self.start()
        key, secret = aws.access_keys
        access = Access(None, aws.region, aws.url, key, secret, isolated=True)
        # Loopback costs nobody a quota: the demo looks often, so that something moves at once.
        options = TailOptions(
            window=settings.window, interval=2.0, api_rate=0, live_tail=settings.live_tail, clock=aws.clock
        )
        tail = Ending(open_tail([aws.scope], access, options), aws)
        often = Pace(groups=5, acls=5, route_tables=5, endpoints=5, owned_services=5, connections=5)
        inventory = AwsInventory(access, [aws.scope], clock=aws.clock, pace=often)
        cache = RollingCache(settings.window, settings.cache_size)
        return Connected(tail, cache, inventory, changes_on(access, settings, inventory))

    def clock(self) -> float:
        """The demo's time, in Unix seconds; the wall's until it runs."""
        return self._aws.clock() if self._aws is not None else time.time()

    def close(self) -> None:
        """End it, if it runs."""
        if self._aws is not None:
            self._aws.close()


class Ending:
    """A source that ends with the embedded AWS, and says so, instead of asking on for what never comes back."""

    def __init__(self, source: Source, aws: EmbeddedAws) -> None:
        self._source = source
        self._aws = aws

    @property
    def about(self) -> About:
        """As the source tells it."""
        return self._source.about

    def batches(self, stop: Event) -> Iterator[Batch]:
        """The source's, until the embedded AWS ends.

        Raises:
            SourceError: the source cannot go on, and the embedded AWS is not the cause.
        """
        try:
            yield from self._source.batches(stop)
        except SourceError:
            if stop.is_set() or not self._aws.has_ended(_END_LIMIT):
                raise
            told = f"The embedded AWS ended ({self._aws.ending}); start the demo again"
            yield Batch(self._aws.clock(), status=Status(advice=told))


def _serve(running: Running) -> int:
    """Run it alone until a signal comes or whoever started it has gone; what is printed can be given to `eval`."""
    from tui.cli.ending import DONE
    from tui.cli.sink import Interrupted, Interrupts
    from tui.cli.wait import Starter

    starter = Starter()
    with Interrupts() as interrupts:
        try:
            with interrupts.waiting():
                aws = running.start()
                for name, value in aws.environment().items():
                    print(f"export {name}={shlex.quote(value)}")
                print("unset AWS_PROFILE AWS_SESSION_TOKEN")  # either would be used beside these
                print(f"# scope: {aws.scope}, as in: vpctop tail {aws.scope}", flush=True)
                ready = starter.wait(interrupts.wake, aws.end)
        except Interrupted:
            return 128 + interrupts.signal
        if ready == aws.end and aws.has_ended(_END_LIMIT):
            say(f"the embedded AWS ended: {aws.ending}")
            return FAILED
        return DONE
