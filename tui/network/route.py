"""The way from one end to another and back, as far as route tables, peering connections and gateways tell.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
"""

from __future__ import annotations

from collections.abc import Iterator

from tui.network.choice import KINDS, Choice, choose, choose_of
from tui.network.end import End, Where
from tui.network.gateway import Heading, blocked_by_public_access, onward, public_access
from tui.network.inventory import Inventory
from tui.network.leg import Fate, Leg, Path, aws
from tui.network.question import TCP

_MOST_INTERFACES = 6  # on a way; a longer one goes in circles
_INTERNET = {"igw", "nat"}
# By these, routes beyond what is read bring packets from one VPC to another.
_BEYOND = {"tgw", "vgw", "core", "lgw"}
# Addresses that the VPC itself answers, which neither security groups nor network ACLs filter:
# https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
_SERVICES = {
    "169.254.169.254": "instance metadata",
    "fd00:ec2::254": "instance metadata",
    "169.254.169.253": "the Amazon DNS server",
    "fd00:ec2::253": "the Amazon DNS server",
    "169.254.169.123": "Amazon Time Sync",
    "fd00:ec2::123": "Amazon Time Sync",
    "169.254.170.2": "ECS task metadata",
}


def path_between(source: End, target: End, inventory: Inventory, protocol: int = TCP) -> Path:
    """The way of a request. Of an end that is not here, only what this side shows is told."""
    if source.where in {Where.INTERFACE, Where.VACANT}:
        carried = target.public if target.by_public else target.address
        legs = tuple(_walk(source, Heading(inventory, target, carried, protocol)))
        seen = next((leg.source for leg in reversed(legs) if leg.source), source.address)
        return Path(legs, seen, target.address)
    if source.where is Where.INTERNET:
        leg = _from_internet(source, target, inventory)
    else:
        leg = _from_elsewhere(source, target, inventory)
    return Path((leg,), source.address, target.address)


def path_back(source: End, target: End, there: Path, inventory: Inventory) -> Path:
    """The way of the reply from `target`, after the request came by `there`: its first leg, which decides.

    Replies to a request that left for the internet, or for what is not here, need no route of ours.
    """
    if target.where not in {Where.INTERFACE, Where.VACANT} or there.last in {"service", "subnet"}:
        return Path((), target.address, there.source)
    address = Heading(inventory, source, there.source).address
    choice = choose(inventory, target.subnet, address)
    at = f"{choice.said} on the way back"
    if choice.table is None or choice.route is None or choice.is_blackhole:
        leg = _no_return(source, target, there, choice, inventory)
    elif choice.kind == there.last or {choice.kind, there.last} <= _BEYOND:
        leg = _same_way(source, target, there, choice)
    elif choice.kind in {"igw", "nat", "eigw"} or (there.last in {"igw", "local"} and choice.kind == "local"):
        leg = _lost(there, choice)
    else:
        doubt = f"the reply takes another way ({KINDS.get(choice.kind, choice.kind)}) than the request"
        leg = Leg(choice.kind, Fate.PASS, "route table", choice.table.id, at, doubts=(doubt,))
    return Path((leg,), target.address, there.source)


def _walk(source: End, heading: Heading) -> Iterator[Leg]:
    """The legs from an end of ours, until the packet arrives, leaves what can be seen, or is dropped."""
    service = _vpc_service(source, heading)
    target = heading.target
    if service:
        yield service
        return
    if source.subnet and source.subnet == target.subnet and heading.carried == target.address:
        yield Leg("subnet", Fate.PASS, "subnet", source.subnet, f"within {heading.subnet(source.subnet)}")
        return
    at, passed = source, list[str]()
    while True:
        leg = onward(heading, at)
        yield leg
        if leg.fate is not Fate.PASS or leg.via is None:
            return
        if leg.via.id in passed or len(passed) >= _MOST_INTERFACES:
            sentence = f"the routes lead in a circle through {leg.via.id}"
            yield Leg(
                "loop", Fate.REFUSED, "route table", leg.rule, sentence, fix_note="mend the routes of that circle"
            )
            return
        passed.append(leg.via.id)
        # A Gateway Load Balancer changes no address; an instance in the way is taken to translate, if it can.
        public = leg.via.publics[0] if leg.via.publics and leg.kind != "vpce" else at.public * (leg.kind != "nat")
        at = End(Where.INTERFACE, leg.via.address, "", leg.via, leg.via.subnet, leg.via.vpc, public)


