"""EC2 as moto answers it, put right where moto strays from AWS in what this program can see.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/
"""

from __future__ import annotations

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, ClassVar

from moto.core.responses import ActionResult
from moto.core.utils import get_service_model
from moto.ec2.exceptions import EC2ClientError

from tui.demo.ec2_endpoint import EndpointCalls
from tui.demo.ec2_filter import passing, take_ours
from tui.demo.ec2_flow_log import FlowLogCalls
from tui.demo.reply import error

PAGE_MOST = 1000  # the largest page of any Describe call

_FILTER = re.compile(r"filter '([^']*)'|filter (\S+)", re.IGNORECASE)


class CorrectedEc2(EndpointCalls, FlowLogCalls):
    """moto's EC2, with pages, with all filters that matter, and with errors where moto fails."""

    page_size: ClassVar[int | None] = None  # a limit on every page, whatever MaxResults says

    def call_action(self) -> tuple[int, dict[str, Any], Any]:
        """Perform the call; the page parameters are kept from moto, which honours them by chance."""
        self.clock.catch_up()
        if not self.clock.may(self._get_action()):
            refused = error("ec2", "RequestLimitExceeded", "Request limit exceeded.", 503)
            return refused.status, {"content-type": refused.kind}, refused.body
        try:
            self._asked_page = self._take_page()
            self._asked_filters = take_ours(self._get_action(), self.params)
            status, headers, body = super().call_action()
        except EC2ClientError as failure:
            status, headers, body = self.serialized(ActionResult(failure))
        except NotImplementedError as failure:
            status, headers, body = self.serialized(ActionResult(self._not_there(str(failure))))
        return status, headers, body

    def create_subnet(self) -> ActionResult:
        """Create a subnet; where no zone is asked for, in the next one: AWS spreads them, moto throws dice."""
        if not (self.params.get("AvailabilityZone") or self.params.get("AvailabilityZoneId")):
            zones = self.ec2_backend.describe_availability_zones()
            self.params["AvailabilityZone"] = zones[len(self.ec2_backend.describe_subnets()) % len(zones)].name
        made: ActionResult = super().create_subnet()
        return made

    def serialized(self, action_result: ActionResult) -> Any:
        """The answer in XML: the page that was asked for, if it is a list."""
        if isinstance(action_result.result, dict):
            action_result = ActionResult(self._page_of(action_result.result))
        return super().serialized(action_result)

    def _take_page(self) -> tuple[int, int | None]:
        """Where the page begins and how long it is (None: to the end)."""
        shape = get_service_model("ec2").operation_model(self._get_action()).input_shape
        limits = shape.members.get("MaxResults") if shape else None
        if limits is None:
            return 0, None
        token, size = self.params.pop("NextToken", None), self.params.pop("MaxResults", None)
        least, most = limits.metadata.get("min", 1), limits.metadata.get("max", PAGE_MOST)
        if size is not None and not least <= size <= most:
            raise EC2ClientError(
                "InvalidParameterValue",
                f"Value ( {size} ) for parameter maxResults is invalid. Expecting a value from {least} to {most}.",
            )
        if size is not None and any(self.params.get(name) for name in ("InstanceIds", "NetworkInterfaceIds")):
            raise EC2ClientError(
                "InvalidParameterCombination", "The parameter maxResults cannot be used with a list of ids."
            )
        sizes = [size for size in (size, self.page_size) if size]
        return _offset(token, self._get_action()) if token else 0, min([*sizes, PAGE_MOST]) if sizes else None

    def _page_of(self, result: Mapping[str, Any]) -> dict[str, Any]:
        start, size = self._asked_page
        whole = dict(result)
        lists = {name: list(items) for name, items in whole.items() if isinstance(items, list | tuple)}
        if self._asked_filters:
            action = self._get_action()
            lists = {name: passing(action, self._asked_filters, items) for name, items in lists.items()}
            whole |= lists
        if not lists or (size is None and not start):
            return whole
        end = start + (size or PAGE_MOST)
        for name, items in lists.items():
            whole[name] = items[start:end]
        if any(len(items) > end for items in lists.values()):
            whole["NextToken"] = _token(end, self._get_action())
        return whole

    def _not_there(self, message: str) -> EC2ClientError:
        found = _FILTER.search(message)
        if found:
            return EC2ClientError("InvalidParameterValue", f"The embedded AWS has no filter '{found[1] or found[2]}'")
        return EC2ClientError("InvalidAction", f"The action {self._get_action()} is not valid for this web service.")


def _token(offset: int, action: str) -> str:
    plain = f"{action}.{offset}"
    return urlsafe_b64encode(f"{plain}.{binascii.crc32(plain.encode()):08x}".encode()).decode()


def _offset(token: str, action: str) -> int:
    try:
        offset = int(urlsafe_b64decode(token.encode()).decode().split(".")[1])
    except (ValueError, IndexError):
        offset = -1
    if offset < 0 or _token(offset, action) != token:
        raise EC2ClientError("InvalidPaginationToken", "The specified pagination token is not valid or is expired.")
    return offset
