"""What becomes of a packet at each thing that a route may lead to: gateways, peering connections, endpoints, appliances.

Sources: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html and the pages named at each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui.network.choice import KINDS, Choice, choose, is_private
from tui.network.end import End, Where
from tui.network.inventory import Inventory
from tui.network.leg import Fate, Leg, aws
from tui.network.prefix import Address, read_address
from tui.network.question import ICMP, TCP, UDP

# https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html: what a NAT gateway translates
_TRANSLATED = {TCP, UDP, ICMP}
# Modes of VPC Block Public Access. INGRESS lets pass only what NAT gateways and egress-only gateways open:
# https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
BIDIRECTIONAL, INGRESS = "block-bidirectional", "block-ingress"


@dataclass(frozen=True, slots=True)
class Heading:
    """Where a packet wants to go: to an end, by the address it carries, with a protocol by number."""

    inventory: Inventory
    target: End
    carried: str
    protocol: int = TCP

    @property
    def address(self) -> Address:
        """The address it carries."""
        found = read_address(self.carried)
        assert found is not None, self.carried
        return found

    def subnet(self, subnet: str) -> str:
        """A subnet's id, with its name."""
        found = self.inventory.index.subnets.get(subnet)
        return f'{subnet} "{found.name}"' if found and found.name else subnet


def public_access(inventory: Inventory, subnet: str) -> str:
    """How VPC Block Public Access bars a subnet from the internet: BIDIRECTIONAL, INGRESS, '' where it does not."""
    found = inventory.index.subnets.get(subnet)
    return found.public_access if found and found.public_access in {BIDIRECTIONAL, INGRESS} else ""


def blocked_by_public_access(inventory: Inventory, subnet: str, said: str) -> Leg:
    """The leg that ends at VPC Block Public Access."""
    sentence = f"{said}: VPC Block Public Access ({public_access(inventory, subnet)}) is on for {subnet}"
    note = "to allow it is to exclude that subnet from VPC Block Public Access, for everything in it"
    return Leg("igw", Fate.REFUSED, "block public access", subnet, sentence, fix_note=note)


def onward(heading: Heading, at: End) -> Leg:
    """The next leg from a place in a subnet."""
    choice = choose(heading.inventory, at.subnet, heading.address)
    if choice.table is None or choice.route is None or choice.is_blackhole:
        return _nowhere(heading, at, choice)
    ways = {
        "local": _local, "pcx": _peering, "nat": _nat, "igw": _internet, "vpce": _endpoint,
        "eigw": _egress_only, "eni": _appliance, "i": _appliance,
    }  # fmt: skip
    leg = ways.get(choice.kind, _beyond)(heading, at, choice)
    return replace(leg, doubts=(*choice.doubts, *leg.doubts), note=leg.note or _around_endpoint(heading, choice))


def _nowhere(heading: Heading, at: End, choice: Choice) -> Leg:
    if choice.table is None:
        return Leg("", Fate.UNKNOWN, "route table", "", _no_table(heading.inventory, at))
    if choice.route is None:
        fate = Fate.UNKNOWN if choice.doubts else Fate.REFUSED
        note = f"add a route for {heading.carried} to {choice.table.id}"
        sentence = f"{choice.table.id} has no route to {heading.carried}" + _by_public(heading)
        return Leg("", fate, "route table", choice.table.id, sentence, doubts=choice.doubts, fix_note=note)
    sentence = f"{choice.said} is a blackhole: {choice.route.target or 'what it leads to'} is not there any more"
    note = f"replace or delete that route of {choice.table.id}"
    return Leg("blackhole", Fate.REFUSED, "route table", choice.table.id, sentence, doubts=choice.doubts, fix_note=note)


def _by_public(heading: Heading) -> str:
    far = heading.target
    if far.public and not far.by_public:
        return f"; {far.public}, its public address, is another way there"
    return ""


def _local(heading: Heading, at: End, choice: Choice) -> Leg:
    where = heading.target
    if where.vpc != at.vpc and where.where is not Where.VACANT:
        sentence = (
            f"{choice.said}: {heading.carried} is in the range of {at.vpc} itself, so the packet never gets to "
            f"{where.vpc or 'another network'}"
        )
        return Leg("local", Fate.REFUSED, "route table", _id(choice), sentence, fix_note="the ranges overlap")
    return Leg("local", Fate.PASS, "route table", _id(choice), choice.said)


