"""What the account offers to others: two endpoint services, and who is connected to them or wants to be."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple

from moto.ec2.models.vpc_service_configuration import VPCServiceConfiguration

from tui.demo.ec2_service import connections_of
from tui.demo.world.plant_interfaces import PLANTED

_CONFIGURATION: Any = VPCServiceConfiguration  # moto makes it, though it is abstract to a type checker


class ServicePlan(NamedTuple):
    """A service, in front of a Network Load Balancer; `connections` are (endpoint, account, state, days ago)."""

    name: str
    id: str
    zones: tuple[str, ...]
    private_name: str
    acceptance: bool
    connections: tuple[tuple[str, str, str, int], ...]


SERVICES = (
    ServicePlan(
        "payments-api",
        "vpce-svc-03d5ebb7d9579a2f1",
        ("a", "b"),
        "api.payments.example.com",
        acceptance=True,
        connections=(
            ("vpce-0c1d2e3f4a5b6c7d8", "222233334444", "available", 41),
            ("vpce-0aa1bb2cc3dd4ee5f", "555566667777", "available", 12),
            ("vpce-09f8e7d6c5b4a3920", "888899990000", "pendingAcceptance", 0),
            ("vpce-0b4d7f1e2c3a59680", "111122223333", "rejected", 3),
        ),
    ),
    ServicePlan(
        "ledger-export",
        "vpce-svc-0e8a41c6f2b97d350",
        ("a",),
        "",
        acceptance=False,
        connections=(("vpce-0d9c8b7a6f5e4d3c2", "222233334444", "available", 5),),
    ),
)


def plant_services(backend: Any, account: str, region: str) -> None:
    """Plant both. Their ids are their own: those of the rest of the world depend on the seed and on how many there are."""
    for plan in SERVICES:
        arn = f"arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/net/{plan.name}/50dc6c495c0c9188"
        zones = [SimpleNamespace(availability_zone=f"{region}{zone}") for zone in plan.zones]
        balancer: Any = SimpleNamespace(type="network", arn=arn, subnets=zones)
        made = _CONFIGURATION([balancer], region, plan.acceptance, plan.private_name, [], backend)
        made.id, made.service_name = plan.id, f"com.amazonaws.vpce.{region}.{plan.id}"
        backend.configurations[made.id] = made
        made.add_tags({"Name": plan.name})
        connections_of(backend).extend(
            {
                "ServiceId": plan.id,
                "VpcEndpointId": endpoint,
                "VpcEndpointOwner": owner,
                "VpcEndpointState": state,
                "CreationTimestamp": PLANTED - timedelta(days=days),
                "NetworkLoadBalancerArns": [arn],
                "IpAddressType": "ipv4",
            }
            for endpoint, owner, state, days in plan.connections
        )