def _vpc_service(source: End, heading: Heading) -> Leg | None:
    """What the VPC answers by itself; the resolver is at the base of its range plus two.

    https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
    """
    vpc = heading.inventory.index.vpcs.get(source.vpc)
    resolvers = {str(each.network_address + 2) for each in (vpc.networks[:1] if vpc else ()) if each.version == 4}
    name = _SERVICES.get(heading.carried) or ("the Amazon DNS server" if heading.carried in resolvers else "")
    if not name or heading.target.interface is not None:
        return None
    sentence = f"{heading.carried} is {name}: no security group, network ACL or route stands before it"
    return Leg("service", Fate.PASS, "AWS", name, sentence)


def _from_internet(source: End, target: End, inventory: Inventory) -> Leg:
    """https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html: only what has a public address is reached."""
    interface = target.interface
    if target.parsed.version == 4 and not target.public:
        if interface is None:
            return Leg(
                "igw",
                Fate.UNKNOWN,
                "public address",
                "",
                f"no interface has {target.address}, so no public address either",
            )
        sentence = (
            f"{target.named} ({interface.id}) has no public IPv4 address, so nothing on the internet can reach it"
        )
        note = "give it an Elastic IP address, or put a load balancer before it"
        return Leg("igw", Fate.REFUSED, "public address", interface.id, sentence, fix_note=note)
    if public_access(inventory, target.subnet):
        return blocked_by_public_access(inventory, target.subnet, f"from the internet to {target.named}")
    back = choose(inventory, target.subnet, source.parsed)
    gateway = back.route.target if back.route and back.kind == "igw" else "an internet gateway"
    shown = f"from the internet through {gateway} to {target.public or target.address}"
    return Leg("igw", Fate.PASS, "internet gateway", gateway, shown, doubts=_ingress_routed(gateway, target, inventory))


def _ingress_routed(gateway: str, target: End, inventory: Inventory) -> tuple[str, ...]:
    """Route tables of the gateway itself, which lead what comes in through an appliance.

    https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html
    """
    for table in inventory.route_tables:
        choice = choose_of(inventory, table, target.parsed) if gateway in table.gateways else Choice()
        if choice.kind not in {"", "local"}:
            return (f"{choice.said}: what comes in through {gateway} goes there first",)
    return ()


def _from_elsewhere(source: End, target: End, inventory: Inventory) -> Leg:
    """From a private address that is not here: it comes, if at all, by what the route back leads to."""
    back = choose(inventory, target.subnet, source.parsed)
    if back.table is None:
        return Leg("", Fate.UNKNOWN, "route table", "", f"how {source.address} comes to {target.vpc} is not known")
    if back.route is None or back.kind not in {*_BEYOND, "pcx", "eni", "i", "vpce"}:
        sentence = f"{back.said}, so {source.address} is nowhere that {target.vpc} is connected with"
        return Leg("", Fate.REFUSED, "route table", back.table.id, sentence)
    peering = next((each for each in inventory.peerings if each.id == back.route.target), None)
    if peering is not None:
        out = peering.requester[0] == target.vpc
        networks = peering.accepter_networks if out else peering.requester_networks
        if networks and not any(each.version == source.parsed.version and source.parsed in each for each in networks):
            sentence = (
                f"{back.said} leads to the peer only, and {source.address} is not in its range: peering is no transit"
            )
            return Leg("pcx", Fate.REFUSED, "peering connection", peering.id, sentence)
    what = f"{KINDS[back.kind]} {back.route.target}"
    doubt = f"that {source.address} is behind {what} is only what {back.table.id} says"
    return Leg(back.kind, Fate.PASS, KINDS[back.kind], back.route.target, f"through {what}", doubts=(doubt,))


