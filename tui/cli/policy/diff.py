"""`vpctop policy diff`: what a new version of a policy lets through that the old one did not, and the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tui.cli.ending import DONE, FINDING, Refused
from tui.cli.option import ACCESS, setting_options
from tui.cli.policy.endpoint_policy import endpoint_policy, kind_of
from tui.cli.policy.reading import as_json, shown

if TYPE_CHECKING:
    from tui.policies.context import Request
    from tui.policies.difference import Change, Difference
    from tui.policies.evaluate import Verdict


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--type", "kind", type=click.Choice(["gateway", "interface"], case_sensitive=False), help="Of the endpoint."
)
@click.option("--output", "-o", type=click.Choice(["text", "json"]), default="text", show_default=True)
@setting_options(*ACCESS)
def diff_policies(old: str, new: str, kind: str | None, output: str, **given: Any) -> int:
    """Compare two endpoint policies by what they mean: each change with one request that shows it.

    Each is a FILE, - for stdin, or the policy in force at an endpoint (vpce-…). The type of the endpoint is its
    own, else --type, else interface. What is only written in another way is no change. The exit code is 0 if they mean the same, 1 if not, as diff's.
    """
    from tui.policies.difference import difference

    if old == new == "-":
        raise Refused("only one of the policies can be read from stdin")
    (before, of_old), (after, of_new) = (endpoint_policy(name, given) for name in (old, new))
    found = difference(before, after, kind_of(kind, of_old if of_old.kind else of_new) or "interface")
    if output == "json":
        click.echo(as_json(_object(found)))
    else:
        for line in _lines(found):
            click.echo(shown(line))
    return FINDING if found.changes else DONE


def _lines(found: Difference) -> list[str]:
    from tui.policies.english_difference import change_in_words

    told = [change_in_words(change) for change in found.changes]
    if not told:
        told = ["no change was found" if found.limits else "both mean the same"]
    return [*told, *(f"there may be more changes: {limit}" for limit in found.limits)]


def _object(found: Difference) -> dict[str, object]:
    return {
        "same": not found.changes and not found.limits,
        "changes": [_change(change) for change in found.changes],
        "limits": list(found.limits),
    }


def _change(change: Change) -> dict[str, object]:
    from tui.policies.english_difference import change_in_words

    return {
        "change": str(change.kind),
        "says": change_in_words(change),
        "request": _request(change.request),
        "actions": list(change.actions),
        "resources": list(change.resources),
        "principals": list(change.callers),
        "old": _side(change.old),
        "new": _side(change.new),
    }


def _request(request: Request) -> dict[str, object]:
    """The request as `vpctop policy test --cases` takes it."""
    return {
        "principal": request.caller.text,
        "action": request.action,
        "resource": request.resource,
        "context": {
            key: values[0] if values is not None and len(values) == 1 else values
            for key, values in request.context.items()
        },
    }


def _side(verdict: Verdict) -> dict[str, object]:
    return {
        "decision": str(verdict.decision),
        "statement": verdict.deciding.index if verdict.deciding else None,
        "sid": verdict.deciding.sid if verdict.deciding else "",
        "because": verdict.because,
    }
