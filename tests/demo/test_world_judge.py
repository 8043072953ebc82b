"""Verdicts on single packets, by the rules that are planted and as they are edited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws
from moto.ec2.models import ec2_backends

from tui.demo.world.incident import lose_gateway_route, narrow_reply_ports
from tui.demo.world.judge import Judge, Packet, Verdict
from tui.demo.world.plant import plant
from tui.demo.world.routes import Routes
from tui.demo.world.topology import Topology

World = tuple[Topology, Any, Judge]
BY_GROUP, BY_ACL, ACCEPTED = Verdict(False, "security group"), Verdict(False, "network ACL"), Verdict(True)


@pytest.fixture
def world() -> Iterator[World]:
    """A planted world and its judge."""
    with mock_aws():
        topology = plant(7, "123456789012", "eu-west-1")
        backend = ec2_backends["123456789012"]["eu-west-1"]
        yield topology, backend, Judge(backend)


def verdict(
    world: World, at: str, source: str, destination: str, port: int, *, reply: bool = False, protocol: int = 6
) -> Verdict:
    """The verdict at one interface; ends are names of interfaces or addresses."""
    topology, _, judge = world
    places = topology.interfaces
    first = places[source].address if source in places else source
    last = places[destination].address if destination in places else destination
    direction = "egress" if at == source else "ingress"
    return judge.judge(Packet(places[at].id, direction, first, last, port, protocol, reply))


@pytest.mark.parametrize(
    ("at", "source", "destination", "port", "expected"),
    [
        ("alb-web-a", "198.51.100.7", "alb-web-a", 443, ACCEPTED),
        ("alb-web-a", "198.51.100.7", "alb-web-a", 8080, BY_GROUP),
        ("app-1", "app-1", "db-writer", 5432, ACCEPTED),
        ("db-writer", "app-1", "db-writer", 5432, ACCEPTED),
        ("web-3", "web-3", "db-writer", 5432, ACCEPTED),
        ("db-writer", "web-3", "db-writer", 5432, BY_GROUP),
        ("app-1", "app-1", "198.51.100.7", 443, BY_GROUP),
        ("app-1", "app-1", "203.0.113.140", 443, ACCEPTED),
        ("app-1", "app-1", "52.216.1.9", 443, ACCEPTED),
        ("workspace-2", "10.9.4.7", "workspace-2", 3389, BY_GROUP),
        ("nat-a", "192.0.2.9", "nat-a", 22, BY_ACL),
        ("nat-a", "192.0.2.9", "nat-a", 8080, ACCEPTED),
        ("nat-a", "192.0.2.70", "nat-a", 8080, BY_ACL),
        ("bastion", "198.51.100.241", "bastion", 22, ACCEPTED),
        ("wiki", "prometheus", "wiki", 9100, ACCEPTED),
        ("wiki", "ci-1", "wiki", 9100, BY_GROUP),
    ],
)
def test_a_request_is_judged_by_group_then_acl(
    world: World, at: str, source: str, destination: str, port: int, expected: Verdict
) -> None:
    """CIDRs, group references, prefix lists, the order of ACL entries, and interfaces without any group."""
    assert verdict(world, at, source, destination, port) == expected


def test_a_security_group_keeps_state_and_an_acl_does_not(world: World) -> None:
    """A reply needs no group rule, but still an ACL entry for its port."""
    assert verdict(world, "app-1", "203.0.113.140", "app-1", 40000) == BY_GROUP
    assert verdict(world, "app-1", "203.0.113.140", "app-1", 40000, reply=True) == ACCEPTED
    assert verdict(world, "app-1", "203.0.113.140", "app-1", 800, reply=True) == BY_ACL


def test_an_acl_is_not_asked_within_a_subnet(world: World) -> None:
    """Port 5433 between two nodes of the warehouse has a group rule and no ACL entry, and passes."""
    assert verdict(world, "redshift-node-1", "redshift-leader", "redshift-node-1", 5433) == ACCEPTED
    assert verdict(world, "db-writer", "db-writer", "app-1", 900, reply=True) == BY_ACL


def test_an_edited_entry_counts_after_refresh(world: World) -> None:
    """After the incident's edit, replies to private-a stop at the ACL; those to private-b go on."""
    topology, backend, judge = world
    assert verdict(world, "db-writer", "db-writer", "app-1", 40000, reply=True) == ACCEPTED
    assert not judge.refresh()
    narrow_reply_ports(topology, backend)
    assert judge.refresh()
    assert verdict(world, "db-writer", "db-writer", "app-1", 40000, reply=True) == BY_ACL
    assert verdict(world, "db-writer", "db-writer", "app-1", 30000, reply=True) == ACCEPTED
    assert verdict(world, "db-writer", "db-writer", "app-2", 40000, reply=True) == ACCEPTED


def test_an_entry_written_over_the_wire_is_understood(world: World) -> None:
    """A deny with numbers as text, as moto keeps what a client sent, comes before the entries it is put before."""
    topology, backend, judge = world
    backend.create_network_acl_entry(
        network_acl_id=topology.acls["data"], rule_number="50", protocol="6", rule_action="deny", egress="true",
        cidr_block="10.0.0.0/16", icmp_code=None, icmp_type=None,
        port_range_from="1024", port_range_to="65535", ipv6_cidr_block=None,
    )  # fmt: skip
    assert judge.refresh()
    assert verdict(world, "db-writer", "db-writer", "app-2", 40000, reply=True) == BY_ACL


def test_ports_between_which_no_rule_draws_a_line_are_one_band(world: World) -> None:
    """Verdicts are remembered by band, so a band must not span the edge of a rule."""
    judge = world[2]
    assert judge.band(40000, reply=False) == judge.band(50000, reply=False)
    assert len({judge.band(port, reply=False) for port in (442, 443, 444, 1023, 1024, 32767, 32768)}) == 7
    assert judge.band(8443, reply=True) == judge.band(9000, reply=True)
    assert judge.band(1023, reply=True) < judge.band(1024, reply=True)


def test_the_longest_prefix_decides_the_way(world: World) -> None:
    """S3 goes to its endpoint while the route is there, and to the NAT gateway after."""
    topology, backend, _ = world
    routes = Routes(backend)
    table = topology.route_tables["private-b"]
    assert routes.way(table, "52.216.1.9").target == topology.endpoints["s3"]
    assert routes.way(table, "10.0.48.9").kind == "local"
    assert routes.way(table, "10.1.16.9").kind == "peering"
    lose_gateway_route(topology, backend)
    assert routes.refresh()
    assert routes.way(table, "52.216.1.9").kind == "nat"
    assert routes.way(topology.route_tables["data"], "192.0.2.1").kind == ""
