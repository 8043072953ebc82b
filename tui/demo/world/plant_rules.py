"""Security groups, network ACLs and prefix lists of the demo, from the lines of `rules.py` into moto."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from moto.ec2.models.security_groups import SecurityGroupRule

from tui.demo.world import blueprint
from tui.demo.world.rules import ACLS, GROUPS

PROTOCOLS = {"tcp": "6", "udp": "17", "icmp": "1", "all": "-1"}


def plant_prefix_lists(backend: Any, region: str) -> dict[str, str]:
    """The reader's own lists, by name, and Amazon's for S3 and DynamoDB."""
    lists = {
        name: backend.create_managed_prefix_list(
            address_family="IPv4",
            entry=[{"Cidr": cidr, "Description": why} for cidr, why in entries],
            max_entries="10",
            prefix_list_name=name,
        ).id
        for name, entries in blueprint.PREFIX_LISTS.items()
    }
    for service in ("s3", "dynamodb"):
        (found,) = backend.describe_managed_prefix_lists(
            filters={"prefix-list-name": [f"com.amazonaws.{region}.{service}"]}
        )
        lists[service] = found.id
    return lists


def plant_groups(backend: Any, vpcs: Mapping[str, str], lists: Mapping[str, str]) -> dict[str, str]:
    """The security groups, then their rules, for these name each other."""
    groups = {
        name: backend.create_security_group(name, plan.description, vpcs[plan.vpc], tags={"Name": name})
        for name, plan in GROUPS.items()
    }
    ids = {name: group.id for name, group in groups.items()}
    for name, plan in GROUPS.items():
        group = groups[name]
        for rule in _rules(backend, group.id, plan.ingress, ids, lists, egress=False):
            group.ingress_rules.append(rule)
        if plan.egress is not None:
            group.egress_rules[:] = _rules(backend, group.id, plan.egress, ids, lists, egress=True)
    return ids


def _rules(
    backend: Any, group_id: str, text: str, groups: Mapping[str, str], lists: Mapping[str, str], *, egress: bool
) -> Iterator[Any]:
    """The rules of one direction of one group."""
    for line in filter(None, text.split("; ")):
        protocol, ports, peer = line.split()
        first, last = _ports(ports)
        word, _, name = peer.partition(":")
        group = {"GroupId": groups[name], "UserId": backend.account_id} if word == "group" else None
        prefix_list = {"PrefixListId": lists[name]} if word == "list" else None
        cidr = None if group or prefix_list else {"CidrIpv6" if ":" in peer else "CidrIp": peer}
        yield SecurityGroupRule(
            backend, protocol, group_id, str(first), str(last), cidr, group, prefix_list, is_egress=egress
        )


def _ports(text: str) -> tuple[int, int]:
    """`443` and `1024-65535` as first and last; `-`, all, as -1 and -1."""
    if text == "-":
        return -1, -1
    first, _, last = text.partition("-")
    return int(first), int(last or first)


def plant_acls(backend: Any, vpcs: Mapping[str, str]) -> dict[str, str]:
    """The network ACLs with their numbered entries and the closing deny."""
    acls = {}
    for name, plan in ACLS.items():
        acl = backend.create_network_acl(vpcs[plan.vpc], tags=[{"Key": "Name", "Value": f"{plan.vpc}-{name}"}])
        for text, egress in ((plan.ingress, False), (plan.egress, True)):
            for line in [*text.split("; "), "32767 deny all - 0.0.0.0/0"]:
                number, action, protocol, ports, cidr = line.split()
                put_acl_entry(backend, acl.id, int(number), action, protocol, ports, cidr, egress=egress)
        acls[name] = acl.id
    return acls


def put_acl_entry(  # noqa: PLR0913  # an ACL entry has as many parts
    backend: Any, acl_id: str, number: int, action: str, protocol: str, ports: str, cidr: str, *, egress: bool
) -> None:
    """Write one entry of a network ACL, in the place of the one with that number, if any."""
    acl = backend.get_network_acl(acl_id)
    if any(entry.rule_number == number and entry.egress == egress for entry in acl.entries):
        backend.delete_network_acl_entry(acl_id, number, egress)
    first, last = _ports(ports)
    six = ":" in cidr
    backend.create_network_acl_entry(
        network_acl_id=acl_id,
        rule_number=number,
        protocol=PROTOCOLS[protocol],
        rule_action=action,
        egress=egress,
        cidr_block=None if six else cidr,
        icmp_code=-1 if protocol == "icmp" else None,
        icmp_type=-1 if protocol == "icmp" else None,
        port_range_from=None if first < 0 else first,
        port_range_to=None if last < 0 else last,
        ipv6_cidr_block=cidr if six else None,
    )
