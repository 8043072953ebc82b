"""Who may want an endpoint: the interfaces of a VPC that call AWS for themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from tui.network.place import Interface

if TYPE_CHECKING:
    from tui.network.inventory import Inventory

# Owners whose interfaces carry the traffic of others, or of a service that does not go by the reader's endpoints.
_NOT_CLIENTS = frozenset(
    {
        "vpce", "nat", "tgw", "gwlb", "nlb", "alb", "clb", "elb", "rds", "rds-proxy", "elasticache", "efs", "dax",
        "directory", "msk", "opensearch", "resolver", "cloudhsm", "globalaccelerator", "apigateway", "eice",
    }
)  # fmt: skip


def clients_of(inventory: Inventory, vpc: str) -> tuple[Interface, ...]:
    """The interfaces in a VPC that are there and may call AWS."""
    return _by_vpc(inventory).get(vpc, ())


@lru_cache(4)
def _by_vpc(inventory: Inventory) -> Mapping[str, tuple[Interface, ...]]:
    found: dict[str, list[Interface]] = defaultdict(list)
    for each in inventory.interfaces:
        owner = inventory.owner(each.id)
        if each.gone is None and each.address and not (owner and owner.kind in _NOT_CLIENTS):
            found[each.vpc].append(each)
    return {vpc: tuple(interfaces) for vpc, interfaces in found.items()}


def zone_of(inventory: Inventory, subnet: str, otherwise: str = "") -> str:
    """The zone of a subnet: its name in this account, else its id."""
    found = inventory.index.subnets.get(subnet)
    return (found.az or found.az_id) if found else otherwise


@lru_cache(16)
def by_zone(inventory: Inventory, vpc: str) -> Mapping[str, int]:
    """How many clients there are in each zone."""
    found = Counter(zone_of(inventory, each.subnet, each.az or each.az_id) for each in clients_of(inventory, vpc))
    found.pop("", None)
    return MappingProxyType(found)


@lru_cache(16)
def by_subnet(inventory: Inventory, vpc: str) -> Mapping[str, int]:
    """How many clients there are in each subnet."""
    return MappingProxyType(Counter(each.subnet for each in clients_of(inventory, vpc) if each.subnet))


def named_subnet(inventory: Inventory, subnet: str) -> str:
    """A subnet by its name, else its id."""
    found = inventory.index.subnets.get(subnet)
    return found.name or found.id if found else subnet


def named_table(inventory: Inventory, table: str) -> str:
    """A route table's id, with its name."""
    found = next((each for each in inventory.route_tables if each.id == table), None)
    return f"{table} ({found.name})" if found and found.name else table


def listed(words: Iterable[str], most: int = 4) -> str:
    """`a, b and c`; of many the first and how many more."""
    names = list(words)
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
