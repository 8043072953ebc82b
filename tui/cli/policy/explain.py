"""`vpctop policy explain`: what a policy says, in plain English."""

from __future__ import annotations

import click

from tui.cli.ending import DONE
from tui.cli.policy.reading import as_json, read_policy_file, shown


@click.command("explain")
@click.argument("file")
@click.option("--type", "kind", type=click.Choice(["gateway", "interface"], case_sensitive=False))
@click.option("--output", "-o", type=click.Choice(["text", "json"]), default="text", show_default=True)
def explain_policy(file: str, kind: str | None, output: str) -> int:
    """Say in plain English what the endpoint policy in FILE says: who may or may not do what, on what, and when."""
    from tui.policies.english import explain, is_full_access
    from tui.policies.grammar import Form

    policy, _ = read_policy_file(file, Form.ENDPOINT)
    explanation = explain(policy, "gateway" if (kind or "").lower() == "gateway" else "interface" if kind else "")
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