def _peering(heading: Heading, at: End, choice: Choice) -> Leg:
    """https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html: only the peer itself is reached."""
    route = choice.route
    assert route is not None
    found = next((each for each in heading.inventory.peerings if each.id == route.target), None)
    by, rule = "peering connection", route.target
    if found is None or at.vpc not in {found.requester[0], found.accepter[0]}:
        return Leg("pcx", Fate.UNKNOWN, by, rule, f"{choice.said}, of which nothing is known here")
    if found.status not in {"", "active"}:
        return Leg("pcx", Fate.REFUSED, by, rule, f"{choice.said}, which is {found.status}, not active")
    out = found.requester[0] == at.vpc
    far, networks = (found.accepter, found.accepter_networks) if out else (found.requester, found.requester_networks)
    if networks and not any(heading.address in each for each in networks if each.version == heading.address.version):
        sentence = (
            f"{choice.said} leads to {far[0]} only, and {heading.carried} is not in its range: peering is no transit"
        )
        return Leg("pcx", Fate.REFUSED, by, rule, sentence)
    if heading.target.vpc == far[0]:
        return Leg("pcx", Fate.PASS, by, rule, choice.said)
    if heading.target.vpc:
        sentence = f"{choice.said} leads to {far[0]}, and {heading.target.named} is in {heading.target.vpc}"
        return Leg("pcx", Fate.REFUSED, by, rule, sentence)
    of = ", ".join(part for part in (f"account {far[1]}" if far[1] else "", far[2]) if part)
    sentence = f"{choice.said} to {far[0]}{f' ({of})' if of else ''}, whose rules and routes cannot be read here"
    return Leg("pcx", Fate.UNKNOWN, by, rule, sentence)


def _nat(heading: Heading, at: End, choice: Choice) -> Leg:
    """Through a NAT gateway: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html."""
    route = choice.route
    assert route is not None
    by, rule = "NAT gateway", route.target
    if heading.address.version == 6:
        return Leg("nat", Fate.UNKNOWN, by, rule, f"{choice.said}, which translates IPv6 for DNS64 addresses only")
    if heading.protocol not in _TRANSLATED:
        return Leg("nat", Fate.REFUSED, by, rule, f"{choice.said}: a NAT gateway passes TCP, UDP and ICMP only")
    own = [each for each in heading.inventory.interfaces if route.target in each.description and each.gone is None]
    if not own:
        doubt = f"the interface of {route.target} is not seen, so its subnet's rules and routes are not known"
        return Leg("nat", Fate.PASS, by, rule, choice.said, doubts=(doubt,))
    if at.interface is not None and at.interface.id == own[0].id:
        sentence = f"{choice.said}: {route.target} stands in {heading.subnet(at.subnet)}, whose route leads back to it"
        return Leg("nat", Fate.REFUSED, "route table", _id(choice), sentence, fix_note="move it to a public subnet")
    return Leg("nat", Fate.PASS, by, rule, choice.said, own[0].address, own[0])


def _internet(heading: Heading, at: End, choice: Choice) -> Leg:
    """https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html: who has no public address, has no internet."""
    route = choice.route
    assert route is not None
    blocked = public_access(heading.inventory, at.subnet)
    by_nat = at.interface is not None and heading.inventory.index.owners[at.interface.id].kind == "nat"
    if blocked and not (blocked == INGRESS and by_nat):
        return blocked_by_public_access(heading.inventory, at.subnet, choice.said)
    if is_private(heading.address):
        sentence = f"{choice.said}: {heading.carried} is a private address, which the internet does not carry"
        return Leg("igw", Fate.REFUSED, "internet gateway", route.target, sentence + _by_public(heading))
    if heading.address.version == 6:
        return Leg("igw", Fate.PASS, "internet gateway", route.target, choice.said)
    if at.public:
        return Leg("igw", Fate.PASS, "internet gateway", route.target, f"{choice.said} as {at.public}", at.public)
    if at.interface is None:
        sentence = f"{choice.said}: no interface has {at.address}, so whether it has a public address is not known"
        return Leg("igw", Fate.UNKNOWN, "public address", "", sentence)
    return Leg(
        "igw", Fate.REFUSED, "public address", at.interface.id,
        f"{choice.said}: {at.interface.id} has no public IPv4 address, and the internet gateway drops what has none",
        fix_note="give it an Elastic IP address, or route its subnet through a NAT gateway",
    )  # fmt: skip


def _egress_only(heading: Heading, at: End, choice: Choice) -> Leg:
    route = choice.route
    assert route is not None
    if public_access(heading.inventory, at.subnet) == BIDIRECTIONAL:
        return blocked_by_public_access(heading.inventory, at.subnet, choice.said)
    return Leg("eigw", Fate.PASS, "egress-only internet gateway", route.target, choice.said)


