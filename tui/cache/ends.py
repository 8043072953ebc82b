"""What an address or an interface is to endpoints, by its number in the dictionary: asked once each.

Of an address: the endpoint whose interface has it, or the AWS service whose prefix list has it. Of an interface: the
endpoint it is of, its subnet, and whether it carries the traffic of others.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from tui.flows.dtype import Dictionary
from tui.network.health_routes import leads_to_endpoint, way_around
from tui.network.inventory import Inventory
from tui.network.prefix import Prefixes, read_address
from tui.network.rules import Endpoint, PrefixList, Route, RouteTable

# Services that have gateway endpoints, which cost nothing, by what records call them; '' where no field does.
# https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
FREE = {"s3": "S3", "dynamodb": "DYNAMODB", "s3express": ""}
ORDINARY, NAT, CARRIER = 0, 1, 2  # what an interface does with traffic of others
_CARRIERS = {"tgw", "gwlb", "vpce"}
_KEPT = 3
_ADDRESSES = ("srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr")


@dataclass(frozen=True, slots=True)
class Service:
    """An AWS service with public addresses that can be told: `name` short (s3), `whole` as endpoints name it.

    `listed` is its prefix list; None: it was not read, and only what the record says tells.
    """

    name: str
    whole: str
    listed: PrefixList | None
    code: str = ""


class _Numbers:
    """Columns of answers by number in one dictionary, which grows."""

    def __init__(self, *kinds: pl.DataType) -> None:
        self.columns = [pl.Series([], dtype=kind) for kind in kinds]
        self._anchor = pl.Series([], dtype=pl.Null)  # polars forgets a dictionary that no column is written with

    def new(self, values: pl.Series) -> list[str | None]:
        """The texts up to the highest in a column that were not asked about yet, in the order of their numbers."""
        if self._anchor.is_empty():
            self._anchor = values.head(1)
        highest = values.to_physical().max()
        known, wanted = len(self.columns[0]), 0 if highest is None else int(str(highest)) + 1
        if wanted <= known:
            return []
        numbers = pl.int_range(known, wanted, eager=True).cast(values.to_physical().dtype)
        return numbers.cat.to(values.dtype).cast(pl.String).to_list()

    def learn(self, answers: Iterable[tuple[int, ...]]) -> None:
        """What the next numbers are."""
        rows = list(answers)
        if rows:
            for column, found in zip(self.columns, zip(*rows, strict=True), strict=True):
                column.append(pl.Series(list(found), dtype=column.dtype))

    def of(self, values: pl.Series, column: int) -> pl.Series:
        """The answers to a column of texts; 0 for none."""
        return self.columns[column].gather(values.to_physical().cast(pl.UInt32)).fill_null(0)


class Ends:
    """The answers, as one inventory knows them, for one pair of dictionaries. Used by one thread.

    `endpoints` and `services` by number, from 1; so are `subnets`, ids, '' for 0.
    """

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.endpoints: list[Endpoint] = [each for each in inventory.endpoints if each.interfaces]
        self.services = list(_services(inventory))
        self.subnets = ["", *(each.id for each in inventory.subnets)]
        self._subnet_numbers = {one: at for at, one in enumerate(self.subnets)}
        self._of_interface = {one: at for at, each in enumerate(self.endpoints, 1) for one in each.interfaces}
        self._of_address = dict(self._endpoint_addresses())
        self._networks = Prefixes(
            (network, at) for at, each in enumerate(self.services, 1) if each.listed for network in each.listed.networks
        )
        self._inside = Prefixes((network, True) for network in inventory.inside)
        self._addresses = _Numbers(pl.UInt16(), pl.UInt8(), pl.UInt8())
        self._texts = _Numbers(pl.UInt16(), pl.UInt8(), pl.UInt16())
        self._homes: dict[str, int] = {}

    def _endpoint_addresses(self) -> Iterator[tuple[str, int]]:
        """The addresses that one interface alone has: of VPCs that overlap, only the interface's own records tell."""
        for one, at in self._of_interface.items():
            interface = self.inventory.interface(one)
            for address in interface.addresses if interface else ():
                if len({each.id for each in self.inventory.index.at.get(address, ()) if each.gone is None}) <= 1:
                    yield address, at

    def learn(self, frame: pl.DataFrame) -> None:
        """Look up what is new in these records."""
        for name in _ADDRESSES:
            if name in frame.columns:
                found = [self._address(text) for text in self._addresses.new(frame[name])]
                self._addresses.learn([(*each, int(any(each))) for each in found])
        if "interface-id" in frame.columns:
            self._texts.learn([self._interface(text) for text in self._texts.new(frame["interface-id"])])

    def endpoint(self, addresses: pl.Series) -> pl.Series:
        """The number of the endpoint that has each address."""
        return self._addresses.of(addresses, 0)

    def service(self, addresses: pl.Series) -> pl.Series:
        """The number of the service whose each address is."""
        return self._addresses.of(addresses, 1)

    def concerns(self, addresses: pl.Series) -> pl.Series:
        """Whether each address is of an endpoint or of a service."""
        return self._addresses.of(addresses, 2) > 0

    def endpoint_of_interface(self, interfaces: pl.Series) -> pl.Series:
        """The number of the endpoint that each interface is of."""
        return self._texts.of(interfaces, 0)

    def role(self, interfaces: pl.Series) -> pl.Series:
        """ORDINARY, NAT or CARRIER."""
        return self._texts.of(interfaces, 1)

    def subnet(self, interfaces: pl.Series) -> pl.Series:
        """The number of the subnet of each interface."""
        return self._texts.of(interfaces, 2)

    def home(self, address: str | None) -> int:
        """The number of the subnet of an address."""
        if address is None:
            return 0
        if address not in self._homes:
            holder = self.inventory.interface_at(address)
            found = self.inventory.subnet_at(address) if holder is None else None
            subnet = holder.subnet if holder else found.id if found else ""
            self._homes[address] = self._subnet_numbers.get(subnet, 0)
        return self._homes[address]

    def table_of(self, subnet: int) -> RouteTable | None:
        """The route table of a subnet by number."""
        return self.inventory.route_table_of(self.subnets[subnet]) if subnet else None

    def routes(self, subnet: int, service: int) -> tuple[Route | None, Route | None]:
        """The route of a subnet to a gateway endpoint of a service, and the one that is taken without."""
        table, asked = self.table_of(subnet), self.services[service - 1]
        if table is None:
            return None, None
        to_endpoint = leads_to_endpoint(table, asked.listed.id) if asked.listed else self._by_target(table, asked)
        return to_endpoint, way_around(self.inventory, table, asked.listed)

    def _by_target(self, table: RouteTable, service: Service) -> Route | None:
        """The route to a gateway endpoint of the service, where its prefix list is not known."""
        mine = {each.id for each in self.inventory.endpoints if each.service == service.whole}
        return next((each for each in table.routes if each.target in mine), None)

    def _address(self, text: str | None) -> tuple[int, int]:
        if text is None:
            return 0, 0
        endpoint = self._of_address.get(text, 0)
        parsed = None if endpoint else read_address(text)
        service = self._networks.find(parsed) if parsed is not None else None
        if parsed is None or service is None or self._inside.find(parsed):  # most are of no service
            return endpoint, 0
        return 0, service

    def _interface(self, text: str | None) -> tuple[int, int, int]:
        interface = self.inventory.interface(text) if text else None
        if interface is None:
            return 0, ORDINARY, 0
        owner = self.inventory.owner(interface.id)
        kind = owner.kind if owner else ""
        role = NAT if kind == "nat" else CARRIER if kind in _CARRIERS else ORDINARY
        return self._of_interface.get(interface.id, 0), role, self._subnet_numbers.get(interface.subnet, 0)


