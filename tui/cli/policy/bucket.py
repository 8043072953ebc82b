"""`vpctop policy bucket`: bucket policies for an endpoint for S3, and whether the endpoint passes a bucket's own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from tui.cli.ending import DONE, FINDING, Refused
from tui.cli.option import ACCESS, setting_options
from tui.cli.policy.endpoint_policy import endpoint_policy, kind_of
from tui.cli.policy.reading import as_json, read_policy_file, shown
from tui.cli.policy.written import ENDPOINT_ID

if TYPE_CHECKING:
    from tui.policies.bucket_answer import BucketAnswer
    from tui.policies.combine import Layers
    from tui.policies.context import EndpointKind, Way


@click.command("bucket")
@click.argument("bucket", metavar="BUCKET")
@click.option("--endpoint", default="", metavar="vpce-…", help="The endpoint for S3 that requests come through.")
@click.option("--vpc", default="", metavar="vpc-…", help="Its VPC; else it is asked of AWS where a policy is checked.")
@click.option("--policy", "bucket_policy", metavar="FILE", help="The bucket's policy, to see whether this way passes.")
@click.option("--principal", help="Who asks, to try listing, reading and writing as him.", metavar="ARN")
@click.option("--endpoint-policy", "offline", metavar="FILE", help="The endpoint's policy; else that in force is read.")
@click.option("--type", "kind", type=click.Choice(["gateway", "interface"], case_sensitive=False))
@click.option("--resource-account", default="", help="Whose the bucket is; its ARN does not tell.")
@click.option("--identity", multiple=True, metavar="FILE", help="A policy of the caller; again for more.")
@click.option("--output", "-o", type=click.Choice(["text", "json"]), default="text", show_default=True)
@setting_options(*ACCESS)
def bucket_policies(bucket: str, output: str, **asked: Any) -> int:
    """Write bucket policies that let requests in only through an endpoint, or only from its VPC.

    With --policy, the BUCKET's own policy is held against this endpoint: which of its statements ask by which way a
    request comes, and what they make of this one. With --principal listing, reading and writing are tried by both
    policies, the endpoint's and the bucket's; a policy in force is read from AWS, or told by --endpoint-policy.

    BUCKET is a name or an ARN. The exit code is 1 if anything that was tried is not allowed.
    """
    from tui.policies.bucket_answer import bucket_answer
    from tui.policies.bucket_name import read_bucket

    try:
        name, partition = read_bucket(bucket)
    except ValueError as error:
        raise click.BadParameter(shown(str(error)), param_hint="BUCKET") from None
    _check(asked)
    layers, way = _layers(asked)
    caller = None
    if asked["principal"]:
        from tui.policies.arn import parse_caller

        try:
            caller = parse_caller(asked["principal"])
        except ValueError as error:
            raise click.BadParameter(shown(str(error)), param_hint="--principal") from None
    answer = bucket_answer(name, way, layers, caller, partition or "aws", asked["resource_account"])
    click.echo(as_json(told(answer)) if output == "json" else "\n".join(_lines(answer)))
    return DONE if answer.passes else FINDING


def _check(asked: Mapping[str, Any]) -> None:
    """Raises UsageError for what does not go together."""
    endpoint, vpc = asked["endpoint"], asked["vpc"]
    if not endpoint and not vpc:
        raise click.UsageError("give the --endpoint (vpce-…), or the --vpc")
    if endpoint and not ENDPOINT_ID.fullmatch(endpoint):
        raise click.BadParameter(f"{shown(endpoint)!r} is no id of an endpoint", param_hint="--endpoint")
    if vpc and not (vpc.startswith("vpc-") and vpc[4:].isalnum() and vpc.isascii()):
        raise click.BadParameter(f"{shown(vpc)!r} is no id of a VPC", param_hint="--vpc")
    needs_policy = [name for name in ("principal", "offline", "identity") if asked[name]]
    if needs_policy and not asked["bucket_policy"]:
        raise click.UsageError("what is asked needs the bucket's policy: give --policy FILE")
    if asked["principal"] and not endpoint and not asked["offline"]:
        raise click.UsageError("to try requests give the --endpoint whose policy is read, or --endpoint-policy FILE")


def _layers(asked: Mapping[str, Any]) -> tuple[Layers | None, Way]:
    """The policies to pass, None if none is to be checked, and the way; AWS is asked only for a policy in force."""
    from tui.policies.combine import Layers
    from tui.policies.context import Way
    from tui.policies.grammar import Form

    kind: EndpointKind = "gateway" if (asked["kind"] or "").lower() == "gateway" else "interface"
    way = Way(kind if asked["kind"] else "", asked["endpoint"], asked["vpc"])
    if not asked["bucket_policy"]:
        return None, way
    files = [asked["bucket_policy"], *asked["identity"], asked["offline"] or ""]
    if files.count("-") > 1:
        raise Refused("only one of the policies can be read from stdin")
    resource, _ = read_policy_file(asked["bucket_policy"], Form.RESOURCE)
    identity = tuple(read_policy_file(path, Form.IDENTITY)[0] for path in asked["identity"])
    if not asked["principal"]:
        return Layers(resource=resource, identity=identity), way
    source = asked["offline"] or asked["endpoint"]
    endpoint, written = endpoint_policy(source, asked)
    if written.service and not written.service.endswith((".s3", ".s3-outposts", ".s3express")):
        raise Refused(f"{source} is no endpoint for S3: it leads to {shown(written.service)}")
    vpc = asked["vpc"] or written.vpc
    if asked["vpc"] and written.vpc and asked["vpc"] != written.vpc:
        raise Refused(f"{source} is in {shown(written.vpc)}, not in {asked['vpc']}")
    return Layers(endpoint, identity, resource), Way(kind_of(asked["kind"], written), asked["endpoint"], vpc)


def told(answer: BucketAnswer) -> dict[str, object]:
    """The answer as an object for JSON; `gates` and `requests` are null where nothing was checked or tried."""
    return {
        "bucket": answer.bucket,
        "endpoint": answer.way.endpoint,
        "vpc": answer.way.vpc,
        "snippets": [
            {"title": each.title, "says": each.says, "beware": each.beware, "policy": json.loads(each.text)}
            for each in answer.snippets
        ],
        "gates": [
            {
                "statement": each.statement.index,
                "sid": each.statement.sid,
                "effect": each.statement.effect,
                "applies": each.applies,
                "says": each.says,
            }
            for each in answer.gates
        ]
        if answer.checked
        else None,
        "requests": [
            {
                "action": each.request.action,
                "resource": each.request.resource,
                "decision": str(each.answer.decision),
                "layer": each.answer.layer,
                "because": each.answer.because,
                "missing": list(each.answer.missing),
            }
            for each in answer.requests
        ]
        if answer.caller is not None
        else None,
    }


def _lines(answer: BucketAnswer) -> list[str]:
    from tui.policies.bucket_answer import told_check

    if answer.checked:
        return [shown(line) for line in told_check(answer)]
    lines: list[str] = []
    for each in answer.snippets:
        lines += [f"# {each.title}", f"# {each.says}", f"# Beware: {each.beware}", each.text, ""]
    return lines[:-1]
