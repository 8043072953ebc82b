"""Every field a flow log can carry: one line each, read by the parser, the views, the headings and the help."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """How a value is read and held; the parser gives each kind its column type."""

    TEXT = "text"  # few distinct values: ids, names, codes
    ADDRESS = "address"  # IPv4 or IPv6 as text
    TAG = "tag"  # percent-encoded UTF-8, kept raw, decoded for display
    ACTION = "action"  # ACCEPT or REJECT
    STATUS = "status"  # OK, NODATA or SKIPDATA
    BYTE = "byte"  # 0 to 255
    PORT = "port"  # 0 to 65,535
    COUNT = "count"  # 0 to 2^63-1
    SECONDS = "seconds"  # Unix time, 0 to 2^32-1


@dataclass(frozen=True, slots=True)
class Field:
    """One named value of a flow record.

    `name` is Amazon's, as written in a LogFormat without `${}`; `since` the flow-log version that brought it.
    """

    since: int
    name: str
    kind: Kind
    heading: str
    meaning: str
    unit: str = ""


_T, _A, _G = Kind.TEXT, Kind.ADDRESS, Kind.TAG
_B, _P, _N, _S = Kind.BYTE, Kind.PORT, Kind.COUNT, Kind.SECONDS

# https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html (versions 2 to 5, 7 to 11) and
# https://docs.aws.amazon.com/vpc/latest/tgw/tgw-flow-logs.html (version 6).
FIELDS: tuple[Field, ...] = (
    Field(2, "version", _B, "Ver", "the highest version among the fields of the log format"),
    Field(2, "account-id", _T, "Account", "owner of the network interface; unknown for those a service made"),
    Field(2, "interface-id", _T, "ENI", "the network interface that saw the flow"),
    Field(2, "srcaddr", _A, "Source", "source address; for egress the interface's primary private address"),
    Field(2, "dstaddr", _A, "Destination", "destination address; for ingress the interface's primary private address"),
    Field(2, "srcport", _P, "SPort", "source port; 0 for ICMP"),
    Field(2, "dstport", _P, "DPort", "destination port; 0 for ICMP"),
    Field(2, "protocol", _B, "Proto", "IANA protocol number"),
    Field(2, "packets", _N, "Packets", "packets in the capture window"),
    Field(2, "bytes", _N, "Bytes", "bytes in the capture window", "B"),
    Field(2, "start", _S, "Start", "when the first packet of the window was seen", "s"),
    Field(2, "end", _S, "End", "when the last packet of the window was seen", "s"),
    Field(2, "action", Kind.ACTION, "Action", "ACCEPT, or REJECT: refused by a rule or late after the close"),
    Field(2, "log-status", Kind.STATUS, "Status", "OK; NODATA: no traffic; SKIPDATA: AWS lost records"),
    Field(3, "vpc-id", _T, "VPC", "VPC of the network interface"),
    Field(3, "subnet-id", _T, "Subnet", "subnet of the network interface"),
    Field(3, "instance-id", _T, "Instance", "instance of the network interface, if it is the reader's own"),
    Field(3, "tcp-flags", _B, "Flags", "OR of FIN 1, SYN 2, RST 4 and SYN-ACK 18 over the capture window"),
    Field(3, "type", _T, "Type", "IPv4, IPv6 or EFA"),
    Field(3, "pkt-srcaddr", _A, "Pkt source", "source address in the packet, before any translation"),
    Field(3, "pkt-dstaddr", _A, "Pkt dest", "destination address in the packet, before any translation"),
    Field(4, "region", _T, "Region", "Region of the network interface"),
    Field(4, "az-id", _T, "AZ", "Availability Zone of the network interface"),
    Field(4, "sublocation-type", _T, "Subloc", "wavelength, outpost or localzone"),
    Field(4, "sublocation-id", _T, "Subloc id", "id of the sublocation"),
    Field(5, "pkt-src-aws-service", _T, "Src service", "AWS service that owns pkt-srcaddr"),
    Field(5, "pkt-dst-aws-service", _T, "Dst service", "AWS service that owns pkt-dstaddr"),
    Field(5, "flow-direction", _T, "Dir", "ingress or egress, seen from the network interface"),
    Field(5, "traffic-path", _B, "Path", "how egress traffic left"),
    Field(6, "resource-type", _T, "Resource", "TransitGateway"),
    Field(6, "tgw-id", _T, "TGW", "the transit gateway"),
    Field(6, "tgw-attachment-id", _T, "Attachment", "the attachment that saw the flow"),
    Field(6, "tgw-src-vpc-account-id", _T, "Src account", "owner of the source VPC"),
    Field(6, "tgw-dst-vpc-account-id", _T, "Dst account", "owner of the destination VPC"),
    Field(6, "tgw-src-vpc-id", _T, "Src VPC", "source VPC"),
    Field(6, "tgw-dst-vpc-id", _T, "Dst VPC", "destination VPC"),
    Field(6, "tgw-src-subnet-id", _T, "Src subnet", "source subnet"),
    Field(6, "tgw-dst-subnet-id", _T, "Dst subnet", "destination subnet"),
    Field(6, "tgw-src-eni", _T, "Src ENI", "attachment interface on the source side"),
    Field(6, "tgw-dst-eni", _T, "Dst ENI", "attachment interface on the destination side"),
    Field(6, "tgw-src-az-id", _T, "Src AZ", "Availability Zone of the source"),
    Field(6, "tgw-dst-az-id", _T, "Dst AZ", "Availability Zone of the destination"),
    Field(6, "tgw-pair-attachment-id", _T, "Pair", "the attachment the flow leaves by, or came by"),
    Field(6, "packets-lost-no-route", _N, "No route", "packets dropped because no route was found"),
    Field(6, "packets-lost-blackhole", _N, "Blackhole", "packets dropped by a blackhole route"),
    Field(6, "packets-lost-mtu-exceeded", _N, "MTU", "packets dropped because they were too large"),
    Field(6, "packets-lost-ttl-expired", _N, "TTL", "packets dropped because their time to live ran out"),
    Field(7, "ecs-cluster-arn", _T, "ECS cluster ARN", "cluster of the task"),
    Field(7, "ecs-cluster-name", _T, "ECS cluster", "cluster of the task"),
    Field(7, "ecs-container-instance-arn", _T, "ECS host ARN", "container instance; none on Fargate"),
    Field(7, "ecs-container-instance-id", _T, "ECS host", "container instance; none on Fargate"),
    Field(7, "ecs-container-id", _T, "Container", "runtime id of the first container"),
    Field(7, "ecs-second-container-id", _T, "Container 2", "runtime id of the second container"),
    Field(7, "ecs-service-name", _T, "ECS service", "service that started the task, if any"),
    Field(7, "ecs-task-definition-arn", _T, "ECS task def", "definition of the task"),
    Field(7, "ecs-task-arn", _T, "ECS task ARN", "the task"),
    Field(7, "ecs-task-id", _T, "ECS task", "the task"),
    Field(8, "reject-reason", _T, "Reason", "BPA: refused by VPC Block Public Access"),
    Field(9, "resource-id", _T, "Resource id", "the regional NAT gateway"),
    Field(10, "encryption-status", _B, "Encrypted", "0 none, 1 by Nitro, 2 by the application, 3 both"),
    Field(11, "instance-tag", _G, "Instance tag", "value of the first chosen tag of the instance"),
    Field(11, "instance-tag-2", _G, "Instance tag 2", "value of the second chosen tag of the instance"),
    Field(11, "interface-tag", _G, "ENI tag", "value of the first chosen tag of the interface"),
    Field(11, "interface-tag-2", _G, "ENI tag 2", "value of the second chosen tag of the interface"),
    Field(11, "asg-tag", _G, "ASG tag", "value of the first chosen tag of the Auto Scaling group"),
    Field(11, "asg-tag-2", _G, "ASG tag 2", "value of the second chosen tag of the Auto Scaling group"),
    Field(11, "interface-type", _T, "ENI type", "nat_gateway, network_load_balancer, transit_gateway, vpc_endpoint …"),
    Field(11, "next-hop-interface-id", _T, "Next ENI", "the interface the packet goes to, or came from"),
    Field(11, "next-hop-subnet-id", _T, "Next subnet", "subnet of the next hop"),
    Field(11, "next-hop-az-id", _T, "Next AZ", "Availability Zone of the next hop"),
    Field(11, "next-hop-vpc-id", _T, "Next VPC", "VPC of the next hop"),
    Field(11, "next-hop-interface-type", _T, "Next type", "type of the next hop's interface"),
)

BY_NAME: dict[str, Field] = {field.name: field for field in FIELDS}


def field_named(name: str) -> Field:
    """The field of that name; a name not in the table is a text field of a version to come, never an error."""
    return BY_NAME.get(name) or Field(0, name, Kind.TEXT, name, "not known to this version of vpctop")