def _endpoint(heading: Heading, at: End, choice: Choice) -> Leg:
    """A gateway endpoint takes a prefix list, a Gateway Load Balancer endpoint a network.

    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html,
    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
    """
    route = choice.route
    assert route is not None
    found = heading.inventory.index.endpoints.get(route.target)
    if not route.prefix_list:
        inner = [heading.inventory.index.interfaces.get(each) for each in (found.interfaces if found else ())]
        via = next((each for each in inner if each is not None and each.id != (at.interface and at.interface.id)), None)
        doubt = f"what the appliances behind {route.target} let through is not known"
        return Leg("vpce", Fate.PASS, "endpoint", route.target, choice.said, "", via, (doubt,))
    named = f" ({found.short})" if found and found.short else ""
    if found is not None and found.state not in {"", "available"}:
        return Leg("vpce", Fate.UNKNOWN, "endpoint", route.target, f"{choice.said}{named}, which is {found.state}")
    note = "what the endpoint's policy denies is answered with HTTP 403, not refused here"
    doubts = () if found is not None else (f"endpoint {route.target} is not known here, nor whether it is available",)
    return Leg("vpce", Fate.PASS, "gateway endpoint", route.target, choice.said + named, doubts=doubts, note=note)


def _appliance(heading: Heading, _at: End, choice: Choice) -> Leg:
    """Through an instance: https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html."""
    route = choice.route
    assert route is not None
    interfaces = heading.inventory.interfaces
    found = [each for each in interfaces if route.target in {each.id, each.instance} and each.gone is None]
    if not found:
        return Leg("eni", Fate.UNKNOWN, "appliance", route.target, f"{choice.said}, of which nothing is known here")
    if found[0].id == (heading.target.interface and heading.target.interface.id):
        return Leg("eni", Fate.PASS, "route table", _id(choice), choice.said)
    if found[0].source_dest_check:
        fix = f"{aws(heading.inventory, 'modify-network-interface-attribute')} --network-interface-id {found[0].id} --no-source-dest-check"
        sentence = f"{choice.said}: {found[0].id} drops what is not addressed to it (source/destination check)"
        note = "lets the interface forward; the appliance must do so as well"
        return Leg("eni", Fate.REFUSED, "source/destination check", found[0].id, sentence, fix=fix, fix_note=note)
    doubt = f"what the appliance at {found[0].id} does with the packet is not known"
    return Leg("eni", Fate.PASS, "appliance", route.target, choice.said, "", found[0], (doubt,))


def _beyond(_heading: Heading, _at: End, choice: Choice) -> Leg:
    """Gateways of which this program reads no routes: transit, virtual private, local, carrier, core network."""
    route = choice.route
    assert route is not None
    what = KINDS.get(choice.kind, "")
    if not what:
        return Leg(choice.kind, Fate.UNKNOWN, "route table", _id(choice), f"{choice.said}: what that is is not known")
    doubt = f"what lies behind {what} {route.target} is not read"
    return Leg(choice.kind, Fate.PASS, what, route.target, choice.said, doubts=(doubt,))


def _around_endpoint(heading: Heading, choice: Choice) -> str:
    """Traffic to S3 or DynamoDB that does not use the VPC's gateway endpoint, '' if there is none to use.

    It serves the subnets of the route tables it is associated with, and no others:
    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
    """
    table = choice.table
    if table is None or choice.kind not in {"nat", "igw", "tgw"}:
        return ""
    for each in heading.inventory.endpoints:
        if each.kind != "Gateway" or each.vpc != table.vpc or table.id in each.route_tables:
            continue
        lists = [one for one in heading.inventory.prefix_lists if one.name == each.service]
        if any(heading.address in network for one in lists for network in one.networks):
            command = f"{aws(heading.inventory, 'modify-vpc-endpoint')} --vpc-endpoint-id {each.id} --add-route-table-ids {table.id}"
            return f"this goes around gateway endpoint {each.id} ({each.short}), which {table.id} does not use; to use it: {command}"
    return ""


def _id(choice: Choice) -> str:
    return choice.table.id if choice.table else ""


def _no_table(inventory: Inventory, at: End) -> str:
    if not at.subnet:
        return f"{at.address} is in no subnet of {at.vpc} that is known"
    if not inventory.has("route_tables"):
        return "route tables could not be read"
    return f"no route table of subnet {at.subnet} is known, nor a main one of {at.vpc}"
