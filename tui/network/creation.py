"""A new endpoint, from a line that a reader wrote: `s3 gateway rtb-0a1b rtb-0c2d`, `kms subnet-0e3f sg-0a1b dns=on`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.network.order import CreateEndpoint
from tui.network.rules import short_service

if TYPE_CHECKING:
    from tui.network.inventory import Inventory

HOW = "Write a service, such as s3, and ids: rtb-… of a gateway endpoint, subnet-… and sg-… of another."
# As AWS writes the types: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
KINDS = {each.lower(): each for each in ("Gateway", "Interface", "GatewayLoadBalancer", "Resource", "ServiceNetwork")}


class CreationError(ValueError):
    """The line makes no endpoint; one sentence says why."""


def read_creation(line: str, inventory: Inventory) -> CreateEndpoint:
    """The order of a line. The type may be left out, and the VPC where there is but one.

    Raises:
        CreationError: the service is missing, or something of it cannot be meant.
    """
    ids: dict[str, list[str]] = {"vpc": [], "subnet": [], "rtb": [], "sg": []}
    services, kinds, dns, name = [], [], False, ""
    for word in line.split():
        prefix, dash, rest = word.removeprefix("+").partition("-")
        if dash and rest and prefix in ids:
            ids[prefix].append(word.removeprefix("+"))
        elif word.lower() in KINDS:
            kinds.append(KINDS[word.lower()])
        elif word in ("dns=on", "dns=off"):
            dns = word == "dns=on"
        elif word.startswith("name=") and word != "name=":
            name = word.removeprefix("name=")
        else:
            services.append(word)
    if len(services) != 1 or len(kinds) > 1:
        raise CreationError(HOW if not services else f"That are {len(services)} services: {' '.join(services)[:200]}.")
    service = _service(services[0], inventory)
    kind = kinds[0] if kinds else "Gateway" if ids["rtb"] else "Interface"
    if kind == "Gateway" and (ids["subnet"] or ids["sg"] or dns):
        raise CreationError(
            "A gateway endpoint has route tables, and neither subnets, security groups nor private DNS."
        )
    if kind != "Gateway" and ids["rtb"]:
        raise CreationError(f"An endpoint of type {kind} has subnets, and no route tables.")
    vpcs = ids["vpc"] or [each.id for each in inventory.vpcs if not inventory.scope or each.id in inventory.scope]
    if len(vpcs) != 1:
        raise CreationError("Write the VPC too: vpc-….")
    unique = {part: tuple(dict.fromkeys(each)) for part, each in ids.items()}
    return CreateEndpoint(
        vpcs[0], service, kind, unique["subnet"], unique["rtb"], unique["sg"], private_dns=dns, name=name
    )


def _service(word: str, inventory: Inventory) -> str:
    """The whole name of a service that is written short or whole."""
    if "." in word and word.startswith(("com.", "aws.")):
        return word
    found = [each.name for each in inventory.services if short_service(each.name) == word.lower()]
    if len(found) > 1:
        raise CreationError(f"{word[:80]} is the short name of several: {', '.join(found)[:300]}.")
    return found[0] if found else f"com.amazonaws.{inventory.region}.{word}"
