"""The demo's incident: what somebody changes, and when, in seconds from the start of the demo.

Windows are delivered after their end, so what is to be seen in the first two minutes begins a little before.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from tui.demo.world.outside import PORT_SCANNER
from tui.demo.world.plant_rules import put_acl_entry
from tui.demo.world.policies import narrowed_kms_policy
from tui.demo.world.topology import Interface, Topology


class Act(NamedTuple):
    """One change: `apply` makes it in moto's EC2."""

    at: int
    what: str
    apply: Callable[[Topology, Any], None]


def narrow_reply_ports(topology: Topology, backend: Any) -> None:
    """Entry 100 out of the data tier: 1024-65535 becomes 1024-32767.

    Somebody read "ephemeral" as "registered". Linux clients use 32768-60999, so what the databases answer to
    subnet private-a stops at the ACL, while private-b goes on under entry 110.
    """
    put_acl_entry(backend, topology.acls["data"], 100, "allow", "tcp", "1024-32767", "10.0.16.0/20", egress=True)


def lose_gateway_route(topology: Topology, backend: Any) -> None:
    """Route table private-b is no longer associated with the S3 endpoint: S3 is reached over the NAT gateway."""
    endpoint, table = topology.endpoints["s3"], topology.route_tables["private-b"]
    backend.modify_vpc_endpoint(
        vpc_id=endpoint,
        policy_doc=None,
        add_subnets=None,
        remove_subnets=None,
        add_route_tables=None,
        remove_route_tables=[table],
        add_security_groups=None,
        remove_security_groups=None,
    )
    backend.delete_route(table, None, destination_prefix_list_id=topology.prefix_lists["s3"])


def narrow_kms_policy(topology: Topology, backend: Any) -> None:
    """The policy of the KMS endpoint names one role and two actions. Its flows stay ACCEPT: a denial is an HTTP 403."""
    backend.vpc_end_points[topology.endpoints["kms"]].policy_document = narrowed_kms_policy(
        topology.account, topology.region
    )


ACTS = (
    Act(-20, "network ACL of the data tier: replies to private-a refused", narrow_reply_ports),
    Act(5, "route table private-b: S3 endpoint route lost", lose_gateway_route),
    Act(45, "endpoint policy of KMS narrowed", narrow_kms_policy),
)

SCAN_BEGINS, SCAN_ENDS = -10, 90
WELL_KNOWN = (80, 23, 443, 21, 22, 25, 3389, 110, 445, 139, 143, 53, 135, 3306, 8080, 1723, 111, 995, 993, 5900)
SWEPT = (22, 3389, 8443, 6379, 5432, 9200)


class Scan:
    """A port scan from one address: all low ports of two hosts, and six ports of every public interface."""

    def __init__(self, topology: Topology, seed: int, rate: float) -> None:
        random = Random(seed)
        low = random.sample(range(1, 1025), 1024)
        self._public = [each for each in topology.interfaces.values() if each.public]
        self._hosts = (topology.interfaces["bastion"], topology.interfaces["status-page"])
        self._ports = [*WELL_KNOWN, *(port for port in low if port not in WELL_KNOWN)]
        self._a_second = max(2, round(rate * 0.05))
        self.source = PORT_SCANNER

    def probes(self, second: int) -> list[tuple[Interface, int]]:
        """The targets and ports knocked at in one second, counted from the start of the demo."""
        if not SCAN_BEGINS <= second < SCAN_ENDS:
            return []
        turn = (second - SCAN_BEGINS) * self._a_second
        return [self._probe(turn + place) for place in range(self._a_second)]

    def _probe(self, turn: int) -> tuple[Interface, int]:
        """Every fifth probe sweeps the public interfaces, the others go down the ports of one host, then the other."""
        if turn % 5 == 0:
            sweep = turn // 5
            return self._public[sweep % len(self._public)], SWEPT[sweep // len(self._public) % len(SWEPT)]
        down = turn - turn // 5 - 1
        host, port = divmod(down, len(self._ports))
        return self._hosts[host % len(self._hosts)], self._ports[port]
