"""`vpctop policy test`: what becomes of a request, by one policy or by all that it has to pass."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from tui.cli.ending import DONE, FINDING, Refused, say
from tui.cli.option import ACCESS, setting_options
from tui.cli.policy.endpoint_policy import endpoint_policy, kind_of
from tui.cli.policy.reading import as_json, read_policy_file, shown

if TYPE_CHECKING:
    from tui.policies.combine import Combined, Layers
    from tui.policies.context import Request
    from tui.policies.model import Policy

Strings = tuple[str, ...]
# What stands alone behind these options is theirs, as in `--context aws:username=ann aws:SourceVpc=vpc-1`; no FILE looks so.
_MORE = {"--context": re.compile(r"[\w-]+:[^=]+=.*", re.DOTALL), "--absent": re.compile(r"[\w-]+:[^=]+")}


class _Spread(click.Command):
    """A command whose `--context` and `--absent` take as many values as stand behind them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        spread: list[str] = []
        option, is_due = "", False  # whose values come, and whether its first is next
        for at, arg in enumerate(args):
            if is_due:
                is_due = False
            elif arg == "--":
                spread += args[at:]
                break
            elif arg in _MORE:
                option, is_due = arg, True
            elif option and _MORE[option].fullmatch(arg):
                spread.append(option)
            else:
                option = ""
            spread.append(arg)
        return super().parse_args(ctx, spread)


@click.command("test", cls=_Spread)
@click.argument("file", required=False, metavar="[FILE|-|vpce-…]")
@click.option(
    "--principal", help="Who asks: the ARN of a user, role or session; a service; `anonymous`.", metavar="ARN"
)
@click.option("--action", help="What for, as s3:GetObject.")
@click.option("--resource", help="The ARN of what it is about; `*` for an action without a resource.", metavar="ARN")
@click.option("--resource-account", default="", help="Whose the resource is; the ARN of a bucket does not tell.")
@click.option("--context", multiple=True, metavar="KEY=VALUE", help="Condition keys of the request: one or more.")
@click.option("--absent", multiple=True, metavar="KEY", help="Condition keys that are not in the request.")
@click.option("--type", "kind", type=click.Choice(["gateway", "interface"], case_sensitive=False))
@click.option("--identity", multiple=True, metavar="FILE", help="A policy of the caller; again for more.")
@click.option("--resource-policy", metavar="FILE", help="The bucket policy, key policy or trust policy.")
@click.option("--scp", multiple=True, metavar="FILE", help="A service control policy, one for each level.")
@click.option("--rcp", multiple=True, metavar="FILE", help="A resource control policy.")
@click.option("--boundary", metavar="FILE", help="The caller's permissions boundary.")
@click.option("--session", metavar="FILE", help="The policy of the session.")
@click.option("--cases", metavar="FILE", help="A file of cases, one JSON object a line; `-` is stdin.")
@click.option("--output", "-o", type=click.Choice(["text", "json"]), default="text", show_default=True)
@setting_options(*ACCESS)
def test_policy(file: str | None, cases: str | None, output: str, **asked: str | Strings | None) -> int:
    """Say whether an endpoint policy lets a request through, which statement decides, and why the others miss.

    The policy is that of a FILE, of - for stdin, or the one in force at an endpoint (vpce-…).

    The caller, the resource and the endpoint tell some condition keys themselves (aws:PrincipalArn, aws:PrincipalAccount;
    aws:SourceIp is in no request through an endpoint). What a caller may send along (s3:prefix, aws:TagKeys) is taken to
    be absent. Any other key that is not told is unknown: if it matters, the answer is `depends`. Keys that would change
    the answer are named.

    With other policies the answer is about all of them together. The exit code is 1 unless the request is allowed.

    A case is {"policy": …, "request": {"principal", "action", "resource", "resource_account", "context"}, "type": …}; null
    in its context is a key that is not in the request. Each case gives a line of JSON, a bad one too.
    """
    if cases is not None:
        given = [name for name, value in asked.items() if value]
        if file is not None or given:
            raise click.UsageError("with --cases the file of cases says everything: give no policy and no request")
        from tui.cli.policy.cases import run_cases

        return run_cases(cases)
    if file is None:
        raise click.UsageError("give the FILE of a policy, or --cases")
    from tui.policies.combine import combine
    from tui.policies.context import Way
    from tui.policies.operations import doubt_of

    policy, written = endpoint_policy(file, asked)
    kind = asked["kind"]
    way = Way(kind_of(kind if isinstance(kind, str) else None, written), written.endpoint, written.vpc)
    combined = combine(_layers(file, policy, asked), _request(asked), way)
    if doubt := doubt_of(str(asked["action"])):
        say(doubt)
    click.echo(as_json(told(combined)) if output == "json" else "\n".join(_lines(combined)))
    return DONE if combined.decision == "allowed" else FINDING


