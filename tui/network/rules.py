"""What lets traffic through and where it goes: security groups, network ACLs, routes, prefix lists, endpoints.

Frozen values as in tui.network.place: text is clean, what AWS left out is '' or empty.
"""

from __future__ import annotations

from dataclasses import dataclass

from tui.network.place import Network, Tags

ANY = -1  # every protocol, every port, every ICMP type
# https://www.iana.org/assignments/protocol-numbers: the names that security-group rules use
PROTOCOLS = {"tcp": 6, "udp": 17, "icmp": 1, "icmpv6": 58, "all": ANY}


def protocol_number(text: str) -> int | None:
    """The protocol's number, ANY for all, None for a word nobody knows."""
    if text in PROTOCOLS:
        return PROTOCOLS[text]
    return int(text) if text == "-1" or (text.isascii() and text.isdigit() and int(text) < 256) else None


@dataclass(frozen=True, slots=True)
class GroupRule:
    """One rule of a security group. It names its peer by exactly one of `network`, `prefix_list` and `peer_group`.

    `first` and `last` are ports, or for ICMP the type and the code; ANY stands for all. `id` is '' where only
    DescribeSecurityGroups could be asked. `peer_account` is the account of `peer_group`, `peering` how its VPC is reached.
    """

    id: str
    group: str
    egress: bool = False
    protocol: str = "-1"
    first: int = ANY
    last: int = ANY
    network: Network | None = None
    prefix_list: str = ""
    peer_group: str = ""
    peer_account: str = ""
    peer_vpc: str = ""
    peering: str = ""
    description: str = ""

    @property
    def number(self) -> int | None:
        """The protocol's number, ANY for all, None for a word nobody knows."""
        return protocol_number(self.protocol)


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    """A security group; `name` is its GroupName, `tag` its Name tag."""

    id: str
    name: str = ""
    vpc: str = ""
    account: str = ""
    description: str = ""
    rules: tuple[GroupRule, ...] = ()
    tag: str = ""
    tags: Tags = ()


@dataclass(frozen=True, slots=True)
class AclEntry:
    """One numbered entry of a network ACL; the lowest number that fits decides. 32767 is AWS's closing deny (`*`).

    `first` and `last` are ports, `icmp_type` and `icmp_code` for ICMP; ANY stands for all.
    """

    number: int
    egress: bool
    allow: bool
    protocol: str = "-1"
    network: Network | None = None
    first: int = ANY
    last: int = ANY
    icmp_type: int = ANY
    icmp_code: int = ANY

    @property
    def protocol_number(self) -> int | None:
        """The protocol's number, ANY for all, None for a word nobody knows."""
        return protocol_number(self.protocol)


@dataclass(frozen=True, slots=True)
class NetworkAcl:
    """A network ACL: its entries, inbound first, each direction by number; `subnets` are the ids under it."""

    id: str
    vpc: str = ""
    name: str = ""
    default: bool = False
    entries: tuple[AclEntry, ...] = ()
    subnets: tuple[str, ...] = ()
    tags: Tags = ()


@dataclass(frozen=True, slots=True)
class Route:
    """One route: a destination network or prefix list, and the id it leads to (`local` within the VPC).

    `state` is active or blackhole, `origin` how it came to be.
    """

    target: str
    network: Network | None = None
    prefix_list: str = ""
    state: str = ""
    origin: str = ""

    @property
    def kind(self) -> str:
        """What it leads to, by its id: local, igw, eigw, nat, pcx, tgw, vpce, vgw, eni, i, lgw, cagw or another prefix."""
        return self.target.partition("-")[0]


@dataclass(frozen=True, slots=True)
class RouteTable:
    """A route table; `main` of its VPC's subnets that have none of their own. `gateways` are associated gateways."""

    id: str
    vpc: str = ""
    name: str = ""
    routes: tuple[Route, ...] = ()
    subnets: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    main: bool = False
    tags: Tags = ()


@dataclass(frozen=True, slots=True)
class PrefixList:
    """A prefix list with its entries: (network, description). `owner` is an account, or `AWS`.

    `version` rises with each change of a list of the reader's.
    """

    id: str
    name: str = ""
    owner: str = ""
    entries: tuple[tuple[Network, str], ...] = ()
    version: int = 0

    @property
    def networks(self) -> tuple[Network, ...]:
        """The networks alone."""
        return tuple(network for network, _ in self.entries)

    @property
    def is_aws(self) -> bool:
        """Whether Amazon keeps it, for one of its services."""
        return self.owner == "AWS" or self.name.startswith("com.amazonaws.")

    @property
    def service(self) -> str:
        """The AWS service it stands for (s3), '' for a list of the reader's."""
        return short_service(self.name) if self.is_aws else ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A VPC endpoint. `kind` as AWS writes it (Interface, Gateway …), `state` in lower camel case (available).

    `policy` is the policy document exactly as AWS keeps it, '' for none: whoever shows it cleans it. `trouble` is what
    AWS says went wrong with it. `region` is the service's where it is another, `resource` the ARN of the resource
    configuration or service network that endpoints of the newer types lead to. `address_type` is ipv4, ipv6 or dualstack,
    `dns_record` and `resolvers_only` (PrivateDnsOnlyForInboundResolverEndpoint) are its DNS options.
    """

    id: str
    kind: str = ""
    service: str = ""
    vpc: str = ""
    state: str = ""
    name: str = ""
    account: str = ""
    subnets: tuple[str, ...] = ()
    route_tables: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    private_dns: bool = False
    dns_names: tuple[str, ...] = ()
    address_type: str = ""
    requester_managed: bool = False
    policy: str = ""
    trouble: str = ""
    created: float | None = None
    tags: Tags = ()
    region: str = ""
    resource: str = ""
    dns_record: str = ""
    resolvers_only: bool | None = None

    @property
    def short(self) -> str:
        """The service without what all of them begin with: s3, kms, ecr.api."""
        return short_service(self.service)


def short_service(name: str) -> str:
    """`com.amazonaws.eu-west-1.ecr.api` and `aws.api.eu-west-1.x` are ecr.api and x; of a private service its id.

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    """
    parts = name.removeprefix("cn.").split(".")
    if parts[:2] in (["com", "amazonaws"], ["aws", "api"], ["api", "aws"], ["aws", "sagemaker"]) and len(parts) > 3:
        rest = parts[3:]
        if parts[2] == "vpce" and len(parts) > 4:  # com.amazonaws.vpce.REGION.vpce-svc-…
            rest = parts[4:]
        return ".".join(rest)
    return name