def _no_return(source: End, target: End, there: Path, choice: Choice, inventory: Inventory) -> Leg:
    """No route back, or one that drops."""
    if choice.table is None:
        sentence = f"the route table of subnet {target.subnet or '?'}, which leads back, is not known"
        return Leg("", Fate.UNKNOWN, "route table", "", sentence)
    lacking = choice.route is None
    fate = Fate.UNKNOWN if lacking and choice.doubts else Fate.REFUSED
    how = f"has no route back to {there.source}" if lacking else f"drops the reply: {choice.said} is a blackhole"
    fix, note = _fix_return(source, there, choice, inventory)
    sentence = f"{choice.table.id} {how}"
    return Leg("", fate, "route table", choice.table.id, sentence, doubts=choice.doubts, fix=fix, fix_note=note)


def _fix_return(source: End, there: Path, choice: Choice, inventory: Inventory) -> tuple[str, str]:
    """The command for a route back over the peering connection or gateway that the request came by."""
    options = {
        "pcx": "--vpc-peering-connection-id",
        "tgw": "--transit-gateway-id",
        "vgw": "--gateway-id",
        "igw": "--gateway-id",
    }
    came = there.legs[-1]
    assert choice.table is not None
    if came.kind not in options or not came.rule.startswith(f"{came.kind}-"):
        return "", f"add a route for {there.source} to {choice.table.id}"
    six = ":" in there.source
    whole = (
        str(choice.network) if choice.route and not choice.route.prefix_list else f"{there.source}/{128 if six else 32}"
    )
    verb = "create-route" if choice.route is None else "replace-route"
    if choice.route is not None and choice.route.prefix_list:
        return "", f"mend the route of {choice.table.id} to {choice.route.prefix_list}"
    option = "--destination-ipv6-cidr-block" if six else "--destination-cidr-block"
    fix = f"{aws(inventory, verb)} --route-table-id {choice.table.id} {option} {whole} {options[came.kind]} {came.rule}"
    return fix, f"leads {whole} back the way the request of {source.named} came"


def _same_way(source: End, target: End, there: Path, choice: Choice) -> Leg:
    """Back by the kind of thing the request came by; for peering it must be the same one."""
    assert choice.table is not None
    assert choice.route is not None
    doubts = choice.doubts
    came = there.legs[-1].rule
    if choice.kind == "pcx" and choice.route.target != came:
        sentence = f"{choice.said}: the request came by {came}, and its reply leaves by another peering connection"
        return Leg("pcx", Fate.REFUSED, "route table", choice.table.id, sentence)
    if choice.kind == "local" and source.vpc != target.vpc:
        return _lost(there, choice)
    if choice.kind in _BEYOND:
        doubts += (f"what lies behind {choice.route.target} is not read",)
    return Leg(choice.kind, Fate.PASS, "route table", choice.table.id, choice.said, doubts=doubts)


def _lost(there: Path, choice: Choice) -> Leg:
    """The reply leaves by what knows nothing of the connection, or for who is not there."""
    assert choice.table is not None
    reason = {
        "igw": f"the internet does not carry {there.source}",
        "nat": "a NAT gateway knows nothing of a connection that it did not open",
        "eigw": "that gateway knows nothing of a connection that it did not open",
        "local": f"{there.source} is in this VPC's own range, so the reply never leaves it",
    }[choice.kind]
    sentence = f"{choice.said} on the way back: {reason}"
    return Leg(choice.kind, Fate.REFUSED, "route table", choice.table.id, sentence)
