"""What a reader does with a command that was offered: copies it, and runs it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from itertools import pairwise
from typing import Any

Undo = Callable[[], Any]


def apply(command: str, ec2: Any) -> Undo:
    """Do what a line of `aws ec2` commands would do; returns how to undo it."""
    undone = [_one(shlex.split(part), ec2) for part in command.split(" && ")]
    return lambda: [each() for each in reversed(undone)]


def _one(words: list[str], ec2: Any) -> Undo:
    assert words[:2] == ["aws", "ec2"], words
    verb, given = words[2], dict(pairwise(words[3:]))
    if verb == "create-network-acl-entry":
        return _entry(words, given, ec2)
    if verb == "create-route":
        which = {"RouteTableId": given["--route-table-id"], "DestinationCidrBlock": given["--destination-cidr-block"]}
        ec2.create_route(**which, VpcPeeringConnectionId=given["--vpc-peering-connection-id"])
        return lambda: ec2.delete_route(**which)
    assert verb == "authorize-security-group-ingress", verb
    parts = dict(re.findall(r"(\w+)=([^,\[\]{}]+)", given["--ip-permissions"]))
    rule = {"IpProtocol": parts["IpProtocol"], "IpRanges": [{"CidrIp": parts["CidrIp"]}]}
    rule |= {"FromPort": int(parts["FromPort"]), "ToPort": int(parts["ToPort"])}
    ec2.authorize_security_group_ingress(GroupId=given["--group-id"], IpPermissions=[rule])
    return lambda: ec2.revoke_security_group_ingress(GroupId=given["--group-id"], IpPermissions=[rule])


def _entry(words: list[str], given: dict[str, str], ec2: Any) -> Undo:
    first, last = (part.partition("=")[2] for part in given["--port-range"].split(","))
    which = {
        "NetworkAclId": given["--network-acl-id"],
        "RuleNumber": int(given["--rule-number"]),
        "Egress": "--egress" in words,
    }
    ec2.create_network_acl_entry(
        **which,
        Protocol=given["--protocol"],
        RuleAction=given["--rule-action"],
        CidrBlock=given["--cidr-block"],
        PortRange={"From": int(first), "To": int(last)},
    )
    return lambda: ec2.delete_network_acl_entry(**which)
