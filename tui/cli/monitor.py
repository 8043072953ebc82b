"""`vpctop SCOPE…`: the monitor."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui.cli.alert import watch_of
from tui.cli.ending import DONE, Refused, say
from tui.cli.filtering import chosen_filter, configured_filters, filter_option, saved_filters
from tui.cli.notice import notice_of, read_notice
from tui.cli.option import ACCESS, READING, Settings, changes_option, setting_options, settle
from tui.cli.setting import config_path, state_folder
from tui.cli.terminal import draw_on_terminal, need_terminal

if TYPE_CHECKING:
    from tui.aws.session import Access
    from tui.flows.filter.model import Filter
    from tui.network.inventory import InventorySource
    from tui.network.order import Changes
    from tui.screen.notice import Notice
    from tui.screen.options import Connected

LOOKS = ("nat-price", "theme", "utc", "tz", "no-mouse", "ascii")
# More flow logs than this are not listed: the sentence should stay one.
_LISTED = 8


@click.command(hidden=True)
@click.argument("scopes", nargs=-1, metavar="[SCOPE]...")
@filter_option
@click.option(
    "--push", is_flag=True, help="Collect only what --filter keeps, as far as CloudWatch can be asked for it."
)
@changes_option
@setting_options(*ACCESS, *READING, "cache-size", *LOOKS, "log-file")
def monitor(scopes: tuple[str, ...], filter_text: str, push: bool, allow_changes: bool, **given: Any) -> int:
    """Follow the flow records of SCOPEs on the screen."""
    settings = settle(given, allow_changes=allow_changes)
    notice = read_notice(config_path())
    asked = chosen_filter(filter_text, saved_filters())  # a wrong one is told before anything is asked
    if push and asked.is_everything:
        raise click.UsageError("--push needs a --filter: it is what CloudWatch would be asked for")

    from tui.aws.session import Access, resolve_credentials
    from tui.cli.logfile import log_to_file

    log_path = log_to_file(settings.log_file)
    access = Access(settings.profile, settings.region, settings.endpoint_url)
    if not scopes:
        raise Refused(_how_to_choose(access))
    need_terminal()
    resolve_credentials(access)  # an MFA code is asked for before the screen takes the terminal
    pushed = asked if push else None
    return show(
        lambda: _connect(scopes, access, settings, pushed),
        settings,
        log_path,
        notice_of(notice, " ".join(scopes)),
        filter_text=filter_text,
    )


def show(
    connect: Callable[[], Connected],
    settings: Settings,
    log_path: Path,
    notice: Notice,
    clock: Callable[[], float] = time.time,
    title: str = "",
    filter_text: str = "",
) -> int:
    """Open the screen, and return the exit code when it is closed."""
    gc.disable()  # nothing that is imported is garbage, and to look for it takes a twentieth of the time
    from tui.screen.app import VpcTop
    from tui.screen.options import Options
    from tui.screen.themes import ThemeError

    gc.enable()
    saved = configured_filters(config_path())
    options = Options(
        theme=settings.theme or "",
        theme_folder=config_path().parent / "themes",
        clock=clock,
        ascii=settings.ascii,
        mouse=not settings.no_mouse,
        utc=settings.utc,
        nat_price=settings.nat_price,
        log_path=str(log_path),
        title=title,
        allow_changes=settings.allow_changes,
        filter=filter_text,
        filters=saved,
        state_folder=state_folder(),
        config_folder=config_path().parent,
        notice=notice,
        alerts=watch_of(config_path(), saved, settings.window),
    )
    try:
        app = VpcTop(connect, options)
    except ThemeError as error:
        raise Refused(str(error)) from None
    draw_on_terminal()
    app.run(mouse=options.mouse)
    if app.farewell:
        say(app.farewell)
    return app.return_code or DONE


def changes_on(access: Access, settings: Settings, inventory: InventorySource) -> Changes | None:
    """Who may change something: nobody, and what could is not even loaded, unless the reader allowed it."""
    if not settings.allow_changes:
        return None
    from tui.aws.changing import AwsChanges

    return AwsChanges(access, inventory.wanted)


def _connect(scopes: Sequence[str], access: Access, settings: Settings, pushed: Filter | None) -> Connected:
    """The tail and the cache it fills; runs in the thread that will read, after the first paint."""
    from tui.aws.inventory import AwsInventory
    from tui.aws.tail import TailOptions, open_tail
    from tui.cache.rolling import RollingCache
    from tui.screen.options import Connected

    options = TailOptions(
        window=settings.window,
        interval=settings.interval,
        api_rate=settings.api_rate,
        log_formats=settings.log_format,
        live_tail=settings.live_tail,
        filter=pushed,
        push=pushed is not None,
    )
    tail = open_tail(scopes, access, options)
    inventory = AwsInventory(access, [*scopes, *(state.resource for state in tail.about.states)])
    cache = RollingCache(settings.window, settings.cache_size)
    return Connected(tail, cache, inventory, changes_on(access, settings, inventory))


def _how_to_choose(access: Access) -> str:
    """One sentence: what a SCOPE is, and which there are if AWS tells it at the first asking."""
    sentence = "give a SCOPE: vpc-… subnet-… eni-… i-…, a Name tag or a log group; `vpctop demo` needs none"
    found = _logged(access)
    if not found:
        return sentence
    rest = f" and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
    return f"{sentence}; flow logs cover {', '.join(found[:_LISTED])}{rest}"


def _logged(access: Access) -> list[str]:
    """What has a flow log into CloudWatch Logs, with its log group; empty when it cannot be read."""
    from tui.aws.flowlog import list_flow_logs
    from tui.aws.session import Clients
    from tui.flows.source import SourceError

    try:
        flow_logs = list_flow_logs(Clients(access))
    except SourceError as error:
        say(f"the flow logs cannot be listed: {error.reason}")
        return []
    return list(dict.fromkeys(f"{each.resource} ({each.group})" for each in flow_logs if each.group))
