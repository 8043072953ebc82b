"""How many endpoints there may be: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.network.health import kind_of
from tui.network.rules import Endpoint

if TYPE_CHECKING:
    from tui.network.inventory import Inventory

GATEWAYS = 20  # in a Region
# In a VPC, each group of types counted together. AWS raises all of these for who asks.
BY_VPC: tuple[tuple[frozenset[str], int, str], ...] = (
    (frozenset({"Interface", "GatewayLoadBalancer"}), 50, "interface and Gateway Load Balancer endpoints"),
    (frozenset({"Resource"}), 200, "resource endpoints"),
    (frozenset({"ServiceNetwork"}), 50, "service-network endpoints"),
)
_NEAR = 0.9  # of a quota


def told_quota(inventory: Inventory, new: Endpoint) -> str:
    """What one more endpoint means for AWS's default quotas, '' where there is room enough."""
    kind = kind_of(new)
    there = [each for each in inventory.endpoints if each.state.lower() != "deleted"]
    if kind == "Gateway":
        number = sum(kind_of(each) == kind for each in there) + 1
        least = "at least " if inventory.scope else ""  # other VPCs of the Region are not read then
        return _told(number, GATEWAYS, "gateway endpoints", "this Region", least)
    for kinds, limit, what in BY_VPC:
        if kind in kinds:
            number = sum(kind_of(each) in kinds and each.vpc == new.vpc for each in there) + 1
            return _told(number, limit, what, new.vpc, "")
    return ""


def _told(number: int, limit: int, what: str, where: str, least: str) -> str:
    if number > limit:
        return (
            f"It would be number {least}{number} of the {what} of {where}: AWS refuses it unless the quota of {limit} "
            "was raised."
        )
    if number >= limit * _NEAR:
        return f"It is number {least}{number} of the {limit} {what} that AWS allows {where} by default."
    return ""
