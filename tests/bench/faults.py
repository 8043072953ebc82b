"""What it survives: records lost and repeated through every fault, at the wire, against the ground truth.

With `--write` the README's table is made of it.
"""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

import boto3
from botocore.config import Config

from tests.aws.faults import FAULTS
from tests.aws.survival import survive
from tui.aws import pages, session
from tui.aws.session import Access
from tui.demo.embedded import EmbeddedAws, isolate_from_reader

GROUP = "/vpc/flow-logs"
README = Path(__file__).parents[2] / "README.md"
# What stands between these two in the README is made here.
BEGIN, END = "<!-- survives: made by `python -m tests.bench faults --write` -->", "<!-- /survives -->"
_TABLE = re.compile(f"(?<={re.escape(BEGIN)}\n).*?(?={re.escape(END)})", re.DOTALL)
_HEADING = "| fault | delivered | lost | repeated |\n|---|---|---|---|\n"


def main() -> None:
    """Print delivered, lost, repeated and refusals of each fault."""
    rows = []
    isolate_from_reader()
    pages._FIRST_WAIT, session.READ_TIMEOUT = 0.01, 0.3  # time is compressed
    print(f"{'fault':<62}{'records':>8}{'lost':>6}{'repeated':>10}{'refusals':>10}{'gaps open':>11}{'seconds':>9}")
    with EmbeddedAws(empty=True) as aws:
        key, secret = aws.access_keys
        how = {"region_name": aws.region, "endpoint_url": aws.url, "config": Config(proxies={})}
        logs = boto3.client("logs", aws_access_key_id=key, aws_secret_access_key=secret, **how)
        ec2 = boto3.client("ec2", aws_access_key_id=key, aws_secret_access_key=secret, **how)
        access = Access(region=aws.region, endpoint_url=aws.url, access_key=key, secret_key=secret, isolated=True)
        for name, fault in FAULTS.items():
            aws.reset()
            logs.create_log_group(logGroupName=GROUP)
            ec2.create_flow_logs(
                ResourceIds=[ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]],
                ResourceType="VPC",
                TrafficType="ALL",
                LogGroupName=GROUP,
                DeliverLogsPermissionArn="arn:aws:iam::123456789012:role/flow-logs",
                MaxAggregationInterval=60,
            )
            begun = time.perf_counter()
            ran = survive(aws, access, logs, GROUP, fault)
            print(
                f"{name:<62}{ran.delivered:>8,}{ran.lost:>6}{ran.repeated:>10}{len(ran.refusals):>10}"
                f"{len(ran.open_gaps):>11}{time.perf_counter() - begun:>9.1f}",
                flush=True,
            )
            rows.append(f"| {name} | {ran.delivered:,} | {ran.lost} | {ran.repeated} |\n")
    if "--write" in sys.argv:
        text = README.read_text(encoding="utf-8")
        README.write_text(_TABLE.sub(lambda _: _HEADING + "".join(rows), text), encoding="utf-8")


def faults_of(readme: str) -> list[str]:
    """The faults that the table of a README names."""
    found = _TABLE.search(readme)
    return [row.split(" | ")[0].removeprefix("| ") for row in found[0].splitlines()[2:]] if found else []


if __name__ == "__main__":
    main()
