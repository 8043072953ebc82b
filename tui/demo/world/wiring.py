"""Finds the path between two ends: by the route tables, over NAT and transit gateways where they lead there."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

from tui.demo.world.judge import Judge
from tui.demo.world.line import Sight, template_of
from tui.demo.world.path import Hop, Path
from tui.demo.world.routes import TRAFFIC_PATH, Routes, Way
from tui.demo.world.tap import Taps
from tui.demo.world.topology import Interface, Topology

End = Interface | str
ON_PREMISES = "10.9."


class Wiring:
    """Paths between interfaces and addresses outside; remembered until a route changes."""

    def __init__(self, topology: Topology, backend: Any, taps: Taps) -> None:
        self.topology, self.taps = topology, taps
        self.judge = Judge(backend)
        self.routes = Routes(backend)
        self._paths: dict[tuple[str, str, int], tuple[End, End, Path | None]] = {}
        self._services = [
            (ip_network(entry["Cidr"]), name.upper())
            for name in ("s3", "dynamodb")
            for entries in backend.managed_prefix_lists[topology.prefix_lists[name]].entries.values()
            for entry in entries
        ]
        self._nat = {
            gateway.id: next(each for each in topology.interfaces.values() if each.id == gateway._eni.id)  # noqa: SLF001  # moto has no other door for it
            for gateway in backend.nat_gateways.values()
        }

    def refresh(self) -> None:
        """Take in changed rules and routes."""
        self.judge.refresh()
        if not self.routes.refresh():
            return
        for key, (client, server, path) in list(self._paths.items()):
            found = self._find(client, server, key[2])
            if path and found and [hop.sight for hop in path.hops] == [hop.sight for hop in found.hops]:
                continue
            if path:
                path.alive = False
            self._paths[key] = (client, server, found)

    def path(self, client: End, server: End, protocol: int) -> Path | None:
        """The way from a client to a server, or None if no route leads there."""
        key = (_key(client), _key(server), protocol)
        if key not in self._paths:
            self._paths[key] = (client, server, self._find(client, server, protocol))
        return self._paths[key][2]

    def _find(self, client: End, server: End, protocol: int) -> Path | None:
        if isinstance(client, Interface):
            there = self._from_inside(client, server, protocol)
        else:
            assert isinstance(server, Interface), "at least one end is an interface of ours"
            there = self._from_outside(client, server, protocol)
        if not there:
            return None
        # A NAT gateway drops what nobody inside asked for, behind its interface: it never answers.
        answers = not (isinstance(server, Interface) and server.kind == "nat")
        hops = [self._hop(sight, reply=reply, translated=translated) for sight, reply, translated in there]
        return Path(hops if answers else hops[:1], protocol, self.judge, answers=answers)

    def _hop(self, sight: Sight, *, reply: bool, translated: bool) -> Hop:
        named = sight._replace(
            source_service=self._service(sight.packet_source),
            destination_service=self._service(sight.packet_destination),
        )
        lines = tuple(
            (tap, template_of(tap.log, named, self.topology.region).format) for tap in self.taps.of[sight.interface.id]
        )
        return Hop(named, reply, translated, lines)

    def _service(self, address: str) -> str:
        return next((name for network, name in self._services if ip_address(address) in network), "-")

    def _way(self, interface: Interface, address: str) -> Way:
        return self.routes.way(interface.subnet.route_table_id, address)

    def _out(self, at: Interface, source: str, target: str, protocol: int, to: Interface | None) -> Sight:
        """What an interface sees leave it, untranslated."""
        path = TRAFFIC_PATH[self._way(at, target).kind]
        return Sight(at, "egress", source, target, source, target, protocol, path, to)

    def _from_inside(self, client: Interface, server: End, protocol: int) -> list[tuple[Sight, bool, bool]]:
        target = server if isinstance(server, str) else server.address
        mine = client.address
        way = self._way(client, target)
        if not way.kind:
            return []
        if isinstance(server, Interface):
            return [
                (self._out(client, mine, target, protocol, server), False, False),
                (Sight(server, "ingress", mine, target, mine, target, protocol, "-", client), False, False),
                (self._out(server, target, mine, protocol, client), True, False),
                (Sight(client, "ingress", target, mine, target, mine, protocol, "-", server), True, False),
            ]
        middle = {"nat": lambda: self._nat[way.target], "tgw": lambda: self._attachment(client)}.get(way.kind)
        via = middle() if middle else None
        out = self._out(client, mine, target, protocol, via)
        back = Sight(client, "ingress", target, mine, target, mine, protocol, "-", via)
        between = self._through(via, client, target, protocol) if via else []
        return [(out, False, False), *between, (back, True, False)]

    def _through(self, via: Interface, client: Interface, target: str, protocol: int) -> list[tuple[Sight, bool, bool]]:
        """What a NAT gateway or a transit gateway attachment sees of a connection from inside to `target`."""
        inside, own = client.address, via.address
        asked = Sight(via, "ingress", inside, own, inside, target, protocol, "-", client)
        answered = Sight(via, "egress", own, inside, target, inside, protocol, "1", client)
        if via.kind != "nat":
            return [(asked, False, False), (answered, True, False)]
        return [
            (asked, False, False),
            (self._out(via, own, target, protocol, None), False, True),
            (Sight(via, "ingress", target, own, target, own, protocol, "-", None), True, True),
            (answered, True, False),
        ]

    def _from_outside(self, client: str, server: Interface, protocol: int) -> list[tuple[Sight, bool, bool]]:
        target = server.address6 if ":" in client else server.address
        via = self._attachment(server) if client.startswith(ON_PREMISES) else None
        arrives = Sight(server, "ingress", client, target, client, target, protocol, "-", via)
        leaves = self._out(server, target, client, protocol, via)
        if not via:
            return [(arrives, False, False), (leaves, True, False)]
        own = via.address
        return [
            (Sight(via, "egress", own, target, client, target, protocol, "1", server), False, False),
            (arrives, False, False),
            (leaves, True, False),
            (Sight(via, "ingress", target, own, target, client, protocol, "-", server), True, False),
        ]

    def _attachment(self, interface: Interface) -> Interface:
        """The transit gateway's interface for this one: of its own zone if there is one."""
        inside = [
            each
            for each in self.topology.interfaces.values()
            if each.kind == "tgw" and each.subnet.vpc_id == interface.subnet.vpc_id
        ]
        return next((each for each in inside if each.subnet.az_id == interface.subnet.az_id), inside[0])


def _key(end: End) -> str:
    return end if isinstance(end, str) else end.id
