"""Checks of the values that conditions compare with, by the operator and by the key."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import datetime
from ipaddress import ip_address, ip_interface, ip_network

from tui.policies.case import Case
from tui.policies.finding import Finding
from tui.policies.knowledge import key_of
from tui.policies.model import Condition
from tui.policies.text import Node, shown
from tui.policies.wildcard import has_wildcard

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
FAMILIES = ("String", "Numeric", "Date", "Arn")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_EPOCH = re.compile(r"[0-9]{1,14}")
_DATE = re.compile(
    r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?)?)?"
)
_FITTING = {
    "String": {"String"},
    "Arn": {"ARN"},
    "Bool": {"Bool"},
    "Numeric": {"Numeric"},
    "Date": {"Date"},
    "IpAddress": {"IPAddress"},
    "Binary": {"Binary"},
}
_OPERATORS = {
    "String": "StringEquals",
    "ARN": "ArnLike",
    "Bool": "Bool",
    "Numeric": "NumericEquals",
    "Date": "DateLessThan",
    "IPAddress": "IpAddress",
    "Binary": "BinaryEquals",
}


def family(operator: str) -> str:
    """String, Numeric, Date, Arn, Bool, Binary, IpAddress or Null."""
    if operator in {"IpAddress", "NotIpAddress"}:
        return "IpAddress"
    return next((known for known in (*FAMILIES, "Binary") if operator.startswith(known)), operator)


def check_types(case: Case) -> Iterator[Finding]:
    """TYPE_MISMATCH: the operator is of another type than the key."""
    for _, condition in case.conditions():
        known, kind = key_of(condition.key), family(condition.operator)
        if known is None or kind == "Null" or known.type in _FITTING.get(kind, ()):
            continue
        # ARNs and numbers of accounts are compared as strings too, and so are booleans, in AWS's own samples.
        if kind == "String" and known.type in {"ARN", "Bool"}:
            continue
        # One address with another: only as strings may values be policy variables.
        if kind == "String" and known.type == "IPAddress" and all("${" in value for value in condition.values):
            continue
        if kind == "Arn" and known.type == "String" and condition.key.lower().endswith(("arn", "vpcarn")):
            continue
        if (kind, known.type) in {
            ("Numeric", "Date"),
            ("Date", "Numeric"),
        } and condition.key.lower() == "aws:epochtime":
            continue
        told = f"{condition.key} holds {_called(known.type)}, which {condition.operator} does not compare"
        fix = f"Write an operator like {_OPERATORS.get(known.type, 'StringEquals')}."
        yield case.warning("TYPE_MISMATCH", condition.operator_node, told, fix)


def _called(kind: str) -> str:
    words = {"String": "text", "ARN": "an ARN", "Bool": "true or false", "Numeric": "a number", "Date": "a time"}
    return words.get(kind, "an address" if kind == "IPAddress" else "binary data")


def check_values(case: Case) -> Iterator[Finding]:
    """The values, each by the type of its operator: TYPE_MISMATCH_NUMBER and its like."""
    checks = {
        "Numeric": _number,
        "Date": _date,
        "Bool": _boolean,
        "Null": _boolean,
        "Binary": _binary,
        "IpAddress": _range,
    }
    for _, condition in case.conditions():
        yield from _whole(case, condition)
        check = checks.get(family(condition.operator))
        for node in condition.value_nodes if check else ():
            if check is not None and "${" not in node.text:
                yield from check(case, condition, node)
        if family(condition.operator) == "String":
            yield from _wildcards(case, condition)


def _whole(case: Case, condition: Condition) -> Iterator[Finding]:
    """What is wrong with the values together."""
    kinds = {node.kind for node in condition.value_nodes}
    if len(kinds) > 1:
        told = f"the values of {shown(condition.key)} are of different JSON types"
        yield case.error("INVALID_CONDITION_DATA_TYPE", condition.value_nodes[0], told, "Write all of them as strings.")
    if family(condition.operator) in {"Bool", "Null"} and len(condition.values) > 1 and not condition.qualifier:
        told = f"{shown(condition.key)} is compared with several truth values"
        yield case.error("INVALID_CONDITION_MULTIPLE_BOOLEAN", condition.value_nodes[1], told, "Keep one.")


def _number(case: Case, condition: Condition, node: Node) -> Iterator[Finding]:
    if not _NUMBER.fullmatch(node.text):
        told = f"{condition.operator} compares numbers, and {shown(node.text)} is none"
        yield case.warning("TYPE_MISMATCH_NUMBER", node, told, "Write a number.")


def _date(case: Case, condition: Condition, node: Node) -> Iterator[Finding]:
    if _EPOCH.fullmatch(node.text) and not (len(node.text) == 4 and node.kind == "string"):
        told = f"{node.text} is taken as seconds since 1970, which may not be the moment that was meant"
        yield case.warning("INVALID_DATE_VALUE", node, told, "Write it as 2027-01-31T00:00:00Z.")
    elif not _DATE.fullmatch(node.text) or not _is_date(node.text):
        told = f"{condition.operator} compares times, and {shown(node.text)} is none"
        yield case.warning("TYPE_MISMATCH_DATE", node, told, "Write it as 2027-01-31T00:00:00Z.")


def _is_date(text: str) -> bool:
    """Whether a text of the right shape is a day of the calendar, too."""
    day = text.partition("T")[0]
    try:
        datetime.strptime(day + "-01-01"[: 10 - len(day)] if len(day) < 10 else day, "%Y-%m-%d")
    except ValueError:
        return False
    return all(
        int(part) < most for part, most in zip(re.findall(r"[0-9]{2}", text[11:])[:3], (25, 60, 61), strict=False)
    )


def _boolean(case: Case, condition: Condition, node: Node) -> Iterator[Finding]:
    if node.text.lower() not in {"true", "false"}:
        told = f"{condition.operator} compares with true or false, not with {shown(node.text)}"
        yield case.warning("TYPE_MISMATCH_BOOLEAN", node, told, 'Write "true" or "false".')


def _binary(case: Case, condition: Condition, node: Node) -> Iterator[Finding]:
    try:
        base64.b64decode(node.text.encode("utf-8", "replace"), validate=True)
    except (binascii.Error, ValueError):
        told = f"{condition.operator} compares binary data, which is written in base 64"
        yield case.warning("TYPE_MISMATCH_STRING", node, told, "Encode the value in base 64.")


def _range(case: Case, condition: Condition, node: Node) -> Iterator[Finding]:
    try:
        if "/" not in node.text:
            ip_address(node.text)
            return
        exact = ip_interface(node.text)
        network = ip_network(node.text, strict=False)
    except ValueError:
        told = f"{condition.operator} compares addresses, and {shown(node.text)} is neither an address nor a CIDR block"
        yield case.warning("TYPE_MISMATCH_IP_RANGE", node, told, "Write it as 203.0.113.0/24 or 2001:db8::/32.")
        return
    if exact.ip != network.network_address:
        told = f"{shown(node.text)} has bits behind its prefix, which do not count"
        yield case.suggestion("IMPROVE_IP_RANGE", node, told, f"Write {network}.")


def _wildcards(case: Case, condition: Condition) -> Iterator[Finding]:
    if "Like" in condition.operator:
        return
    for node in condition.value_nodes:
        if has_wildcard(node.text):
            told = f"{condition.operator} takes the * and ? of {shown(node.text)} for the characters themselves"
            like = "StringNotLike" if "Not" in condition.operator else "StringLike"
            fix = f"Write {like} if they are meant as wildcards."
            yield case.warning("WILDCARD_WITHOUT_LIKE_OPERATOR", node, told, fix)


def check_source_addresses(case: Case) -> Iterator[Finding]:
    """PRIVATE_IP_ADDRESS, PRIVATE_NOT_IP_ADDRESS and their _SUBSET forms: aws:SourceIp is public."""
    for _, condition in case.conditions():
        if condition.key.lower() != "aws:sourceip" or family(condition.operator) != "IpAddress":
            continue
        private = [node for node in condition.value_nodes if _is_private(node.text)]
        if not private:
            continue
        code = "PRIVATE_IP_ADDRESS" if condition.operator == "IpAddress" else "PRIVATE_NOT_IP_ADDRESS"
        fix = "Write aws:VpcSourceIp, which holds the private address of whoever comes through an endpoint."
        if len(private) == len(condition.values):
            told = "aws:SourceIp is a public address; only private ones are given"
            yield case.error(code, private[0], told, fix)
        else:
            told = "aws:SourceIp is a public address; the private ones among these do nothing"
            yield case.suggestion(f"{code}_SUBSET", private[0], told, fix)


def _is_private(text: str) -> bool:
    """Whether a range lies wholly in those of RFC 1918 or RFC 4193."""
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return False
    blocks = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
    for block in map(ip_network, blocks):
        if block.version == network.version and network.network_address in block and network.broadcast_address in block:
            return True
    return False
