"""Creates the demo's two VPCs in moto's EC2, straight in its objects: sixty HTTP calls would take a second."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from moto.ec2.models import ec2_backends
from moto.moto_api._internal import mock_random

from tui.demo.world import blueprint, policies
from tui.demo.world.plant_interfaces import PLANTED, InterfacePlanter
from tui.demo.world.plant_rules import plant_acls, plant_groups, plant_prefix_lists
from tui.demo.world.plant_services import plant_services
from tui.demo.world.topology import FlowLog, Interface, Subnet, Topology


def plant(seed: int, account: str, region: str) -> Topology:
    """Create the world in moto and return what was created.

    What the account had in the Region is dropped, its default VPC included. Equal arguments give equal ids.
    """
    backend = ec2_backends[account][region]
    backend.reset()
    mock_random.seed(seed)
    # Amazon's prefix lists again: their ids are to come from the seed, however many images moto made before them.
    backend.managed_prefix_lists.clear()
    backend.create_default_pls()
    for subnet in backend.describe_subnets():
        backend.delete_subnet(subnet.id)
    for vpc in list(backend.vpcs):
        backend.delete_vpc(vpc)
    backend.network_acls.clear()
    return _Planter(seed, account, region, backend).topology()


class _Planter:
    """Plants one thing after another; what is planted is known by its name in the blueprint."""

    def __init__(self, seed: int, account: str, region: str, backend: Any) -> None:
        self.seed, self.account, self.region, self.backend = seed, account, region, backend
        self.vpcs: dict[str, str] = {}
        self.tables: dict[str, str] = {}
        self.subnets: dict[str, Subnet] = {}
        self.interfaces: dict[str, Interface] = {}
        self.endpoints: dict[str, str] = {}
        self.logs: list[FlowLog] = []
        self.targets: dict[str, str] = {}

    def topology(self) -> Topology:
        """Plant everything, in the order in which things need each other."""
        self.plant_vpcs()
        self.lists = plant_prefix_lists(self.backend, self.region)
        self.groups = plant_groups(self.backend, self.vpcs, self.lists)
        self.acls = plant_acls(self.backend, self.vpcs)
        self.plant_route_tables()
        self.plant_subnets()
        self.plant_gateways()
        self.planter = InterfacePlanter(self.seed, self.backend, self.subnets, self.groups)
        for plan in blueprint.INTERFACES:
            resource = plan.resource or self.targets.get(f"{plan.kind}:{plan.subnet}", "")
            self.interfaces[plan.name] = self.planter.plant(plan._replace(resource=resource))
        self.plant_nat_gateways()
        self.plant_routes()
        self.plant_endpoints()
        self.plant_flow_logs()
        plant_services(self.backend, self.account, self.region)
        return Topology(
            account=self.account,
            region=self.region,
            seed=self.seed,
            scope=self.vpcs["payments"],
            vpcs=MappingProxyType(self.vpcs),
            subnets=MappingProxyType(self.subnets),
            interfaces=MappingProxyType(self.interfaces),
            acls=MappingProxyType(self.acls),
            route_tables=MappingProxyType(self.tables),
            groups=MappingProxyType(self.groups),
            prefix_lists=MappingProxyType(self.lists),
            endpoints=MappingProxyType(self.endpoints),
            flow_logs=tuple(self.logs),
        )

    def plant_vpcs(self) -> None:
        """Both VPCs; "payments" has an IPv6 range too."""
        for name, cidr in blueprint.VPCS.items():
            vpc = self.backend.create_vpc(cidr, tags=[{"Key": "Name", "Value": name}])
            vpc.enable_dns_hostnames = True
            if name in blueprint.VPC_CIDR6:
                association = vpc.associate_vpc_cidr_block(cidr, amazon_provided_ipv6_cidr_block=True)
                association["cidr_block"] = blueprint.VPC_CIDR6[name]
            self.vpcs[name] = vpc.id

    def plant_route_tables(self) -> None:
        """The tables with their local routes only: what else they route to does not exist yet."""
        for name, (vpc, _) in blueprint.ROUTES.items():
            tags = [{"Key": "Name", "Value": f"{vpc}-{name}"}]
            self.tables[name] = self.backend.create_route_table(self.vpcs[vpc], tags=tags).id

    def plant_subnets(self) -> None:
        """The six subnets, each with its route table and its tier's network ACL."""
        zones = self.backend.describe_availability_zones()
        for plan in blueprint.SUBNETS:
            zone = zones[plan.zone % len(zones)]
            subnet = self.backend.create_subnet(
                self.vpcs[plan.vpc],
                plan.cidr,
                ipv6_cidr_block=plan.cidr6 or None,
                availability_zone=zone.name,
                tags={"subnet": {"Name": f"{plan.vpc}-{plan.name}", "tier": plan.tier}},
            )
            subnet.map_public_ip_on_launch = subnet.default_for_az = False
            self.backend.associate_route_table(self.tables[plan.route_table], subnet_id=subnet.id)
            self._use_acl(subnet.id, self.acls[plan.tier])
            self.subnets[plan.name] = Subnet(
                plan.name,
                subnet.id,
                subnet.vpc_id,
                plan.cidr,
                zone.zone_id,
                self.acls[plan.tier],
                self.tables[plan.route_table],
            )

    def _use_acl(self, subnet_id: str, acl_id: str) -> None:
        """Put the subnet under this ACL instead of its VPC's default one."""
        for acl in self.backend.network_acls.values():
            for association in acl.associations:
                if association.subnet_id == subnet_id:
                    self.backend.replace_network_acl_association(association.id, acl_id)
                    return

    def plant_gateways(self) -> None:
        """Internet gateway, peering, transit gateway and its attachments, Elastic IP addresses."""
        payments, shared = self.vpcs["payments"], self.vpcs["shared"]
        igw = self.backend.create_internet_gateway(tags=[{"Key": "Name", "Value": "payments"}])
        self.backend.attach_internet_gateway(igw.id, payments)
        peering = self.backend.create_vpc_peering_connection(
            self.backend.get_vpc(payments), self.backend.get_vpc(shared), {"Name": "payments-shared"}
        )
        self.backend.accept_vpc_peering_connection(peering.id)
        tgw = self.backend.create_transit_gateway("on-premises and egress", tags=[{"Key": "Name", "Value": "core"}])
        places = {payments: ("private-a", "private-b"), shared: ("shared-c",)}
        for vpc, subnets in places.items():
            attachment = self.backend.create_transit_gateway_vpc_attachment(
                tgw.id, vpc, [self.subnets[name].id for name in subnets]
            )
            self.targets |= {f"tgw:{name}": attachment.id for name in subnets}
        self.targets |= {"igw": igw.id, "peering": peering.id, "tgw": tgw.id}

    def plant_nat_gateways(self) -> None:
        """A NAT gateway in front of each NAT interface, instead of the one moto makes with an address anywhere."""
        for name in ("nat-a", "nat-b"):
            interface = self.interfaces[name]
            eni = self.backend.enis[interface.id]
            address = self.backend.allocate_address("vpc", interface.public, tags={"Name": name})
            gateway = self.backend.create_nat_gateway(interface.subnet.id, address.allocation_id, tags={"Name": name})
            self.backend.delete_network_interface(gateway._eni.id)  # noqa: SLF001  # moto has no other door for it
            gateway._eni = address.eni = eni  # noqa: SLF001  # the same
            gateway._created_at = PLANTED  # noqa: SLF001  # the same
            gateway.private_ip = interface.address
            gateway.address_set[0] |= {"networkInterfaceId": eni.id, "privateIp": interface.address}
            eni.description = f"Interface for NAT Gateway {gateway.id}"
            self.targets[name] = gateway.id

    def plant_routes(self) -> None:
        """The routes of the blueprint, now that their targets exist."""
        for name, (_, routes) in blueprint.ROUTES.items():
            for destination, target in routes.items():
                parameter = {"igw": "gateway_id", "peering": "vpc_peering_connection_id", "tgw": "transit_gateway_id"}
                six = ":" in destination
                self.backend.create_route(
                    self.tables[name],
                    None if six else destination,
                    destination_ipv6_cidr_block=destination if six else None,
                    **{parameter.get(target, "nat_gateway_id"): self.targets[target]},
                )

    def plant_endpoints(self) -> None:
        """The eight endpoints. moto adds a gateway endpoint's routes; the interfaces of the others are ours."""
        for plan in policies.endpoint_plans(self.account, self.region):
            gateway = plan.kind == "Gateway"
            endpoint = self.backend.create_vpc_endpoint(
                self.vpcs[plan.vpc],
                plan.service,
                plan.kind,
                plan.policy or None,
                [self.tables[name] for name in plan.places] if gateway else [],
                subnet_ids=[],
                security_group_ids=[self.groups["endpoints"]] if plan.kind == "Interface" else [],
                tags={"Name": f"{plan.vpc}-{plan.name}"},
                private_dns_enabled=plan.kind == "Interface",
            )
            endpoint.creation_timestamp = PLANTED
            endpoint.dns_entries = self._dns_entries(plan, endpoint.id)
            if plan.kind == "GatewayLoadBalancer":
                endpoint.policy_document = None  # a Gateway Load Balancer endpoint takes no policy
            if not gateway:
                endpoint.subnet_ids = [self.subnets[name].id for name in plan.places]
                endpoint.network_interface_ids = [
                    self._endpoint_interface(plan, endpoint.id, name) for name in plan.places
                ]
            self.endpoints[plan.name] = endpoint.id

    def _dns_entries(self, plan: policies.EndpointPlan, endpoint_id: str) -> list[dict[str, str]]:
        """An interface endpoint's names: one of its own, and with private DNS the service's."""
        if plan.kind != "Interface":
            return []
        service = plan.service.removeprefix(f"com.amazonaws.{self.region}.")
        own = f"{endpoint_id}-{mock_random.get_random_hex(8)}.{service}.{self.region}.vpce.amazonaws.com"
        zone = mock_random.get_random_string(13).upper()
        names = (own, f"{service}.{self.region}.amazonaws.com")
        return [{"dns_name": name, "hosted_zone_id": f"Z{zone}"} for name in names]

    def _endpoint_interface(self, plan: policies.EndpointPlan, endpoint_id: str, subnet: str) -> str:
        """One interface of an endpoint, named like `kms-a`; returns its id."""
        kind, groups = ("endpoint", ("endpoints",)) if plan.kind == "Interface" else ("gwlb-endpoint", ())
        name = f"{plan.name}-{subnet[-1]}"
        plan_of_it = blueprint.InterfacePlan(name, kind, subnet, groups, endpoint_id, team="platform")
        self.interfaces[name] = self.planter.plant(plan_of_it)
        return self.interfaces[name].id

    def plant_flow_logs(self) -> None:
        """The three flow logs. moto has no door for one that names its group in LogDestination and works."""
        resources = self.vpcs | {name: subnet.id for name, subnet in self.subnets.items()}
        kinds = {"vpc": "VPC", "subnet": "Subnet"}
        for plan in blueprint.FLOW_LOGS:
            resource = resources[plan.resource]
            log = FlowLog("", resource, plan.group, tuple(plan.fields.split()), plan.version, plan.interval)
            (made,), _ = self.backend.create_flow_logs(
                kinds[resource.split("-")[0]],
                [resource],
                "ALL",
                f"arn:aws:iam::{self.account}:role/vpc-flow-logs",
                "cloud-watch-logs",
                None,
                plan.group,
                log.log_format,
                plan.interval,
            )
            made.creation_time = PLANTED
            made.deliver_logs_status, made.deliver_logs_error_message = "SUCCESS", None
            if plan.by_arn:
                made.log_group_name = None
                made.log_destination = f"arn:aws:logs:{self.region}:{self.account}:log-group:{plan.group}"
            made.add_tags({"Name": f"{plan.name}-flow-log"})
            self.logs.append(FlowLog(made.id, resource, plan.group, log.fields, plan.version, plan.interval))
