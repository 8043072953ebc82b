"""VPC endpoints as AWS makes, changes and deletes them, where moto only takes note.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html and its neighbours.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.vpcs import VPCEndPoint

from tui.demo.ec2_service import ServiceCalls, connections_of, no_service
from tui.demo.endpoint_addresses import judge_addresses, judge_resolvers, keep_addresses
from tui.demo.endpoint_policy import judge_policy
from tui.demo.service_table import known_services

INTERFACE_TYPES = {"Interface": "vpc_endpoint", "GatewayLoadBalancer": "gateway_load_balancer_endpoint"}


class EndpointCalls(ServiceCalls):
    """The calls about VPC endpoints."""

    def create_vpc_endpoint(self) -> ActionResult:
        """Create an endpoint with its interfaces or its routes."""
        self.error_on_dryrun()  # it proves the permission alone
        asked = self.params
        kind = asked.setdefault("VpcEndpointType", "Gateway")
        token = asked.pop("ClientToken", None)
        if (made_before := self._made_with(token, asked)) is not None:
            return made_before
        whole = dict(asked)
        service = self._service_of_region(asked["ServiceName"], kind, asked.get("ServiceRegion") or self.region)
        self._judge_policy(service, asked.get("PolicyDocument"))
        tables, subnets = asked.get("RouteTableIds") or [], asked.pop("SubnetIds", None) or []
        if tables and kind != "Gateway":
            raise _wrong("Route table IDs are only supported for Gateway type VPC Endpoint.")
        self._refuse_second_route(asked["ServiceName"], tables)
        self._judge_zones(service, [], subnets)
        vpc = self.ec2_backend.get_vpc(asked["VpcId"])
        judge_addresses(asked, None, service, [self.ec2_backend.get_subnet(each) for each in subnets])
        others = self.ec2_backend.vpc_end_points.values()
        judge_resolvers(asked, asked["ServiceName"], vpc.id, others)
        if kind == "Interface":
            reason = self._why_no_private_dns(vpc, asked["ServiceName"], service["PrivateDnsName"])
            if reason and asked.setdefault("PrivateDnsEnabled", False):
                raise _wrong(reason)
        made: Any = super().create_vpc_endpoint()
        endpoint = made.result["VpcEndpoint"]
        endpoint.subnet_ids = []
        if kind == "Interface" and not endpoint.security_group_ids:
            endpoint.security_group_ids = [self.ec2_backend.get_default_security_group(endpoint.vpc_id).id]
        if kind != "Interface":
            endpoint.private_dns_enabled = False
        if kind == "GatewayLoadBalancer":
            endpoint.policy_document = None
        if kind != "Gateway":
            endpoint.ip_address_type = "ipv4"
        endpoint.service_region = asked.get("ServiceRegion") or self.region
        keep_addresses(asked, endpoint)
        self._add_subnets(endpoint, subnets)
        self._begin(endpoint, service)
        if token:
            self._tokens[token] = (whole, endpoint.id)
        return ActionResult({"VpcEndpoint": endpoint, "ClientToken": token})

    def _begin(self, endpoint: Any, service: dict[str, Any]) -> None:
        """Pending until it has settled, or until the owner of the service has accepted it. A gateway is there at once."""
        waits = bool(service.get("AcceptanceRequired"))
        if service.get("ServiceId") in self.ec2_backend.configurations:
            connections_of(self.ec2_backend).append(
                {
                    "ServiceId": service["ServiceId"],
                    "VpcEndpointId": endpoint.id,
                    "VpcEndpointOwner": self.current_account,
                    "VpcEndpointState": "pendingAcceptance" if waits else "available",
                    "CreationTimestamp": endpoint.creation_timestamp,
                }
            )
        if waits:
            endpoint.state = "pendingAcceptance"
        elif endpoint.vpc_endpoint_type != "Gateway":
            endpoint.state = "pending"
            self.clock.later(partial(setattr, endpoint, "state", "available"))

    @property
    def _tokens(self) -> dict[str, tuple[dict[str, Any], str]]:
        """What was made with each ClientToken; it goes when the account is made empty."""
        kept: dict[str, tuple[dict[str, Any], str]] = vars(self.ec2_backend).setdefault("client_tokens", {})
        return kept

    def _made_with(self, token: str | None, asked: dict[str, Any]) -> ActionResult | None:
        """What a call with this ClientToken made before.

        https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
        """
        if not token or token not in self._tokens:
            return None
        before, endpoint_id = self._tokens[token]
        if before != asked:
            raise EC2ClientError(
                "IdempotentParameterMismatch", "The client token you have provided was used with other parameters."
            )
        endpoint = self.ec2_backend.vpc_end_points.get(endpoint_id)
        return None if endpoint is None else ActionResult({"VpcEndpoint": endpoint, "ClientToken": token})

    def modify_vpc_endpoint(self) -> ActionResult:
        """Change an endpoint: policy, subnets with their interfaces, route tables with their routes, private DNS."""
        self.error_on_dryrun()
        asked = self.params
        (endpoint,) = self.ec2_backend.describe_vpc_endpoints(vpc_end_point_ids=[asked["VpcEndpointId"]])
        reset = asked.get("ResetPolicy")
        self._judge_change(endpoint, asked)
        if reset:
            endpoint.policy_document = json.dumps(VPCEndPoint.DEFAULT_POLICY)
        if "PrivateDnsEnabled" in asked:
            endpoint.private_dns_enabled = asked["PrivateDnsEnabled"]
        keep_addresses(asked, endpoint)
        self._add_subnets(endpoint, asked.pop("AddSubnetIds", None) or [])
        self._remove_subnets(endpoint, asked.pop("RemoveSubnetIds", None) or [])
        for table in asked.get("AddRouteTableIds") or []:
            self._route(endpoint, table)
        for table in asked.get("RemoveRouteTableIds") or []:
            self._unroute(endpoint, table)
        result = super().modify_vpc_endpoint()
        groups = [self.ec2_backend.get_security_group_from_id(group) for group in endpoint.security_group_ids]
        for eni in self._interfaces(endpoint):
            eni._group_set = groups or eni._group_set  # noqa: SLF001 - moto has no other door
        return result

    def delete_vpc_endpoints(self) -> ActionResult:
        """Delete endpoints with what belongs to them; they are listed until it has settled. Unknown ones are Unsuccessful."""
        self.error_on_dryrun()
        unsuccessful = []
        for endpoint_id in self.params.get("VpcEndpointIds") or []:
            endpoint = self.ec2_backend.vpc_end_points.get(endpoint_id)
            if endpoint is None:
                message = f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
                failure = {"Code": "InvalidVpcEndpointId.NotFound", "Message": message}
                unsuccessful.append({"ResourceId": endpoint_id, "Error": failure})
                continue
            endpoint.state = "deleting"
            connections = connections_of(self.ec2_backend)
            connections[:] = [each for each in connections if each["VpcEndpointId"] != endpoint_id]
            for eni in self._interfaces(endpoint):
                self.ec2_backend.enis.pop(eni.id, None)
            for table in endpoint.route_table_ids:
                self._unroute(endpoint, table)
            self.clock.later(partial(self.ec2_backend.vpc_end_points.pop, endpoint_id, None))
        return ActionResult({"Unsuccessful": unsuccessful})

    def _judge_change(self, endpoint: Any, asked: dict[str, Any]) -> None:
        """Refuse a change that AWS refuses."""
        gateway = endpoint.vpc_endpoint_type == "Gateway"
        if endpoint.state == "deleting":
            raise EC2ClientError("IncorrectState", f"The Vpc Endpoint '{endpoint.id}' is being deleted.")
        if asked.get("ResetPolicy") and asked.get("PolicyDocument"):
            raise EC2ClientError("InvalidParameterCombination", "PolicyDocument and ResetPolicy exclude each other.")
        if asked.get("PolicyDocument"):
            self._judge_policy(self._service_of(endpoint), asked["PolicyDocument"])
        if asked.get("AddRouteTableIds") and not gateway:
            raise _wrong("Route table IDs are only supported for Gateway type VPC Endpoint.")
        if asked.get("AddSubnetIds") and gateway:
            raise _wrong("Subnet IDs are not supported for Gateway type VPC Endpoint.")
        self._refuse_second_route(endpoint.service_name, asked.get("AddRouteTableIds") or [])
        kept = [each for each in endpoint.subnet_ids or [] if each not in (asked.get("RemoveSubnetIds") or [])]
        self._judge_zones(self._service_of(endpoint), kept, asked.get("AddSubnetIds") or [])
        if asked.get("IpAddressType") or asked.get("DnsOptions") or asked.get("AddSubnetIds"):
            held = [self.ec2_backend.get_subnet(each) for each in (*kept, *(asked.get("AddSubnetIds") or []))]
            judge_addresses(asked, endpoint, self._service_of(endpoint), held)
            others = self.ec2_backend.vpc_end_points.values()
            judge_resolvers(asked, endpoint.service_name, endpoint.vpc_id, others)
        if asked.get("PrivateDnsEnabled") and not endpoint.private_dns_enabled:
            vpc = self.ec2_backend.get_vpc(endpoint.vpc_id)
            if reason := self._why_no_private_dns(
                vpc, endpoint.service_name, self._service_of(endpoint).get("PrivateDnsName")
            ):
                raise _wrong(reason)

    def _service_of_region(self, name: str, kind: str, region: str) -> dict[str, Any]:
        """A service of this Region, or one of AWS's of another, which interface endpoints alone lead to.

        https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region
        """
        if region == self.region:
            return self.service_named(name, kind)
        for each in known_services(region):
            if each["ServiceName"] == name and each["ServiceType"][0]["ServiceType"] == kind == "Interface":
                return {each_name: value for each_name, value in each.items() if each_name != "AvailabilityZones"}
        raise no_service(name)

    def _service_of(self, endpoint: Any) -> dict[str, Any]:
        """The service it leads to; what was planted may lead to one that nobody else sees."""
        try:
            region = getattr(endpoint, "service_region", self.region)
            return self._service_of_region(endpoint.service_name, endpoint.vpc_endpoint_type, region)
        except EC2ClientError:
            return {"ServiceName": endpoint.service_name}

    def _judge_policy(self, service: dict[str, Any], text: str | None) -> None:
        judge_policy(text)
        if text and not service.get("VpcEndpointPolicySupported"):
            raise _wrong(f"Service {service['ServiceName']} only supports the full-access endpoint policy.")

    def _judge_zones(self, service: dict[str, Any], held: list[str], added: list[str]) -> None:
        """One subnet a zone, and only zones that the service is in."""
        zones = {self.ec2_backend.get_subnet(each).availability_zone for each in held}
        for each in added:
            zone = self.ec2_backend.get_subnet(each).availability_zone
            if each not in held and zone in zones:
                message = f"Found another VPC endpoint subnet in the availability zone of {each}"
                raise EC2ClientError("DuplicateSubnetsInSameZone", message)
            if zone not in service.get("AvailabilityZones", [zone]):
                name = service["ServiceName"]
                raise _wrong(
                    f"The VPC endpoint service {name} does not support the availability zone of the subnet: {each}."
                )
            zones.add(zone)

    def _why_no_private_dns(self, vpc: Any, service: str, name: str | None) -> str:
        """The VPC has to resolve names, the service to have one, and no other endpoint of the VPC that name already."""
        if str(vpc.enable_dns_support).lower() != "true" or str(vpc.enable_dns_hostnames).lower() != "true":
            return (
                "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true "
                f"for {vpc.id}"
            )
        if not name:
            return f"Private DNS can't be enabled because the service {service} does not provide a private DNS name."
        for other in self.ec2_backend.vpc_end_points.values():
            if (other.vpc_id, other.service_name) == (vpc.id, service) and other.private_dns_enabled:
                return (
                    f"private-dns-enabled cannot be set because there is already a conflicting DNS domain for {name} in "
                    f"the VPC {vpc.id}"
                )
        return ""

    def _interfaces(self, endpoint: Any) -> list[Any]:
        enis = self.ec2_backend.enis
        return [enis[eni_id] for eni_id in endpoint.network_interface_ids if eni_id in enis]

    def _add_subnets(self, endpoint: Any, subnets: list[str]) -> None:
        """One requester-managed interface a subnet: https://docs.aws.amazon.com/vpc/latest/privatelink/."""
        for subnet_id in subnets:
            if subnet_id in endpoint.subnet_ids:
                continue
            subnet = self.ec2_backend.get_subnet(subnet_id)
            eni = self.ec2_backend.create_network_interface(
                subnet,
                subnet.get_available_subnet_ip(endpoint),
                group_ids=list(endpoint.security_group_ids),
                description=f"VPC Endpoint Interface {endpoint.id}",
            )
            eni.interface_type = INTERFACE_TYPES.get(endpoint.vpc_endpoint_type, "vpc_endpoint")
            eni.requester_managed = True
            eni.status = "in-use"
            endpoint.network_interface_ids.append(eni.id)
            endpoint.subnet_ids.append(subnet_id)

    def _remove_subnets(self, endpoint: Any, subnets: list[str]) -> None:
        endpoint.subnet_ids = [subnet for subnet in endpoint.subnet_ids or [] if subnet not in subnets]
        for eni in self._interfaces(endpoint):
            if eni.subnet.id in subnets:
                endpoint.network_interface_ids.remove(eni.id)
                self.ec2_backend.enis.pop(eni.id)

    def _refuse_second_route(self, service: str, tables: list[str]) -> None:
        """One gateway endpoint a service and route table."""
        for other in self.ec2_backend.vpc_end_points.values():
            for table in set(tables) & set(other.route_table_ids or []):
                if other.service_name == service and other.vpc_endpoint_type == "Gateway":
                    target = other.destination_prefix_list_id
                    message = f"route table {table} already has a route with destination-prefix-list-id {target}"
                    raise EC2ClientError("RouteAlreadyExists", message)

    def _route(self, endpoint: Any, table: str) -> None:
        if endpoint.destination_prefix_list_id:
            self.ec2_backend.create_route(
                table, None, gateway_id=endpoint.id, destination_prefix_list_id=endpoint.destination_prefix_list_id
            )

    def _unroute(self, endpoint: Any, table: str) -> None:
        routes = self.ec2_backend.get_route_table(table)._routes  # noqa: SLF001 - delete_route refuses what is not there
        for route_id, route in list(routes.items()):
            if getattr(route.gateway, "id", None) == endpoint.id:
                del routes[route_id]


def _wrong(what: str) -> EC2ClientError:
    return EC2ClientError("InvalidParameter", what)
