"""The DNS attributes of VPCs, which private DNS needs: a call a VPC and attribute, for DescribeVpcs tells none of them.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcAttribute.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tui.aws.refusal import RefusedError
from tui.aws.rule import Trouble
from tui.network.place import VpcDns


def vpc_dns(vpcs: Iterable[str], call: Callable[..., dict[str, Any]]) -> tuple[VpcDns, ...]:
    """The attributes of each VPC that is there; `call` takes the operation and its parameters.

    Raises:
        RefusedError: an attribute could not be read.
    """
    found = []
    for vpc in vpcs:
        try:
            told = [_told(call, vpc, name) for name in ("enableDnsSupport", "enableDnsHostnames")]
        except RefusedError as error:
            if error.trouble is not Trouble.MISSING:
                raise
            continue  # deleted since it was listed
        found.append(VpcDns(vpc, *told))
    return tuple(found)


def _told(call: Callable[..., dict[str, Any]], vpc: str, name: str) -> bool | None:
    answer = call("DescribeVpcAttribute", VpcId=vpc, Attribute=name).get(name[:1].upper() + name[1:])
    value = answer.get("Value") if isinstance(answer, dict) else None
    return value if isinstance(value, bool) else None
