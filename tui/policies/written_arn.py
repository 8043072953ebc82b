"""Amazon Resource Names as they are written in a policy, with wildcards and variables, in their six parts.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

PARTITIONS = ("aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc")
ACCOUNT = re.compile(r"[0-9]{12}")
REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}")
# https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html, of October 2026.
REGIONS = frozenset(
    (
        *("af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1"),
        *("ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5"),
        *("ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "cn-north-1", "cn-northwest-1"),
        *(
            "eu-central-1",
            "eu-central-2",
            "eu-north-1",
            "eu-south-1",
            "eu-south-2",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
        ),
        *("eusc-de-east-1", "il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1", "us-east-1"),
        *("us-east-2", "us-gov-east-1", "us-gov-west-1", "us-iso-east-1", "us-iso-west-1", "us-isob-east-1"),
        *("us-isob-west-1", "us-isof-east-1", "us-isof-south-1", "eu-isoe-west-1", "us-west-1", "us-west-2"),
    )
)


@dataclass(frozen=True, slots=True)
class Arn:
    """`arn:partition:service:region:account:resource`; colons after the fifth belong to the resource."""

    partition: str
    service: str
    region: str
    account: str
    resource: str


def read_arn(text: str) -> Arn | None:
    """The parts of an ARN; None where there are fewer than six."""
    parts = split_arn(text)
    return Arn(*parts[1:]) if len(parts) == 6 and parts[0] == "arn" else None


def split_arn(text: str) -> list[str]:
    """At most six parts; colons inside of `${…}` separate nothing."""
    if "${" not in text:
        return text.split(":", 5)
    parts, depth = [""], 0
    for place, char in enumerate(text):
        depth = 1 if text.startswith("${", place) else 0 if char == "}" else depth
        if char == ":" and not depth and len(parts) < 6:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def is_fixed(part: str) -> bool:
    """Whether a part is given, without wildcard or variable."""
    return bool(part) and not any(char in part for char in "*?$")
