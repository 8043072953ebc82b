"""Where things are: VPCs, subnets and the interfaces and instances in them, as frozen values.

Every text in them has been through tui.flows.clean.clean; what AWS left out is '' or empty, and a code nobody knows is
kept as it was told. Times are Unix seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network

Network = IPv4Network | IPv6Network
Tags = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Vpc:
    """A VPC. `account` owns it; `networks` are its CIDR blocks, IPv4 first."""

    id: str
    name: str = ""
    networks: tuple[Network, ...] = ()
    account: str = ""
    tags: Tags = ()


@dataclass(frozen=True, slots=True)
class VpcDns:
    """The DNS attributes of a VPC, enableDnsSupport and enableDnsHostnames; None for one that is not told.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html
    """

    vpc: str
    support: bool | None = None
    hostnames: bool | None = None

    @property
    def off(self) -> tuple[str, ...]:
        """The names of those that are off."""
        both = (("enableDnsSupport", self.support), ("enableDnsHostnames", self.hostnames))
        return tuple(name for name, is_on in both if is_on is False)

    @property
    def is_whole(self) -> bool:
        """Whether both are told."""
        return self.support is not None and self.hostnames is not None


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet; `az` is the zone's name in this account (eu-west-1a), `az_id` the zone itself (euw1-az3).

    `public_access` is what VPC Block Public Access lets it do, exclusions counted in: off (nothing is blocked),
    block-bidirectional, block-ingress; '' if it is not told.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_BlockPublicAccessStates.html
    """

    id: str
    vpc: str = ""
    name: str = ""
    networks: tuple[Network, ...] = ()
    az: str = ""
    az_id: str = ""
    tags: Tags = ()
    public_access: str = ""


@dataclass(frozen=True, slots=True)
class Peering:
    """A peering connection of two VPCs: (VPC, account, Region) of each side, with its networks; `status` as told."""

    id: str
    name: str = ""
    requester: tuple[str, str, str] = ("", "", "")
    accepter: tuple[str, str, str] = ("", "", "")
    requester_networks: tuple[Network, ...] = ()
    accepter_networks: tuple[Network, ...] = ()
    status: str = ""


@dataclass(frozen=True, slots=True)
class Instance:
    """An EC2 instance; `state` as told (running, stopped …), `kind` its instance type."""

    id: str
    name: str = ""
    vpc: str = ""
    subnet: str = ""
    state: str = ""
    kind: str = ""
    image: str = ""
    tags: Tags = ()

    @property
    def group(self) -> str:
        """The Auto Scaling group it belongs to, or ''."""
        return dict(self.tags).get("aws:autoscaling:groupName", "")


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface (ENI), as DescribeNetworkInterfaces tells of it.

    `address` is its primary private IPv4 address, which flow records show as srcaddr or dstaddr; `addresses` all of its
    private ones, the primary first, then IPv6; `publics` those the internet sees; `prefixes` the ranges delegated to it
    (the pods of a node). `kind` is the InterfaceType on the wire (nat_gateway); `requester` who asked for it, `operator`
    the service that manages it; `attachment_owner` the account or service of what it is attached to. `groups` are ids.
    `gone` is when it was first missed: its identity is the last that was known. None: it is there.
    """

    id: str
    subnet: str = ""
    vpc: str = ""
    az: str = ""
    az_id: str = ""
    address: str = ""
    addresses: tuple[str, ...] = ()
    publics: tuple[str, ...] = ()
    prefixes: tuple[Network, ...] = ()
    kind: str = ""
    description: str = ""
    requester: str = ""
    requester_managed: bool = False
    operator: str = ""
    account: str = ""
    instance: str = ""
    attachment_owner: str = ""
    attachment_status: str = ""
    groups: tuple[str, ...] = ()
    name: str = ""
    tags: Tags = field(default=())
    status: str = ""
    source_dest_check: bool = True
    gone: float | None = None
