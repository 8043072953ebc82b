"""Reads the aws command of a verdict as the AWS CLI would, and makes the change in an inventory."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from functools import cache
from ipaddress import ip_network
from typing import Any

import botocore.session
from botocore.validate import ParamValidator

from tui.network.inventory import Inventory
from tui.network.rules import AclEntry, GroupRule

Call = tuple[str, dict[str, Any]]


def calls(command: str) -> list[Call]:
    """The API calls that a line of commands makes, checked against AWS's own model of them."""
    found: list[Call] = []
    words: list[str] = []
    for word in [*shlex.split(command), "&&"]:
        if word != "&&":
            words.append(word)
            continue
        found.append(_call(words))
        words = []
    return found


def _call(words: list[str]) -> Call:
    assert words[:2] == ["aws", "ec2"]
    operation, options, rest = words[2], {}, iter(words[3:])
    for word in rest:
        assert word.startswith("--")
        options[word[2:]] = True if word == "--egress" else False if word == "--ingress" else next(rest)
    assert options.pop("region") == "eu-west-1"
    asked = _parameters(options)
    name = "".join(part.capitalize() for part in operation.split("-"))
    report = ParamValidator().validate(asked, _model().operation_model(name).input_shape)
    assert not report.has_errors(), report.generate_report()
    return name, asked


@cache
def _model() -> Any:
    return botocore.session.get_session().get_service_model("ec2")


def _parameters(options: dict[str, Any]) -> dict[str, Any]:
    """Options of the command line as parameters: `--group-id` is GroupId; ports and permissions are in shorthand."""
    asked: dict[str, Any] = {}
    for name, value in options.items():
        key = "Egress" if name in {"egress", "ingress"} else "".join(part.capitalize() for part in name.split("-"))
        if name == "rule-number":
            asked[key] = int(value)
        elif name in {"port-range", "icmp-type-code"}:
            asked[key] = {part.split("=")[0]: int(part.split("=")[1]) for part in value.split(",")}
        elif name == "ip-permissions":
            asked[key] = [_permission(value)]
        else:
            asked[key] = value
    return asked


def _permission(text: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html."""
    whole = re.fullmatch(r"((?:\w+=[^,\[]+,)+)(Ip(?:v6)?Ranges|Ipv6Ranges)=\[\{(CidrIp|CidrIpv6)=([^}]+)\}\]", text)
    assert whole, text
    given: dict[str, Any] = dict(part.split("=") for part in whole[1].rstrip(",").split(","))
    for key in ("FromPort", "ToPort"):
        if key in given:
            given[key] = int(given[key])
    return {**given, whole[2]: [{whole[3]: whole[4]}]}


def fixed(inventory: Inventory, command: str) -> Inventory:
    """The inventory after the command was run."""
    for name, asked in calls(command):
        inventory = _entry(inventory, asked) if name == "CreateNetworkAclEntry" else _rule(inventory, name, asked)
    return inventory


def _rule(inventory: Inventory, name: str, asked: dict[str, Any]) -> Inventory:
    egress = {"AuthorizeSecurityGroupIngress": False, "AuthorizeSecurityGroupEgress": True}[name]
    (given,) = asked["IpPermissions"]
    (cidr,) = [one for each in ("IpRanges", "Ipv6Ranges") for part in given.get(each, ()) for one in part.values()]
    made = GroupRule(
        "sgr-new", asked["GroupId"], egress, given["IpProtocol"], given.get("FromPort", -1), given.get("ToPort", -1),
        ip_network(cidr),
    )  # fmt: skip
    assert any(each.id == asked["GroupId"] for each in inventory.groups)
    return replace(
        inventory,
        groups=tuple(
            replace(each, rules=(*each.rules, made)) if each.id == made.group else each for each in inventory.groups
        ),
    )


def _entry(inventory: Inventory, asked: dict[str, Any]) -> Inventory:
    (acl,) = [each for each in inventory.acls if each.id == asked["NetworkAclId"]]
    assert asked["RuleNumber"] not in {each.number for each in acl.entries if each.egress == asked["Egress"]}
    assert 1 <= asked["RuleNumber"] <= 32_766
    ports, icmp = asked.get("PortRange", {}), asked.get("IcmpTypeCode", {})
    made = AclEntry(
        asked["RuleNumber"], asked["Egress"], asked["RuleAction"] == "allow", asked["Protocol"],
        ip_network(asked.get("CidrBlock") or asked["Ipv6CidrBlock"]), ports.get("From", -1), ports.get("To", -1),
        icmp.get("Type", -1), icmp.get("Code", -1),
    )  # fmt: skip
    changed = replace(acl, entries=tuple(sorted((*acl.entries, made), key=lambda each: (each.egress, each.number))))
    return replace(inventory, acls=tuple(changed if each.id == acl.id else each for each in inventory.acls))
