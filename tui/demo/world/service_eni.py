"""A network interface that an AWS service made, as DescribeNetworkInterfaces tells of it.

moto types every interface `interface`, attaches it only to instances and gives each one requester;
see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html for what is meant.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.utils import generate_dns_from_ip, random_eni_attach_id


class ServiceAttachment:
    """The attachment of a requester-managed interface: it has an owner, but no instance of the reader's."""

    def __init__(self, owner: str, when: datetime) -> None:
        self.attach_time = when
        self.attachment_id = random_eni_attach_id()
        self.delete_on_termination = False
        self.device_index = 1
        self.network_card_index = 0
        self.instance_id = None
        self.instance_owner_id = owner
        self.status = "attached"


class ServiceInterface(NetworkInterface):
    """A requester-managed interface; `owner` and `requester` as in `blueprint.Kind`."""

    def __init__(self, backend: Any, subnet: Any, address: str, **given: Any) -> None:
        owner, requester, when = given.pop("owner"), given.pop("requester"), given.pop("when")
        interface_type = given.pop("interface_type")
        super().__init__(backend, subnet, address, **given)
        if not given.get("group_ids"):
            self._group_set = []  # NAT gateways and transit gateway attachments have no security group
        self.interface_type = interface_type
        self.requester_id = requester
        self.requester_managed = True
        self.status = "in-use"
        self._attachment = ServiceAttachment(owner, when)
        self.attachment_id = self._attachment.attachment_id

    @property
    def attachment(self) -> Any:
        """What DescribeNetworkInterfaces shows as Attachment."""
        return self._attachment

    @property
    def association(self) -> dict[str, Any]:
        """The public address; a load balancer's belongs to the service."""
        if not self.public_ip:
            return {}
        owned = bool(self.ec2_backend.address_by_ip([self.public_ip], fail_if_not_found=False))
        owner = self.ec2_backend.account_id if owned else self._attachment.instance_owner_id
        return {
            "publicIp": self.public_ip,
            "publicDnsName": generate_dns_from_ip(self.public_ip),
            "ipOwnerId": owner,
        }

    def get_filter_value(self, filter_name: str, method_name: str | None = None) -> Any:
        """The value a Describe filter compares with."""
        if filter_name == "attachment.instance-owner-id":
            return self._attachment.instance_owner_id
        if filter_name == "requester-managed":
            return "true"
        return super().get_filter_value(filter_name, method_name)
