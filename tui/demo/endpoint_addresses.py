"""Addresses and DNS options of VPC endpoints, judged as AWS judges them, and kept where moto keeps nothing.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DnsOptionsSpecification.html,
https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ec2.VpcEndpointIpAddressType.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from moto.ec2.exceptions import EC2ClientError

_VERSIONS = {"ipv4": {"ipv4"}, "ipv6": {"ipv6"}, "dualstack": {"ipv4", "ipv6"}}
_RECORDS = {
    "ipv4": {"ipv4", "dualstack"},
    "ipv6": {"ipv6", "dualstack"},
    "dualstack": {"dualstack"},
    "service-defined": {"dualstack"},
}
_RESOLVERS = "PrivateDnsOnlyForInboundResolverEndpoint"


def judge_addresses(
    asked: Mapping[str, Any], endpoint: Any, service: Mapping[str, Any], subnets: Iterable[Any]
) -> None:
    """Refuse addresses that the service or a subnet has not, and records that do not go with them.

    Args:
        asked: the call's parameters.
        endpoint: the endpoint as it is, None for a new one.
        service: its service, as a ServiceDetail.
        subnets: moto's subnets that it will be in.

    Raises:
        EC2ClientError: AWS would not take it; its exact words are not documented.
    """
    was = getattr(endpoint, "ip_address_type", None) or "ipv4"
    ip_type = asked.get("IpAddressType") or was
    if ip_type not in _VERSIONS:
        raise _wrong(f"Invalid value '{ip_type}' for IpAddressType.")
    if not _VERSIONS[ip_type] <= set(service.get("SupportedIpAddressTypes") or ["ipv4"]):
        raise _wrong(f"The service {service['ServiceName']} does not support the IP address type {ip_type}.")
    for each in subnets:
        has = {"ipv4"} | ({"ipv6"} if each.ipv6_cidr_block_associations else set())
        if not _VERSIONS[ip_type] <= has or (ip_type == "ipv6" and has != {"ipv6"}):
            raise _wrong(f"The subnet {each.id} does not support the IP address type {ip_type}.")
    record = (asked.get("DnsOptions") or {}).get("DnsRecordIpType")
    if record and ip_type not in _RECORDS.get(record, ()):
        raise _wrong(f"The DNS record IP type {record} is not compatible with the IP address type {ip_type}.")


def judge_resolvers(asked: Mapping[str, Any], service: str, vpc: str, others: Iterable[Any]) -> None:
    """Private DNS for inbound Resolver endpoints only is for S3, in a VPC that has a gateway endpoint for it.

    Raises:
        EC2ClientError: AWS would not take it.
    """
    if not _is_on((asked.get("DnsOptions") or {}).get(_RESOLVERS)):
        return
    if not service.endswith(".s3"):
        raise _wrong(f"{_RESOLVERS} is not supported for service {service}.")
    if not any(
        (each.vpc_id, each.service_name, each.vpc_endpoint_type) == (vpc, service, "Gateway") for each in others
    ):
        raise _wrong(f"To set {_RESOLVERS} to true, the VPC {vpc} must have a Gateway endpoint for the service.")


def keep_addresses(asked: Mapping[str, Any], endpoint: Any) -> None:
    """What was taken is shown from now on."""
    if asked.get("IpAddressType"):
        endpoint.ip_address_type = asked["IpAddressType"]
    options = dict(getattr(endpoint, "dns_options", None) or {})
    told = dict(asked.get("DnsOptions") or {})
    if _RESOLVERS in told:
        told[_RESOLVERS] = _is_on(told[_RESOLVERS])
    if options | told:
        endpoint.dns_options = options | told


def _is_on(told: Any) -> bool:
    return str(told).lower() == "true"


def _wrong(what: str) -> EC2ClientError:
    return EC2ClientError("InvalidParameter", what)
