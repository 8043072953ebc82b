"""`vpctop policy lint`: what is wrong with an endpoint policy, and where."""

from __future__ import annotations

import json
import sys
from collections import Counter
from shutil import get_terminal_size
from typing import Any

import click

from tui.cli.ending import DONE, FINDING, say
from tui.cli.option import ACCESS, setting_options, settle
from tui.cli.policy.written import read_written

_EPILOG = (
    "Findings go to stdout, talk to stderr. Exit codes: 0 no error and no security finding, 1 at least one, 2 wrong use or no such "
    "file or endpoint, 3 AWS or the network failed. What is unknown (the type, the service) is not judged. --output json writes "
    '{"findings": [{"code", "severity", "message", "line", "column", "path", "fix"}]}.'
)
_ORDER = {"error": "error", "security": "security finding", "warning": "warning", "suggestion": "suggestion"}


@click.command(epilog=_EPILOG)
@click.argument("policy", metavar="FILE|-|vpce-…")
@click.option(
    "--type", "kind", type=click.Choice(["gateway", "interface"], case_sensitive=False), help="Of the endpoint."
)
@click.option("--service", metavar="NAME", help="Of the endpoint: s3, ecr.api, com.amazonaws.eu-west-1.kms.")
@click.option("--ignore", metavar="CODE", multiple=True, help="Leave findings of this code out; may be repeated.")
@click.option("--output", "-o", type=click.Choice(["text", "json"]), default="text", show_default=True)
@setting_options(*ACCESS)
def lint(policy: str, kind: str | None, service: str | None, ignore: tuple[str, ...], output: str, **given: Any) -> int:
    """Check an endpoint policy: a FILE, - for stdin, or the one in force at an endpoint (vpce-…).

    Files are read as they would be sent: white space counts for the size.
    """
    from tui.cli.policy.lint_text import WIDE, shown_finding
    from tui.policies.finding import FAILING
    from tui.policies.json_reader import read_bytes, read_json
    from tui.policies.lint import lint as find
    from tui.policies.services import read_service

    written = read_written(policy, settle(given))
    if written.endpoint and (kind or service):
        raise click.UsageError(f"--type and --service are for files: {written.name} tells its own")
    service = written.service or service or ""
    if service and not written.service and not read_service(service).prefixes:
        say(f"no actions are known of a service {service}: what depends on it is not judged")
    found = find(
        written.text,
        written.kind or kind or "",
        service,
        endpoint_id=written.endpoint,
        vpc=written.vpc,
        takes_policy=written.takes_policy,
    )
    left_out = {code.upper() for code in ignore}
    findings = [finding for finding in found if finding.code not in left_out]
    if output == "json":
        fields = ("code", "severity", "message", "line", "column", "path", "fix")
        told = [{field: getattr(finding, field) for field in fields} for finding in findings]
        click.echo(json.dumps({"findings": told}))
    else:
        document = read_bytes(written.text) if isinstance(written.text, bytes) else read_json(written.text)
        columns = get_terminal_size().columns if sys.stdout is not None and sys.stdout.isatty() else WIDE
        for finding in findings:
            click.echo(shown_finding(finding, written.name, document, columns))
        say(f"{written.name}: {_summary(Counter(finding.severity for finding in findings))}")
    return FINDING if any(finding.severity in FAILING for finding in findings) else DONE


def _summary(counts: Counter[str]) -> str:
    told = [f"{counts[key]} {name}{'s' if counts[key] > 1 else ''}" for key, name in _ORDER.items() if counts[key]]
    return ", ".join(told) or "nothing found"