def told(combined: Combined) -> dict[str, object]:
    """The answer as an object for JSON."""
    return {
        "decision": str(combined.decision),
        "statement": combined.deciding.index if combined.deciding else None,
        "sid": combined.deciding.sid if combined.deciding else "",
        "because": combined.because,
        "missing": list(combined.missing),
        "layer": combined.layer,
        "policies": [
            {
                "layer": layer,
                "decision": str(verdict.decision),
                "because": verdict.because,
                "statements": [
                    {
                        "statement": each.statement.index,
                        "sid": each.statement.sid,
                        "applies": each.applies,
                        "why": each.why,
                    }
                    for each in verdict.judgements
                ],
            }
            for layer, verdict in combined.verdicts
        ],
    }


def _lines(combined: Combined) -> list[str]:
    lines = [f"{combined.decision}: {shown(combined.because)}"]
    if combined.missing:
        lines.append(f"may change with: {shown(', '.join(combined.missing))}")
    for layer, verdict in combined.verdicts:
        lines.append(f"{layer}: {verdict.decision}")
        for each in verdict.judgements:
            how = {True: "applies", False: each.why, None: f"may apply: {each.why}"}[each.applies]
            lines.append(f"  {each.statement.effect:<5} {shown(each.name)} {shown(how)}")
    return lines


def _request(asked: Mapping[str, str | Strings | None]) -> Request:
    from tui.policies.arn import ACCOUNT, parse_caller
    from tui.policies.context import Request

    for name in ("principal", "action", "resource"):
        if not asked[name]:
            raise click.UsageError(f"a request needs --{name}")
    try:
        caller = parse_caller(str(asked["principal"]))
    except ValueError as error:
        raise click.BadParameter(shown(str(error)), param_hint="--principal") from None
    try:
        checked = checked_action(str(asked["action"]))
    except ValueError as error:
        raise click.BadParameter(shown(str(error)), param_hint="--action") from None
    resource = str(asked["resource"])
    if resource != "*" and not resource.startswith("arn:"):
        raise click.BadParameter("give an ARN, or * for an action that has no resource", param_hint="--resource")
    account = str(asked["resource_account"] or "").strip()
    if account and not ACCOUNT.fullmatch(account):
        raise click.BadParameter("an account has 12 digits", param_hint="--resource-account")
    return Request(caller, checked, resource, account, _context(asked))


def checked_action(text: str) -> str:
    """An action as a request has it. Raises ValueError with a sentence."""
    service, colon, name = text.partition(":")
    if not (service and colon and name) or not text.isascii() or re.search(r"[*?\s\x00-\x1f\x7f]", text):
        raise ValueError(f"{text[:80]!r} is no action of a request, which looks like s3:GetObject")
    return text


def _context(asked: Mapping[str, str | Strings | None]) -> dict[str, Strings | None]:
    context: dict[str, Strings | None] = {}
    for each in asked["context"] or ():
        key, equals, value = each.partition("=")
        if not equals or not key.strip():
            raise click.BadParameter(f"{shown(each)!r} is not KEY=VALUE", param_hint="--context")
        context[key.strip().lower()] = (*(context.get(key.strip().lower()) or ()), value)
    for each in asked["absent"] or ():
        if each.lower() in context:
            raise click.BadParameter(f"{shown(each)} is given with a value too", param_hint="--absent")
        context[each.lower()] = None
    return context


def _layers(file: str, endpoint: Policy, asked: Mapping[str, str | Strings | None]) -> Layers:
    from tui.policies.combine import Layers
    from tui.policies.grammar import Form

    paths = [file]

    def read(name: str, form: Form) -> tuple[Policy, ...]:
        value = asked[name]
        files = (value,) if isinstance(value, str) else value or ()
        paths.extend(files)
        if paths.count("-") > 1:
            raise Refused("only one of the policies can be read from stdin")
        return tuple(read_policy_file(path, form)[0] for path in files)

    entering = str(asked["action"]).lower().startswith("sts:assumerole")
    return Layers(
        endpoint=endpoint,
        identity=read("identity", Form.IDENTITY),
        resource=next(iter(read("resource_policy", Form.TRUST if entering else Form.RESOURCE)), None),
        scps=read("scp", Form.IDENTITY),
        rcps=read("rcp", Form.RESOURCE),
        boundary=next(iter(read("boundary", Form.IDENTITY)), None),
        session=next(iter(read("session", Form.IDENTITY)), None),
    )
