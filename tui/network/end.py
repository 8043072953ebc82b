"""The ends of a question, looked up in the inventory: whose an address, an id or a name is, and where it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from tui.flows.clean import clean
from tui.flows.filter.model import Kind
from tui.network.choice import is_private
from tui.network.index import AWS
from tui.network.inventory import Inventory
from tui.network.place import Interface, Network
from tui.network.prefix import Address, read_address
from tui.network.question import Question

# Several interfaces of one of these serve one name: any will do to ask about.
_SHARED = {"alb", "nlb", "clb", "elb", "gwlb", "vpce", "nat", "lambda"}
_LISTED = 6


class EndError(ValueError):
    """An end that is not there, or may be several things: `reason` and what to do about it.

    `missing`: it is not in the inventory, and might be in one that has more.
    """

    def __init__(self, reason: str, hint: str = "", *, missing: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.missing = missing


class Where(Enum):
    """What is known of an end."""

    INTERFACE = "an interface"
    VACANT = "an address of a VPC here that no interface has"
    ELSEWHERE = "a private address outside the VPCs here"
    INTERNET = "an address of the internet, or of AWS's public services"


@dataclass(frozen=True, slots=True)
class End:
    """One end. `address` is what packets carry at its interface: for one of ours the private address, never the public.

    `subnet` and `vpc` are ids, '' where it is in none that is known. `public` is the IPv4 address the internet knows it by.
    `by_public`: the asker named that one. `note` is what to know of how it was found.
    """

    where: Where
    address: str
    label: str = ""
    interface: Interface | None = None
    subnet: str = ""
    vpc: str = ""
    public: str = ""
    by_public: bool = False
    note: str = ""

    @property
    def named(self) -> str:
        """`web-1 10.0.16.5`, or the address alone."""
        shown = self.public if self.by_public else self.address
        return f"{self.label} {shown}" if self.label and self.label != shown else shown

    @property
    def parsed(self) -> Address:
        """The address, which was checked when it was read."""
        found = read_address(self.address)
        assert found is not None, self.address
        return found


def ends_of(question: Question, inventory: Inventory, scope: Sequence[str] = ()) -> tuple[End, End]:
    """The source and the target. Each helps to tell which of several things the other is.

    Args:
        question: what is asked.
        inventory: of all VPCs that either end may be in.
        scope: ids of the VPCs that are meant where several would do.

    Raises:
        EndError: an end is not there, may be several things, or the ends have no version of IP in common.
    """
    source, target = (_Seeker(text, inventory, scope) for text in (question.source, question.target))
    # The one that needs no help first.
    hint = source.vpc_if_clear() or target.vpc_if_clear()
    version = source.version or target.version
    first, second = source.found(hint, version), target.found(hint, version)
    if second.interface is not None and first.vpc != second.vpc and target.several:
        second = target.found(first.vpc, version, first)
    if first.parsed.version != second.parsed.version:
        raise EndError(
            f"{first.named} and {second.named} have no version of IP in common", "give both addresses in one version"
        )
    if first.where is Where.INTERNET and second.where is Where.INTERNET:
        raise EndError(
            f"neither {first.named} nor {second.named} is in a VPC of this account and Region",
            "check --region and --profile; one end must be an interface, instance or address here",
            missing=True,
        )
    if first.vpc == second.vpc == "":
        raise EndError(
            f"no VPC here has {first.named} or {second.named}",
            "check --region and --profile, or give an id (eni-… i-…)",
            missing=True,
        )
    if first.interface is not None and first.interface == second.interface and not second.by_public:
        where = (
            f"both ends are {first.named}" if first.address == second.address else f"both are on {first.interface.id}"
        )
        raise EndError(f"{where}: that traffic never reaches the network", "")
    return first, second


class _Seeker:
    """Looks one end up."""

    def __init__(self, text: str, inventory: Inventory, scope: Sequence[str]) -> None:
        self.text = text
        self.shown = clean(text, 80)
        self.inventory = inventory
        self.scope = tuple(scope)
        self.address = read_address(text)
        self.networks: tuple[Network, ...] = ()
        self.candidates = self._candidates()
        self.several = len(self.candidates) > 1

    @property
    def version(self) -> int:
        """The version of IP that the text tells, 0 if it tells none."""
        if self.address is not None:
            return self.address.version
        return 0

    def vpc_if_clear(self) -> str:
        """The VPC it is in, if there is but one."""
        vpcs = {each.vpc for each in self.candidates}
        if not vpcs and self.address is not None:
            vpcs = set(self._vpcs_with(self.address))
        return next(iter(vpcs)) if len(vpcs) == 1 else ""

    def found(self, vpc: str, version: int, beside: End | None = None) -> End:
        """The end, as seen from a VPC ('' for none), in a version of IP (0 for any)."""
        if self.candidates:
            interface, note = self._one(vpc, beside)
            return self._of_interface(interface, version, note)
        if self.networks:
            return self._of_service(version)
        if self.address is None:
            self._missing()
        assert self.address is not None
        return self._of_address(self.address, vpc)

    def _candidates(self) -> tuple[Interface, ...]:
        found: Iterable[Interface]
        index = self.inventory.index
        if self.address is not None:
            found = index.at.get(str(self.address), ())
            if not found:
                holder = index.holder(str(self.address))
                found = (holder,) if holder else ()
        elif self.text in index.interfaces:
            found = (index.interfaces[self.text],)
        elif self.text in index.endpoints:
            endpoint = index.endpoints[self.text]
            found = [index.interfaces[each] for each in endpoint.interfaces if each in index.interfaces]
            listed = [each for each in self.inventory.prefix_lists if each.name == endpoint.service]
            self.networks = tuple(network for each in listed for network in each.networks)
        else:
            found = [each for each in self.inventory.interfaces if each.instance == self.text]
            found = found or self._by_name()
        there = tuple(each for each in found if each.gone is None)
        return tuple(each for each in there if each.vpc in self.scope) or there

    def _by_name(self) -> list[Interface]:
        members = self.inventory.members(Kind.NAME, self.text)
        if not members.interfaces and not members.networks:
            members = self.inventory.members(Kind.ENDPOINT, self.text)
        if not members.interfaces:
            self.networks = members.networks
        known = self.inventory.index.interfaces
        return [
            known[each] for each in members.interfaces if each in known
        ]  # an endpoint may name one that is not read

    def _one(self, vpc: str, beside: End | None) -> tuple[Interface, str]:
        """The interface that is meant, with a note where others would have done as well."""
        pool = self.candidates
        if len(pool) > 1 and vpc:
            pool = tuple(each for each in pool if each.vpc == vpc) or self._peered(vpc) or pool
        if len(pool) == 1:
            return pool[0], ""
        owners = {self._owner(each) for each in pool}
        if len(owners) == 1 and next(iter(owners))[0] in _SHARED and len({each.vpc for each in pool}) == 1:
            near = [each for each in pool if beside and each.subnet == beside.subnet]
            zone = self.inventory.index.subnets.get(beside.subnet) if beside else None
            near = near or [each for each in pool if zone and zone.az and each.az == zone.az]
            chosen = (near or list(pool))[0]
            return chosen, f"{self.shown} has {len(pool)} interfaces; {chosen.id} {chosen.address} was asked about"
        listed = [f"{each.id} ({each.address} in {self._vpc_named(each.vpc)})" for each in pool[:_LISTED]]
        listed += [f"{len(pool) - _LISTED} more"] if len(pool) > _LISTED else []
        hint = "give the interface's id"
        if len({each.vpc for each in pool}) > 1:
            hint += ", or --scope vpc-…"
        raise EndError(f"{self.shown} may be {', '.join(listed)}", hint)

    def _peered(self, vpc: str) -> tuple[Interface, ...]:
        peers = {
            (far[0] if near[0] == vpc else near[0])
            for each in self.inventory.peerings
            for near, far in [(each.requester, each.accepter)]
            if vpc in {near[0], far[0]} and each.status in {"", "active"}
        }
        return tuple(each for each in self.candidates if each.vpc in peers)

    def _owner(self, interface: Interface) -> tuple[str, str]:
        owner = self.inventory.index.owners[interface.id]
        return owner.kind, owner.label

    def _of_interface(self, interface: Interface, version: int, note: str) -> End:
        label = self.inventory.index.owners[interface.id].label
        label = "" if label == interface.id else label
        address, by_public = str(self.address or ""), False
        if address in interface.publics:
            # The mapping of public to private addresses is the primary one's, or is not told: flow logs show the primary.
            by_public, address = True, interface.address
        elif not address:
            fitting = [
                each
                for each in (interface.address, *interface.addresses)
                if each and (not version or (":" in each) == (version == 6))
            ]
            if not fitting:
                raise EndError(f"{self.shown} ({interface.id}) has no IPv{version or 4} address", "")
            address = fitting[0]
        public = interface.publics[0] if interface.publics and ":" not in address else ""
        if by_public:
            public = str(self.address)
        fours = [each for each in interface.addresses if ":" not in each]
        if public and (len(fours) > 1 or len(interface.publics) > 1):
            # Which public address belongs to which private one is not kept.
            extra = f"{public} is taken to be the public address of {address}: {interface.id} has several"
            note = f"{note}; {extra}" if note else extra
        return End(Where.INTERFACE, address, label, interface, interface.subnet, interface.vpc, public, by_public, note)

    def _of_service(self, version: int) -> End:
        """The first address of an AWS service's networks: all of them are routed and filtered alike, if listed alike."""
        fitting = [each for each in self.networks if not version or each.version == version]
        if not fitting:
            raise EndError(f"{self.shown} has no IPv{version} address", "")
        first = fitting[0]
        address = first.network_address if first.num_addresses == 1 else first.network_address + 1
        note = f"{address} stands for {self.shown}, which has {len(self.networks)} networks"
        return replace(self._of_address(address, ""), note=note)

    def _of_address(self, address: Address, vpc: str) -> End:
        vpcs = self._vpcs_with(address)
        if vpcs:
            chosen = vpc if vpc in vpcs else vpcs[0] if len(vpcs) == 1 else ""
            if not chosen:
                named = " and ".join(self._vpc_named(each) for each in vpcs[:_LISTED])
                raise EndError(f"{self.shown} may be in {named}", "say which with --scope vpc-…")
            subnet = self.inventory.subnet_at(str(address), chosen)
            return End(Where.VACANT, str(address), "", None, subnet.id if subnet else "", chosen)
        if is_private(address):
            return End(Where.ELSEWHERE, str(address))
        name = self.inventory.named(str(address))
        return End(Where.INTERNET, str(address), name.label if name.kind == AWS else "")

    def _vpcs_with(self, address: Address) -> list[str]:
        found = [
            vpc.id
            for vpc in self.inventory.vpcs
            if any(address in network for network in vpc.networks if network.version == address.version)
        ]
        return [each for each in found if each in self.scope] or found

    def _vpc_named(self, vpc: str) -> str:
        found = self.inventory.index.vpcs.get(vpc)
        return f'{vpc} "{found.name}"' if found and found.name else vpc or "no known VPC"

    def _missing(self) -> None:
        region = f" of {self.inventory.region}" if self.inventory.region else ""
        hint = "check it, --region and --profile"
        if "." in self.text:
            hint = "a host name is not looked up: give its address"
        if not self.inventory.has("interfaces"):
            hint = "interfaces could not be read: give an address"
        raise EndError(f"nothing{region} is called {self.shown}", hint, missing=True)
