"""What a form about an endpoint says: its entries, what is chosen of them, and the order that comes of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui.flows.clean import clean
from tui.network.clients import listed
from tui.network.health import kind_of
from tui.network.order_addressing import RECORDS as RECORD_TYPES
from tui.network.order_addressing import has_resolver_choice, ip_types
from tui.network.order_refusal import takes
from tui.network.rules import Endpoint, short_service
from tui.screen.draft_order import GROUPS, NAME, SUBNETS, TABLES, ordered

if TYPE_CHECKING:
    from tui.network.inventory import Inventory
    from tui.network.order import CreateEndpoint, ModifyEndpoint

SERVICE, KIND, VPC, DNS, IP, RECORDS, REGION, POLICY = (
    "Service", "Type", "VPC", "Private DNS", "IP addresses", "DNS records", "Service's Region", "Policy",
)  # fmt: skip
TEXTS = frozenset({SERVICE, REGION, NAME, POLICY})  # sections of which something is written
# Of those that most VPCs without a way out need; any other can be written.
# https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
OFTEN = (
    "ssm", "ssmmessages", "ec2messages", "ec2", "ecr.api", "ecr.dkr", "sts", "kms", "secretsmanager", "logs",
    "monitoring", "events", "sqs", "sns", "execute-api", "lambda", "elasticloadbalancing", "autoscaling", "states",
)  # fmt: skip
WIDEST = 22  # cells of a name, before what stands behind it is moved
_MOST_SERVICES = 8  # in sight at once
_WHOLE = ("com.amazonaws.", "cn.com.amazonaws.", "aws.api.", "api.aws.", "aws.sagemaker.")


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a form: what is written, or one of what can be chosen.

    `mark` is "" for what is written, else `x`, `o` (one of several) or " ". `text` is what a filter is held against.
    """

    section: str
    key: str
    text: str
    mark: str = ""


def whole_name(text: str, region: str) -> str:
    """`kms` as com.amazonaws.eu-west-1.kms, `vpce-svc-…` as the service of that id; a whole name as it is."""
    text = text.strip()
    if not text or text.startswith(_WHOLE) or not region:
        return text
    return f"com.amazonaws.vpce.{region}.{text}" if text.startswith("vpce-svc-") else f"com.amazonaws.{region}.{text}"


