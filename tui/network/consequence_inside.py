"""What becomes of a VPC when an endpoint's interfaces, security groups or names come or go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tui.network.clients import by_subnet, listed, named_subnet, named_table
from tui.network.consequence_routes import counted, told, ways
from tui.network.health import Severity, kind_of
from tui.network.health_inside import admission, zones_without
from tui.network.rules import Endpoint

if TYPE_CHECKING:
    from tui.network.inventory import Inventory


def usual_names(inventory: Inventory, endpoint: Endpoint) -> str:
    """The names that private DNS is about: `kms.eu-west-1.amazonaws.com`, or what stands for them."""
    found = next((each for each in inventory.services if each.name == endpoint.service), None)
    return listed(found.private_names, 2) if found and found.private_names else f"the usual name of {endpoint.short}"


def placed(inventory: Inventory, after: Endpoint, subnets: Sequence[str]) -> Iterator[str]:
    """An interface in each subnet: it takes an address there, and is paid for.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html,
    https://aws.amazon.com/privatelink/pricing/
    """
    if subnets:
        names = listed(named_subnet(inventory, one) for one in subnets)
        paid = (
            "paid by the hour each, and by the gigabyte"
            if kind_of(after) in {"Interface", "GatewayLoadBalancer"}
            else ""
        )
        yield f"{counted(len(subnets), 'interface')} with an address of {names}{f', {paid}' if paid else ''}."


def zones(inventory: Inventory, after: Endpoint) -> Iterator[str]:
    """The zones that have clients and will have no interface of the endpoint.

    https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
    """
    if inventory.has("interfaces", "subnets"):
        yield from (signal.sentence for signal in zones_without(inventory, after))


def let_in(inventory: Inventory, after: Endpoint) -> Iterator[str]:
    """Whom its security groups leave out; with private DNS those are cut off from the service.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html: "the security group for the endpoint
    network interface must allow inbound HTTPS traffic" from the resources that use it.
    """
    if kind_of(after) == "GatewayLoadBalancer" or not after.subnets:
        return
    if not inventory.has("groups", "interfaces"):
        yield "Not known: whom its security groups let in; security groups or interfaces could not be read."
        return
    for signal in admission(inventory, after):
        cut_off = after.private_dns and not after.resolvers_only and signal.severity is not Severity.UNKNOWN
        more = f" Its private DNS leads them here, so {after.short} is cut off from them." if cut_off else ""
        yield signal.sentence + more


def regrouped(inventory: Inventory, after: Endpoint) -> Iterator[str]:
    """Other security groups: what is tracked may go on under the old ones.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html
    """
    yield "New connections follow the new security groups at once; open ones that are tracked may go on until they end."
    yield from let_in(inventory, after)


def named(inventory: Inventory, after: Endpoint) -> Iterator[str]:
    """Private DNS on: the service's own name leads to the endpoint, in the whole VPC at once.

    https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
    """
    subnets = [each.id for each in inventory.subnets if each.vpc == after.vpc]
    where = told(inventory, after.vpc, subnets) if inventory.has("subnets") else "all its subnets"
    if after.short == "s3" and after.resolvers_only is not False:
        yield _of_s3(inventory, after)
        if after.resolvers_only:
            return
    yield (
        f"{_capital(usual_names(inventory, after))} resolves to this endpoint in the whole of {after.vpc} at once: "
        f"{where}, whichever subnets it is in."
    )


def resolving(inventory: Inventory, after: Endpoint) -> Iterator[str]:
    """What is not known of the VPC's DNS attributes; one that is off AWS would refuse: see tui.network.order_refusal.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html, PrivateDnsEnabled
    """
    found = inventory.dns_of(after.vpc)
    if found is None or not (found.is_whole or found.off):
        yield (
            f"Not known: whether {after.vpc} has enableDnsSupport and enableDnsHostnames on, without which AWS takes no "
            "private DNS."
        )


def _of_s3(inventory: Inventory, after: Endpoint) -> str:
    """What is reported of private DNS for S3, and no AWS page tells as the default: so it is said as a doubt.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DnsOptionsSpecification.html,
    https://github.com/hashicorp/terraform-provider-aws/issues/31117
    """
    same = (each for each in inventory.endpoints if each.vpc == after.vpc and each.service == after.service)
    gateway = next((each for each in same if kind_of(each) == "Gateway"), None)
    option = "PrivateDnsOnlyForInboundResolverEndpoint"
    if after.resolvers_only:
        way = f"gateway endpoint {gateway.id}" if gateway else "a gateway endpoint"
        return (
            f"Only what asks an inbound Resolver endpoint (on-premises) is led here by the usual name of s3; in {after.vpc} "
            f"it leads to {way} as before ({option})."
        )
    option += ", which is left to AWS here"
    if gateway is None:
        return f"AWS may refuse private DNS for s3 in a VPC without a gateway endpoint for it ({option})."
    return (
        f"AWS may let the name lead here for on-premises resolvers only ({option}): from the VPC s3 then stays with "
        f"{gateway.id}, and the rest of what is said of private DNS does not hold."
    )


# https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ec2.VpcEndpointDnsRecordIpType.html
_RECORDS = {
    "ipv4": "A records only: clients reach it by IPv4",
    "ipv6": "AAAA records only: clients without IPv6 do not find it",
    "dualstack": "A and AAAA records: clients that have IPv6 take it first, so routes, ACLs and security groups must let it",
    "service-defined": "A records, and AAAA records for the endpoint's own names alone",
}


def addressed(after: Endpoint, before: Endpoint | None = None) -> Iterator[str]:
    """Other kinds of addresses, and the records that lead to them; nothing of what is not ordered.

    https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
    """
    was = before.address_type.lower() if before else ""
    now = after.address_type.lower()
    if before is not None and now != was:
        gone = {"ipv4": "IPv6", "ipv6": "IPv4"}.get(now, "")
        if gone and was in {"dualstack", gone.lower()}:
            yield f"The {gone} addresses of its interfaces go: every connection to them drops."
    if before is None and now in {"ipv6", "dualstack"}:
        yield f"Its interfaces have {'IPv6' if now == 'ipv6' else 'IPv4 and IPv6'} addresses."
    if after.dns_record and (before is None or after.dns_record != before.dns_record):
        said = _RECORDS.get(after.dns_record.lower(), f"records of type {after.dns_record}")
        yield f"Its names have {said}."


def afar(after: Endpoint) -> Iterator[str]:
    """A service of another Region.

    https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region
    """
    if after.region:
        yield (
            f"Its service is in {after.region}: what goes there crosses Regions and is paid as such, and whoever creates it "
            "needs vpce:AllowMultiRegion."
        )


def unnamed(inventory: Inventory, endpoint: Endpoint) -> Iterator[str]:
    """Private DNS off, or gone with the endpoint: the name leads to public addresses again, and the routes decide.

    https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
    """
    if endpoint.resolvers_only:
        yield (
            f"What asks an inbound Resolver endpoint (on-premises) is led to public addresses again by "
            f"{usual_names(inventory, endpoint)}; in {endpoint.vpc} nothing changes."
        )
        return
    yield (
        f"{_capital(usual_names(inventory, endpoint))} resolves to public addresses again in the whole of {endpoint.vpc}, "
        "as answers that are remembered expire."
    )
    if not inventory.has("route_tables", "subnets", "interfaces"):
        yield f"Not known where {endpoint.short} goes then: route tables, subnets or interfaces could not be read."
        return
    yield from ways(inventory, endpoint, sorted(by_subnet(inventory, endpoint.vpc)))


def withdrawn(inventory: Inventory, endpoint: Endpoint, subnets: Sequence[str]) -> Iterator[str]:
    """Interfaces go with their addresses, and with them what is connected to them.

    https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html#delete-interface-endpoint,
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
    """
    gone = []
    for one in endpoint.interfaces:
        found = inventory.interface(one)
        if found is not None and found.subnet in subnets:
            gone.append(f"{one} ({found.address or 'no address'} in {named_subnet(inventory, found.subnet)})")
    unknown = [one for one in endpoint.interfaces if inventory.interface(one) is None]
    if set(subnets) == set(endpoint.subnets):
        gone += unknown
    if gone:
        goes, it = ("goes, with its address", "it") if len(gone) == 1 else ("go, with their addresses", "them")
        yield f"{counted(len(gone), 'interface')} {goes}: {listed(gone)}; every connection to {it} drops."
    elif subnets:
        names = listed(named_subnet(inventory, one) for one in subnets)
        yield f"Its interface in {names} goes, with its address: every connection to it drops."


def led_here(inventory: Inventory, endpoint: Endpoint) -> Iterator[str]:
    """Routes that lead to an endpoint that goes: those of a Gateway Load Balancer endpoint stay, and lead nowhere.

    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
    """
    mine = [each.id for each in inventory.route_tables if any(route.target == endpoint.id for route in each.routes)]
    if mine and kind_of(endpoint) != "Gateway":
        tables = listed(named_table(inventory, one) for one in mine)
        yield f"The routes to it in {tables} become blackholes: what takes them is dropped. Lead them elsewhere first."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:] if text.startswith("the ") else text
