"""The text of flow records: everything that a flow's records share is written once, into a template.

What differs from record to record is filled in by `str.format`, by place: source port, destination port,
packets, bytes, start, end, action, TCP flags.
"""

from __future__ import annotations

from typing import NamedTuple

from tui.demo.world.topology import FlowLog, Interface

VARIABLE = {
    name: f"{{{place}}}"
    for place, name in enumerate(("srcport", "dstport", "packets", "bytes", "start", "end", "action", "tcp-flags"))
}


class Sight(NamedTuple):
    """What one interface sees of one direction of a flow.

    `source`, `destination`: the record's addresses; `packet_source`, `packet_destination`: those in the packet.
    `path` is the traffic-path code, `neighbour` the interface at the other end of the wire, if it is one of ours.
    """

    interface: Interface
    direction: str
    source: str
    destination: str
    packet_source: str
    packet_destination: str
    protocol: int
    path: str
    neighbour: Interface | None
    source_service: str = "-"
    destination_service: str = "-"


def template_of(log: FlowLog, sight: Sight, region: str) -> str:
    """The line of a record of this sight in this flow log, with gaps for what varies."""
    interface, neighbour = sight.interface, sight.neighbour
    values = {
        "srcaddr": sight.source,
        "dstaddr": sight.destination,
        "protocol": sight.protocol,
        "log-status": "OK",
        "vpc-id": interface.subnet.vpc_id,
        "subnet-id": interface.subnet.id,
        "instance-id": interface.instance_id,
        "type": "IPv6" if ":" in sight.packet_source else "IPv4",
        "pkt-srcaddr": sight.packet_source,
        "pkt-dstaddr": sight.packet_destination,
        "region": region,
        "az-id": interface.subnet.az_id,
        "pkt-src-aws-service": sight.source_service,
        "pkt-dst-aws-service": sight.destination_service,
        "flow-direction": sight.direction,
        "traffic-path": sight.path,
        "interface-type": interface.code,
        "interface-tag": interface.interface_tag,
        "instance-tag": interface.instance_tag,
    }
    if neighbour:
        values |= {
            "next-hop-interface-id": neighbour.id,
            "next-hop-interface-type": neighbour.code,
            "next-hop-subnet-id": neighbour.subnet.id,
            "next-hop-az-id": neighbour.subnet.az_id,
            "next-hop-vpc-id": neighbour.subnet.vpc_id,
        }
    return _line(log, interface, VARIABLE | values)


def status_line(log: FlowLog, interface: Interface, start: int, end: int, status: str) -> str:
    """A NODATA or SKIPDATA record: all but six fields are `-`."""
    return _line(log, interface, {"start": start, "end": end, "log-status": status})


def _line(log: FlowLog, interface: Interface, values: dict[str, object]) -> str:
    known = {"version": log.version, "account-id": interface.account_id, "interface-id": interface.id} | values
    return " ".join(str(known.get(field, "-")) for field in log.fields)