class Draft:
    """What is chosen so far. `endpoint` is the one to change, None for a new one; `clients` tells them by subnet."""

    def __init__(self, inventory: Inventory, endpoint: Endpoint | None, vpc: str = "") -> None:
        self.inventory = inventory
        self.endpoint = endpoint
        self.texts = {SERVICE: "", REGION: "", NAME: "", POLICY: ""}
        self.kind = kind_of(endpoint) if endpoint else ""
        self._wanted_kind = ""  # as the reader chose it, whatever service is written
        vpcs = _vpcs(inventory)
        self.vpc = endpoint.vpc if endpoint else vpc if vpc in vpcs else next(iter(vpcs), "")
        self.chosen: dict[str, set[str]] = {
            TABLES: set(endpoint.route_tables if endpoint else ()),
            SUBNETS: set(endpoint.subnets if endpoint else ()),
            GROUPS: set(endpoint.groups if endpoint else ()),
        }
        self.private_dns = endpoint.private_dns if endpoint else False
        self.resolvers_only = endpoint.resolvers_only if endpoint else None
        self.ip_type = endpoint.address_type.lower() if endpoint else ""
        self.record = endpoint.dns_record.lower() if endpoint else ""
        self.clients: Mapping[str, int] = Counter()
        self._served: dict[str, list[str]] = defaultdict(list)
        for each in inventory.subnets:
            if (table := inventory.route_table_of(each.id)) is not None:
                self._served[table.id].append(each.name or each.id)
        self._in_order: dict[tuple[str, str], Sequence[Any]] = {}  # by section and VPC
        self._services = tuple(_services(inventory))
        if endpoint is not None:
            self.texts[SERVICE] = endpoint.service

    @property
    def service(self) -> str:
        """The whole name of the service, '' while none is written."""
        if self.endpoint is not None:
            return self.endpoint.service
        return whole_name(self.texts[SERVICE], self.texts[REGION].strip() or self.inventory.region)

    def order(self, policy: str = "") -> CreateEndpoint | ModifyEndpoint:
        """The order that comes of it, with the text of a policy."""
        return ordered(self, policy)

    def mend(self, service: str, table: str) -> None:
        """Choose what leads the traffic of a route table to its endpoint; it is all the reader's to change.

        Only routes do it for certain. What goes around an interface endpoint does so for its names, security groups or
        what the client is set up with: nothing is chosen for that.
        """
        if self.endpoint is None:
            self.write(SERVICE, whole_name(service, self.inventory.region))
            if "Gateway" not in takes(self.inventory, self.service):
                return
            self.kind = self._wanted_kind = "Gateway"
        if self.kind == "Gateway" and any(
            each.id == table and each.vpc == self.vpc for each in self.inventory.route_tables
        ):
            self.chosen[TABLES].add(table)

    @property
    def other_region(self) -> str:
        """The service's Region, where one is written that is not the endpoint's."""
        written = self.texts[REGION].strip()
        return written if self.kind == "Interface" and written != self.inventory.region else ""

    @property
    def may_be_for_resolvers(self) -> bool:
        """Whether its private DNS can be for inbound Resolver endpoints only."""
        return has_resolver_choice(self._as_it_is)

    @property
    def _as_it_is(self) -> Endpoint:
        return self.endpoint or Endpoint("", self.kind, self.service, self.vpc)

    def write(self, section: str, text: str) -> None:
        """Another text; another service may take another type."""
        self.texts[section] = text
        if section in {SERVICE, REGION}:
            kinds = takes(self.inventory, self.service) if self.service else ()
            self.kind = self._wanted_kind if self._wanted_kind in kinds else next(iter(kinds), "")

    def toggle(self, choice: Choice) -> None:
        """Choose it, or choose it no more."""
        match choice.section:
            case "Service":
                self.write(SERVICE, choice.key)
            case "Type":
                self.kind = self._wanted_kind = choice.key
            case "VPC":
                self.vpc = choice.key
                for chosen in self.chosen.values():
                    chosen.clear()
            case "Private DNS":
                self._toggle_names(choice.key)
            case "IP addresses":
                self.ip_type = choice.key if self.ip_type != choice.key or self.endpoint else ""
            case "DNS records":
                self.record = choice.key if self.record != choice.key or self.endpoint else ""
            case _:
                self._toggle_of_many(choice)

    def _toggle_names(self, key: str) -> None:
        if key == "dns":
            self.private_dns = not self.private_dns
            if not self.private_dns:
                self.resolvers_only = self.endpoint.resolvers_only if self.endpoint else None
            if self.private_dns and self.may_be_for_resolvers and self.resolvers_only is None:
                self.resolvers_only = any(  # else what the VPC sends would leave the gateway endpoint, which is free
                    each.vpc == self.vpc and each.service == self.service and kind_of(each) == "Gateway"
                    for each in self.inventory.endpoints
                )
        else:
            self.resolvers_only = not self.resolvers_only

    def _toggle_of_many(self, choice: Choice) -> None:
        chosen = self.chosen[choice.section]
        if choice.key in chosen:
            chosen.discard(choice.key)
            return
        if choice.section == SUBNETS:  # one a zone; a Gateway Load Balancer endpoint has one at all
            subnets = self.inventory.index.subnets
            zone = subnets[choice.key].az or subnets[choice.key].az_id
            rivals = {one for one in chosen if one in subnets and (subnets[one].az or subnets[one].az_id) == zone}
            chosen -= chosen if self.kind == "GatewayLoadBalancer" else rivals
        chosen.add(choice.key)

    def choices(self) -> Iterator[Choice]:
        """All lines, in their order."""
        if self.endpoint is None:
            yield from self._first()
        if self.kind == "Gateway":
            yield from self._tables()
        elif self.kind:
            yield from self._subnets()
            if self.kind != "GatewayLoadBalancer":
                yield from self._groups()
        if self.kind == "Interface":
            yield from self._names()
        if self.kind in {"Interface", "GatewayLoadBalancer"}:
            yield from self._addresses()
        if self.endpoint is None:
            yield from self._last()

    def _first(self) -> Iterator[Choice]:
        """What is asked of a new endpoint before anything else."""
        yield Choice(SERVICE, "", self.texts[SERVICE])
        yield from self._completions()
        for kind in takes(self.inventory, self.service) if self.service else ():
            yield Choice(KIND, kind, kind, "o" if kind == self.kind else " ")
        for vpc, name in _vpcs(self.inventory).items():
            yield Choice(VPC, vpc, f"{vpc}  {name}".rstrip(), "o" if vpc == self.vpc else " ")

    def _last(self) -> Iterator[Choice]:
        """What is written of a new endpoint after all else."""
        if self.kind == "Interface":
            yield Choice(REGION, "", self.texts[REGION])
        yield Choice(NAME, "", self.texts[NAME])
        if self.kind in {"Interface", "Gateway"}:
            yield Choice(POLICY, "", self.texts[POLICY])

    def _names(self) -> Iterator[Choice]:
        short = short_service(self.service)
        found = self.inventory.dns_of(self.vpc)
        off = f"   {listed(found.off)} of {self.vpc} off" if found and found.off else ""
        yield Choice(DNS, "dns", f"the usual name of {short} leads to it{off}", "x" if self.private_dns else " ")
        if self.private_dns and self.may_be_for_resolvers:
            text = f"for inbound Resolver endpoints only: from the VPC {short} stays with the gateway endpoint"
            yield Choice(DNS, "resolvers", text, "x" if self.resolvers_only else " ")

    def _addresses(self) -> Iterator[Choice]:
        """What the service can be reached by; nothing to choose where that is IPv4 alone, as it is."""
        types = ip_types(self.inventory, self._as_it_is)
        if types != ("ipv4",) or self.ip_type not in {"", "ipv4"}:
            for each in types:
                yield Choice(IP, each, each, "o" if each == self.ip_type else " ")
        if self.kind == "Interface" and (self.ip_type not in {"", "ipv4"} or self.record not in {"", "ipv4"}):
            for record, fitting in RECORD_TYPES.items():
                if self.ip_type in {"", *fitting} or record == self.record:
                    yield Choice(RECORDS, record, record, "o" if record == self.record else " ")

    def _completions(self) -> Iterator[Choice]:
        written = self.texts[SERVICE].strip()
        if self.service in self._services:
            return
        found = [each for each in self._services if written.lower() in each.lower()]
        found.sort(key=lambda each: not short_service(each).startswith(written.lower()))
        for each in found[:_MOST_SERVICES]:
            yield Choice(SERVICE, each, f"{short_service(each):<20} {listed(takes(self.inventory, each))}", " ")

    def _tables(self) -> Iterator[Choice]:
        mine = self._sorted(TABLES, lambda each: (each.name, each.id))
        others = [
            each for each in self.inventory.endpoints if each.service == self.service and each is not self.endpoint
        ]
        taken = {table: f"   has {each.id}" for each in others for table in each.route_tables}
        width = min(max((len(each.name) for each in mine), default=0), WIDEST)
        for table in mine:
            serves = listed(sorted(self._served[table.id]), 3) or "no subnet"
            text = f"{table.id}  {table.name or '-':<{width}}  serves {serves}{taken.get(table.id, '')}"
            yield Choice(TABLES, table.id, text, "x" if table.id in self.chosen[TABLES] else " ")

    def _subnets(self) -> Iterator[Choice]:
        mine = self._sorted(SUBNETS, lambda each: (each.az or each.az_id, each.name, each.id))
        width = min(max((len(each.name or each.id) for each in mine), default=0), WIDEST)
        for each in mine:
            network = str(each.networks[0]) if each.networks else ""
            count = self.clients.get(each.id, 0)
            clients = f"{count} client{'s' * (count != 1)}" if self.clients else ""
            text = f"{each.az or each.az_id:<12} {each.name or each.id:<{width}}  {clients:<12} {network}".rstrip()
            yield Choice(SUBNETS, each.id, text, "x" if each.id in self.chosen[SUBNETS] else " ")

    def _groups(self) -> Iterator[Choice]:
        was = self.endpoint.groups if self.endpoint else ()
        mine = self._sorted(GROUPS, lambda each: (each.id not in was, each.name, each.id))
        width = min(max((len(each.name) for each in mine), default=0), WIDEST)
        for each in mine:
            text = f"{each.id}  {each.name:<{width}}  {each.description}".rstrip()
            yield Choice(GROUPS, each.id, text, "x" if each.id in self.chosen[GROUPS] else " ")

    def _sorted(self, section: str, key: Callable[[Any], Any]) -> Sequence[Any]:
        """What the VPC has of it, sorted once: there may be thousands, and each key pressed asks for them."""
        parts: dict[str, Sequence[Any]] = {
            TABLES: self.inventory.route_tables,
            SUBNETS: self.inventory.subnets,
            GROUPS: self.inventory.groups,
        }
        if (section, self.vpc) not in self._in_order:
            mine = [each for each in parts[section] if each.vpc == self.vpc]
            self._in_order[section, self.vpc] = sorted(mine, key=key)
        return self._in_order[section, self.vpc]


def _vpcs(inventory: Inventory) -> dict[str, str]:
    """The VPCs that are watched, with their names: of others not everything is read."""
    known = {each.id: each.name for each in inventory.vpcs if not inventory.scope or each.id in inventory.scope}
    return known or dict.fromkeys((each.vpc for each in inventory.subnets), "")


def _services(inventory: Inventory) -> Iterator[str]:
    """Whole names: those reached by gateway endpoints first, then what is known here, then what is often wanted."""
    names = [whole_name(each, inventory.region) for each in ("s3", "dynamodb")]
    names += sorted(
        {each.name for each in inventory.services} | {each.service for each in inventory.endpoints if each.service}
    )
    names += [whole_name(each, inventory.region) for each in OFTEN]
    yield from dict.fromkeys(clean(each, 300) for each in names if each)
