"""The command `vpctop`: which words are commands, and how every run ends."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tui import __version__
from tui.cli.cat import cat
from tui.cli.config import config
from tui.cli.demo import demo
from tui.cli.ending import DONE, FAILED, INTERRUPTED, say, sentence, tell
from tui.cli.filter import explain_filter
from tui.cli.monitor import monitor
from tui.cli.policy.group import policy
from tui.cli.tail import tail
from tui.cli.why import why
from tui.flows.clean import clean
from tui.flows.source import SourceError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_ABOUT = {"--help", "-h", "--version"}
_EPILOG = (
    "Every option but --allow-changes may also be set in the environment (VPCTOP_REGION …) or in config.toml: see "
    "`vpctop config show`. "
    'Completion: eval "$(_VPCTOP_COMPLETE=bash_source vpctop)", likewise zsh_source and fish_source.'
)


class Program(click.Group):
    """A group whose default command is the monitor: `vpctop vpc-0a1b` needs no word between."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command first; without one it is the monitor."""
        if args and args[0] not in _ABOUT and not (ctx.resilient_parsing and not args[0].startswith("-")):
            args = self._command_first(args)
        elif not args and not ctx.resilient_parsing:
            args = [str(monitor.name)]
        return super().parse_args(ctx, args)

    def _command_first(self, args: list[str]) -> list[str]:
        """`--region x tail vpc-1` means `tail --region x vpc-1`, as readers of the AWS CLI expect."""
        takes_value = {name for option in monitor.params for name in option.opts if _takes_value(option)}
        place = 0
        while place < len(args) and args[place].startswith("-") and args[place] not in {"-", "--"}:
            place += 2 if args[place] in takes_value else 1
        if place < len(args) and args[place] in self.commands:
            return [args[place], *args[:place], *args[place + 1 :]]
        return [str(monitor.name), *args]

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The monitor's usage: it is what the program does."""
        return monitor.collect_usage_pieces(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The monitor's options stand beside the program's own, then the commands."""
        options = [param for param in monitor.params if isinstance(param, click.Option)]
        records = [param.get_help_record(ctx) for param in (*options, *self.get_params(ctx))]
        pairs = [record for record in records if record is not None]
        with formatter.section("Options"):
            formatter.write_dl(pairs)
        self.format_commands(ctx, formatter)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands, and the monitor's options."""
        return super().shell_complete(ctx, incomplete) + click.Command.shell_complete(monitor, ctx, incomplete)


def _takes_value(option: click.Parameter) -> bool:
    return isinstance(option, click.Option) and not option.is_flag and not option.count


@click.group(
    cls=Program, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def program() -> None:
    """Follow VPC Flow Logs in the terminal: who talks to whom, what is rejected, what the VPC endpoints carry.

    SCOPE is a VPC, subnet, network interface or instance (vpc-… subnet-… eni-… i-…), a Name tag, or a log group.
    """


for _command in (monitor, demo, tail, cat, why, explain_filter, policy, config):
    program.add_command(_command)


def run(args: Sequence[str]) -> int:
    """Run the command line; every ending is an exit code, and no traceback reaches the reader."""
    try:
        code = program.main(args=list(args), prog_name="vpctop", standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        _show(error)
        return error.exit_code
    except SourceError as error:
        say(sentence(error))
        return error.exit_code
    except (KeyboardInterrupt, click.exceptions.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        _drop_stdout()
        return DONE
    except Exception as error:  # noqa: BLE001 - the last boundary: a reader gets a sentence, the log the traceback
        return _unforeseen(error)


def leave(code: int) -> None:
    """End the process now. A daemon thread inside a call of native code would abort an ordinary exit."""
    others = [thread for thread in threading.enumerate() if thread is not threading.current_thread()]
    try:
        sys.stdout.flush()
    except (OSError, ValueError, AttributeError):
        _drop_stdout()
    if others:
        logging.shutdown()
        os._exit(code)
    sys.exit(code)


def _show(error: click.ClickException) -> None:
    if isinstance(error, click.UsageError):
        error.show()
    else:
        first, *rest = error.format_message().split("\n")
        say(first)
        tell(clean(line, 500) for line in rest)


def _unforeseen(error: Exception) -> int:
    from tui.cli.logfile import log_to_file, open_log_path

    path = open_log_path() or log_to_file(None)
    logging.getLogger("tui").critical("unexpected error; arguments %s", sys.argv[1:], exc_info=error)
    said = str(error).partition("\n")[0]
    say(f"unexpected {type(error).__name__}: {said}; the details are in {path}")
    return FAILED


def _drop_stdout() -> None:
    """What is still buffered for a closed pipe goes nowhere, without a complaint at exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except OSError:
        sys.stdout = None  # Python's own sign for "there is none"
