"""Endpoint services: those there are to connect to, the account's own, and who is connected to them.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointConnections.html and its neighbours.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import partial
from typing import Any, ClassVar

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses import EC2Response

from tui.demo.endpoint_habits import EndpointClock
from tui.demo.service_table import known_services


class ServiceCalls(EC2Response):
    """The calls about endpoint services and connections."""

    clock: ClassVar[EndpointClock] = EndpointClock()

    def describe_vpc_endpoint_services(self) -> ActionResult:
        """All services, or those asked for by name: then one that is unknown refuses the call."""
        regions = self.params.get("ServiceRegions") or [self.region]
        found = [each for region in regions for each in self._services(region)]
        names = self.params.get("ServiceNames") or []
        for name in names:
            if name not in {each["ServiceName"] for each in found}:
                raise no_service(name)
        found = [each for each in found if (not names or each["ServiceName"] in names) and self._passes(each)]
        named = list(dict.fromkeys(each["ServiceName"] for each in found))
        return ActionResult({"ServiceNames": named, "ServiceDetails": found})

    def _passes(self, service: dict[str, Any]) -> bool:
        """Whether a service passes the filters. Its answer is two lists, so that they are applied here."""
        told = {
            "service-name": service["ServiceName"],
            "service-type": service["ServiceType"][0]["ServiceType"],
            "owner": service["Owner"],
            "service-region": (self.params.get("ServiceRegions") or [self.region])[0],
            "supported-ip-address-types": "ipv4",
        }
        asked = self.params.get("Filters") or []
        return all(
            any(fnmatchcase(told.get(each["Name"], ""), value) for value in each.get("Values") or ()) for each in asked
        )

    def describe_vpc_endpoint_connections(self) -> ActionResult:
        """The connections to the account's own services; filters are applied by whoever cuts the page."""
        return ActionResult({"VpcEndpointConnections": [dict(each) for each in connections_of(self.ec2_backend)]})

    def accept_vpc_endpoint_connections(self) -> ActionResult:
        """Let endpoints connect: pending, and available when it has settled."""
        return self._answer({"pendingAcceptance", "rejected"}, "pending", "available")

    def reject_vpc_endpoint_connections(self) -> ActionResult:
        """Turn endpoints away, also those that are connected."""
        return self._answer({"pendingAcceptance", "available", "pending"}, "rejected", "rejected")

    def _answer(self, may: set[str], now: str, then: str) -> ActionResult:
        self.error_on_dryrun()
        service = self.params["ServiceId"]
        if service not in self.ec2_backend.configurations:
            message = f"The VpcEndpointService Id '{service}' does not exist"
            raise EC2ClientError("InvalidVpcEndpointServiceId.NotFound", message)
        by_id = {
            each["VpcEndpointId"]: each for each in connections_of(self.ec2_backend) if each["ServiceId"] == service
        }
        failures = []
        for endpoint_id in self.params.get("VpcEndpointIds") or []:
            connection = by_id.get(endpoint_id)
            if connection is None:
                code, message = "InvalidVpcEndpointId.NotFound", f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
            elif connection["VpcEndpointState"] not in may:
                code, message = "InvalidState", f"The connection is {connection['VpcEndpointState']}"
            else:
                connection["VpcEndpointState"] = now
                self.clock.later(partial(self._settle, connection, then))
                continue
            failures.append({"ResourceId": endpoint_id, "Error": {"Code": code, "Message": message}})
        return ActionResult({"Unsuccessful": failures})

    def _settle(self, connection: dict[str, Any], state: str) -> None:
        """The connection's state, and the endpoint's too if it is one of the account's."""
        connection["VpcEndpointState"] = state
        endpoint = self.ec2_backend.vpc_end_points.get(connection["VpcEndpointId"])
        if endpoint is not None:
            endpoint.state = state

    def _services(self, region: str = "") -> Any:
        yield from known_services(region or self.region)
        if region in {"", self.region}:
            yield from (each.to_dict() for each in self.ec2_backend.configurations.values())

    def service_named(self, name: str, kind: str) -> dict[str, Any]:
        """The service an endpoint of this type can lead to."""
        found = [each for each in self._services() if each["ServiceName"] == name]
        if not found:
            raise no_service(name)
        for each in found:
            if each["ServiceType"][0]["ServiceType"] == kind:
                return dict(each)
        offered = found[0]["ServiceType"][0]["ServiceType"]
        message = f"The type of the endpoint ({kind}) does not match that of service {name} ({offered})."
        raise EC2ClientError("InvalidParameter", message)


def connections_of(backend: Any) -> list[dict[str, Any]]:
    """The connections to the account's own services; they go when the account is made empty."""
    kept: list[dict[str, Any]] = vars(backend).setdefault("service_connections", [])
    return kept


def no_service(name: str) -> EC2ClientError:
    """The refusal of a service's name."""
    return EC2ClientError("InvalidServiceName", f"The Vpc Endpoint Service '{name}' does not exist")
