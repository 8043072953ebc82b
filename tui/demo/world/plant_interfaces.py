"""The network interfaces of the demo: those of instances, and those that AWS services made, with true descriptions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import ip_network
from random import Random
from typing import Any
from urllib.parse import quote

from moto.ec2.models.instances import Instance, Reservation
from moto.ec2.utils import random_reservation_id
from moto.moto_api._internal import mock_random

from tui.demo.world.blueprint import KINDS, SUBNETS, InterfacePlan
from tui.demo.world.service_eni import ServiceInterface
from tui.demo.world.topology import Interface, Subnet

# Everything was made at one moment long ago, so that two plantings of a seed answer alike.
PLANTED = datetime(2026, 3, 2, 9, 14, 7, tzinfo=UTC)
RANGES6 = {plan.name: ip_network(plan.cidr6) for plan in SUBNETS if plan.cidr6}


class InterfacePlanter:
    """Makes interfaces in moto, each with an address of its subnet that no other has."""

    def __init__(self, seed: int, backend: Any, subnets: Mapping[str, Subnet], groups: Mapping[str, str]) -> None:
        self.seed, self.backend, self.subnets, self.groups = seed, backend, subnets, groups
        random = Random(seed)
        self._free: dict[str, list[str]] = {}
        for name, subnet in subnets.items():
            network = ip_network(subnet.cidr)
            # Amazon keeps the first four addresses of a subnet and the last.
            hosts = random.sample(range(4, network.num_addresses - 1), 60)
            self._free[name] = [str(network[host]) for host in hosts]
        self._free6 = dict.fromkeys(RANGES6, 16)

    def plant(self, plan: InterfacePlan) -> Interface:
        """Make one interface; for an instance, the instance too."""
        if plan.kind == "instance":
            return self._instance(plan)
        return self._service_interface(plan)

    def _instance(self, plan: InterfacePlan) -> Interface:
        """One running instance; its primary interface is the one that flow records name."""
        subnet = self.subnets[plan.subnet]
        instance = Instance(  # type: ignore[abstract]  # only to mypy: moto makes its instances so too
            self.backend,
            "ami-0c38b837cd80f13bb",
            None,
            [],
            subnet_id=subnet.id,
            private_ip=self._free[plan.subnet].pop(),
            instance_type="m7g.large",
            region_name=self.backend.region_name,
        )
        instance.launch_time = PLANTED
        instance.add_tags({"Name": plan.name, "Team": plan.team})
        reservation = Reservation(random_reservation_id(), self.backend.account_id)
        reservation.instances.append(instance)
        self.backend.reservations[reservation.id] = reservation
        eni: Any = instance.nics[0]
        eni.attach_time = PLANTED
        eni.requester_id = None
        eni._group_set = [self.backend.get_security_group_from_id(self.groups[name]) for name in plan.groups]  # noqa: SLF001  # moto has no other door for it
        if plan.public:
            address = self.backend.allocate_address("vpc", plan.public, tags={"Name": plan.name})
            self.backend.associate_address(instance=instance, eni=eni, allocation_id=address.allocation_id)
        return self._named(plan, eni, instance.id)

    def _service_interface(self, plan: InterfacePlan) -> Interface:
        """One interface that a service made."""
        kind = KINDS[plan.kind]
        subnet = self.subnets[plan.subnet]
        eni = ServiceInterface(  # type: ignore[abstract]  # the same
            self.backend,
            self.backend.get_subnet(subnet.id),
            self._free[plan.subnet].pop(),
            group_ids=[self.groups[name] for name in plan.groups],
            description=kind.description.format(
                resource=plan.resource,
                account=self.backend.account_id,
                hex=Random(f"{self.seed}{plan.resource}").randbytes(8).hex(),
                uuid=mock_random.uuid4(),
            ),
            ipv6_addresses=self._addresses6(plan),
            owner=kind.owner,
            requester=kind.requester.format(resource=plan.resource),
            interface_type=kind.interface_type,
            when=PLANTED,
        )
        self.backend.enis[eni.id] = eni
        eni.public_ip = plan.public or None
        return self._named(plan, eni, "-")

    def _named(self, plan: InterfacePlan, eni: Any, instance_id: str) -> Interface:
        """Give the interface its tags, and return what flow records say of it."""
        kind = KINDS[plan.kind]
        eni.add_tags({"Name": plan.name, "Team": plan.team})
        return Interface(
            name=plan.name,
            id=eni.id,
            kind=plan.kind,
            subnet=self.subnets[plan.subnet],
            address=eni.private_ip_address,
            address6=eni.ipv6_addresses[0] if eni.ipv6_addresses else "",
            public=plan.public,
            account_id=self.backend.account_id if kind.known else "unknown",
            instance_id=instance_id,
            code=kind.code,
            interface_tag=_percent(plan.team),
            instance_tag=_percent(plan.name) if plan.kind == "instance" else "-",
        )

    def _addresses6(self, plan: InterfacePlan) -> list[str]:
        """Only the public load balancers speak IPv6."""
        if plan.kind != "alb" or plan.subnet not in RANGES6:
            return []
        self._free6[plan.subnet] += 1
        return [str(RANGES6[plan.subnet][self._free6[plan.subnet]])]


def _percent(text: str) -> str:
    """A tag's value as flow records carry it: `my-app` is `my%2Dapp`."""
    return quote(text, safe="").replace("-", "%2D").replace(".", "%2E").replace("_", "%5F")