def _services(inventory: Inventory) -> Iterator[Service]:
    """Those with a prefix list of AWS that endpoints lead to or could for nothing; of the free ones also without."""
    wanted = {each.service for each in inventory.endpoints}
    found = set()
    for each in inventory.prefix_lists:
        if each.service and (each.name in wanted or each.service in FREE):
            if not each.networks:
                continue
            found.add(each.service)
            yield Service(each.service, each.name, each, FREE.get(each.service, ""))
    for name, code in FREE.items():
        if name not in found and code:
            yield Service(name, f"com.amazonaws.{inventory.region}.{name}", None, code)


class _Memory(threading.local):
    """Each thread has its own."""

    def __init__(self) -> None:
        self.known: OrderedDict[tuple[int, str, str], Ends] = OrderedDict()


_memory = _Memory()


def ends_of(inventory: Inventory, dictionary: Dictionary) -> Ends:
    """The answers for one inventory and dictionary, as far as they have been looked up."""
    asked = (id(inventory), dictionary.addresses.categories.name(), dictionary.texts.categories.name())
    known = _memory.known.get(asked)
    if known is None:
        known = _memory.known[asked] = Ends(inventory)  # which holds the inventory, so that no other gets its id
    _memory.known.move_to_end(asked)
    while len(_memory.known) > _KEPT:
        _memory.known.popitem(last=False)
    return known
