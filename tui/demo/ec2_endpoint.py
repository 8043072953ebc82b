"""VPC endpoints as AWS makes, changes and deletes them, where moto only takes note.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html and its neighbours.
"""

from __future__ import annotations

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.vpcs import VPCEndPoint
from moto.ec2.responses import EC2Response

POLICY_LONGEST = 20_480  # characters, white space included
INTERFACE_TYPES = {"Interface": "vpc_endpoint", "GatewayLoadBalancer": "gateway_load_balancer_endpoint"}


class EndpointCalls(EC2Response):
    """The calls about VPC endpoints."""

    def create_vpc_endpoint(self) -> ActionResult:
        """Create an endpoint with its interfaces or its routes."""
        asked = self.params
        kind = asked.setdefault("VpcEndpointType", "Gateway")
        token = asked.pop("ClientToken", None)
        if (made_before := self._made_with(token, asked)) is not None:
            return made_before
        whole = dict(asked)
        judge_policy(asked.get("PolicyDocument"))
        tables, subnets = asked.get("RouteTableIds") or [], asked.pop("SubnetIds", None) or []
        if tables and kind != "Gateway":
            raise _wrong_kind("Route table IDs are only supported for Gateway type VPC Endpoint.")
        self._refuse_second_route(asked["ServiceName"], tables)
        self.error_on_dryrun()
        made: Any = super().create_vpc_endpoint()
        endpoint = made.result["VpcEndpoint"]
        endpoint.subnet_ids = []
        if kind == "Interface" and not endpoint.security_group_ids:
            endpoint.security_group_ids = [self.ec2_backend.get_default_security_group(endpoint.vpc_id).id]
        if kind != "Interface":
            endpoint.private_dns_enabled = False
        if kind == "GatewayLoadBalancer":
            endpoint.policy_document = None
        self._add_subnets(endpoint, subnets)
        if token:
            self._tokens[token] = (whole, endpoint.id)
        return ActionResult({"VpcEndpoint": endpoint, "ClientToken": token})

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
        asked = self.params
        (endpoint,) = self.ec2_backend.describe_vpc_endpoints(vpc_end_point_ids=[asked["VpcEndpointId"]])
        reset = asked.get("ResetPolicy")
        if reset and asked.get("PolicyDocument"):
            raise EC2ClientError("InvalidParameterCombination", "PolicyDocument and ResetPolicy exclude each other.")
        judge_policy(asked.get("PolicyDocument"))
        if asked.get("AddRouteTableIds") and endpoint.vpc_endpoint_type != "Gateway":
            raise _wrong_kind("Route table IDs are only supported for Gateway type VPC Endpoint.")
        if asked.get("AddSubnetIds") and endpoint.vpc_endpoint_type == "Gateway":
            raise _wrong_kind("Subnet IDs are not supported for Gateway type VPC Endpoint.")
        self._refuse_second_route(endpoint.service_name, asked.get("AddRouteTableIds") or [])
        self.error_on_dryrun()
        if reset:
            endpoint.policy_document = json.dumps(VPCEndPoint.DEFAULT_POLICY)
        if "PrivateDnsEnabled" in asked:
            endpoint.private_dns_enabled = asked["PrivateDnsEnabled"]
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
        """Delete endpoints with what belongs to them. They are gone at once; unknown ones are told in Unsuccessful."""
        self.error_on_dryrun()
        unsuccessful = []
        for endpoint_id in self.params.get("VpcEndpointIds") or []:
            endpoint = self.ec2_backend.vpc_end_points.pop(endpoint_id, None)
            if endpoint is None:
                message = f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
                failure = {"Code": "InvalidVpcEndpointId.NotFound", "Message": message}
                unsuccessful.append({"ResourceId": endpoint_id, "Error": failure})
                continue
            for eni in self._interfaces(endpoint):
                self.ec2_backend.enis.pop(eni.id, None)
            for table in endpoint.route_table_ids:
                self._unroute(endpoint, table)
        return ActionResult({"Unsuccessful": unsuccessful})

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


def judge_policy(text: str | None) -> None:
    """Refuse what AWS does not take for a policy document, with line and column as AWS tells them."""
    if not text:
        return
    try:
        policy = json.loads(text)
    except ValueError as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        raise _bad_policy(f"Syntax error at position ({line},{column})") from None
    if not isinstance(policy, dict) or not policy.get("Statement"):
        raise _bad_policy("Syntax errors in policy.")
    if len(text) > POLICY_LONGEST:
        raise _bad_policy(f"It is longer than {POLICY_LONGEST} characters.")


def _bad_policy(what: str) -> EC2ClientError:
    return EC2ClientError("InvalidPolicyDocument", f"The Policy Document is not valid. {what}")


def _wrong_kind(what: str) -> EC2ClientError:
    return EC2ClientError("InvalidParameter", what)
