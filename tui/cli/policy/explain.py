"""`vpctop policy explain`: what a policy says, in plain English."""

from __future__ import annotations

from typing import Any

import click

from tui.cli.ending import DONE
from tui.cli.option import ACCESS, setting_options
from tui.cli.policy.endpoint_policy import endpoint_policy, kind_of
from tui.cli.policy.reading import as_json, shown


@click.command("explain")
@click.argument("file", metavar="FILE|-|vpce-…")
@click.option("--type", "kind", type=click.Choice(["gateway", "interface"], case_sensitive=False))
@click.option("--output", "-o", type=click.Choice(["text", "json"]), default="text", show_default=True)
@setting_options(*ACCESS)
def explain_policy(file: str, kind: str | None, output: str, **given: Any) -> int:
    """Say in plain English what an endpoint policy says: who may or may not do what, on what, and when.

    The policy is that of a FILE, of - for stdin, or the one in force at an endpoint (vpce-…).
    """
    from tui.policies.english import explain, is_full_access

    policy, written = endpoint_policy(file, given)
    explanation = explain(policy, kind_of(kind, written))
    if output == "json":
        statements = [
            {"statement": statement.index, "sid": statement.sid, "effect": statement.effect, "says": says}
            for statement, says in zip(policy.statements, explanation.statements, strict=True)
        ]
        told = {"summary": explanation.summary, "default": is_full_access(policy), "statements": statements}
        click.echo(as_json(told))
        return DONE
    click.echo(shown(explanation.summary))
    for statement, says in zip(policy.statements, explanation.statements, strict=True):
        name = f" {statement.sid}" if statement.sid else ""
        click.echo(f"{statement.index}{shown(name)}: {shown(says)}")
    return DONE
