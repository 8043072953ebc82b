"""`vpctop policy iam`: what a person must be granted who looks after endpoints and flow logs."""

from __future__ import annotations

import json

import click

from tui.cli.ending import DONE, tell

_ALLOWS = ("describe", "create", "modify", "delete", "connections", "flow-logs")


def _read_allows(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """`--allow describe,modify` and `--allow describe --allow modify` are the same."""
    words = tuple(word.strip().lower() for value in values for word in value.split(","))
    unknown = next((word for word in words if word not in _ALLOWS), None)
    if unknown is not None:
        raise click.BadParameter(f"{unknown!r} is not one of {', '.join(_ALLOWS)}")
    return words


@click.command()
@click.option(
    "--allow",
    multiple=True,
    callback=_read_allows,
    metavar="WHAT",
    help=f"Only this: {', '.join(_ALLOWS)}; several with commas. All without it.",
)
@click.option("--output", "-o", type=click.Choice(["text", "json"]), default="text", show_default=True)
def iam(allow: tuple[str, ...], output: str) -> int:
    """Print the identity policy that lets a person create, see, change and delete endpoints and flow logs.

    The policy goes to stdout; why it cannot name one endpoint or prefix list goes to stderr.
    """
    from tui.policies.identity import REASONS, SOURCES, identity_policy

    policy = identity_policy(allow)
    if output == "json":
        click.echo(json.dumps({"policy": policy, "because": list(REASONS), "sources": list(SOURCES)}))
    else:
        click.echo(json.dumps(policy, indent=2))
        tell([*REASONS, *SOURCES])
    return DONE
