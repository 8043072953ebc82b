"""Endpoints made, changed and deleted, each followed until AWS shows that it is so."""

from __future__ import annotations

import re
import time
import uuid
from typing import Any

from tui.aws.change_call import Carrier, LostError, Steps
from tui.aws.change_policy import refuse_long
from tui.network.order import CreateEndpoint, DeleteEndpoint, ModifyEndpoint, Stage, dns_options
from tui.network.rules import Endpoint

_KNOWN = 30.0  # seconds in which AWS has to know what it has made: its answers agree with each other in the end only
_CREATED, _CHANGED, _DELETED, _LOST = 600.0, 120.0, 600.0, 15.0  # seconds in which AWS has to show it
_ID = re.compile(r"vpce-[0-9a-zA-Z]{1,32}")


def create(carrier: Carrier, order: CreateEndpoint) -> Steps[None]:
    """See CreateEndpoint. Its ClientToken lets it be asked for again when the answer was lost, and be made once.

    https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
    """
    refuse_long(carrier, order.policy)
    asked = _asked(order) | {"ClientToken": str(uuid.uuid4())}
    what = f"{order.service} in {order.vpc}"
    try:
        answer = yield from carrier.send("CreateVpcEndpoint", what, usable=_id_in, again=True, **asked)
    except LostError as error:
        carrier.end(
            Stage.UNSURE, f"{error}: the endpoint may have been made, look for it before trying again: each costs"
        )
    carrier.endpoint = _id_in(answer)
    yield carrier.told(Stage.SENT, f"AWS has made {carrier.endpoint}")
    state, known_by = "", time.monotonic() + _KNOWN
    for now in carrier.looks(_CREATED):
        if now is None:
            if time.monotonic() > known_by:
                break
            continue
        if now.state != state:
            state = now.state
            _end_if_settled(carrier, now, order)
            yield carrier.told(Stage.SENT, f"{carrier.endpoint} is {state or 'in no state that AWS tells'}")
    carrier.end(Stage.UNSURE, f"AWS has made {carrier.endpoint}, and it is {state or 'not shown'} still")


def modify(carrier: Carrier, order: ModifyEndpoint) -> Steps[None]:
    """See ModifyEndpoint."""
    asked: dict[str, Any] = {name: list(values) for name, values, _, _ in _moves(order) if values}
    if order.private_dns is not None:
        asked["PrivateDnsEnabled"] = order.private_dns
    asked |= _addressed(order)
    if not asked:
        carrier.end(Stage.REFUSED, "there is nothing to change")
    lost = ""
    try:
        yield from carrier.send("ModifyVpcEndpoint", carrier.endpoint, VpcEndpointId=carrier.endpoint, **asked)
        yield carrier.told(Stage.SENT, "AWS has taken it; reading it back")
    except LostError as error:
        lost = str(error)
        yield carrier.told(Stage.SENT, f"{lost}: looking whether AWS has taken it")
    left: tuple[str, ...] = ()
    for now in carrier.looks(_LOST if lost else _CHANGED):
        if now is None:
            carrier.end(Stage.UNSURE, "the endpoint is gone: somebody has deleted it")
        left = _left(order, now)
        if not left:
            carrier.end(Stage.DONE, "AWS shows it as ordered" + (", though its answer was lost" if lost else ""))
    told = f"{lost}, and" if lost else "AWS said yes, but"
    carrier.end(Stage.UNSURE, f"{told} this is not shown yet: {', '.join(left) or 'the endpoint'}")


def delete(carrier: Carrier, order: DeleteEndpoint) -> Steps[None]:
    """See DeleteEndpoint."""
    mine, lost = order.endpoint, ""
    try:
        answer = yield from carrier.send("DeleteVpcEndpoints", mine, VpcEndpointIds=[mine])
        refused = carrier.refusal_of(answer.get("Unsuccessful"))
        if refused:
            carrier.end(Stage.REFUSED, f"AWS does not delete {mine}: {refused}; nothing was changed")
        yield carrier.told(Stage.SENT, f"AWS is deleting {mine}")
    except LostError as error:
        lost = str(error)
        yield carrier.told(Stage.SENT, f"{lost}: looking whether AWS has taken it")
    state = ""
    for now in carrier.looks(_LOST if lost else _DELETED):
        if now is None or now.state.lower() == "deleted":
            carrier.end(Stage.DONE, f"{mine} is gone" + (", though the answer was lost" if lost else ""))
        if now.state != state:
            state = now.state
            yield carrier.told(Stage.SENT, f"{mine} is {state}")
    told = f"{lost}, and" if lost else "AWS said yes, but"
    carrier.end(Stage.UNSURE, f"{told} {mine} is {state or 'there'} still: look again in a few minutes")


def _asked(order: CreateEndpoint) -> dict[str, Any]:
    asked: dict[str, Any] = {"VpcId": order.vpc, "ServiceName": order.service, "VpcEndpointType": order.kind}
    lists = {"SubnetIds": order.subnets, "RouteTableIds": order.route_tables, "SecurityGroupIds": order.groups}
    asked |= {name: list(values) for name, values in lists.items() if values}
    if order.kind == "Interface":
        asked["PrivateDnsEnabled"] = order.private_dns
    asked |= _addressed(order)
    if order.region:
        asked["ServiceRegion"] = order.region
    if order.policy.strip():
        asked["PolicyDocument"] = order.policy
    if order.name:
        tags = [{"Key": "Name", "Value": order.name}]
        asked["TagSpecifications"] = [{"ResourceType": "vpc-endpoint", "Tags": tags}]
    return asked


def _addressed(order: CreateEndpoint | ModifyEndpoint) -> dict[str, Any]:
    asked: dict[str, Any] = {"IpAddressType": order.ip_type} if order.ip_type else {}
    if options := dns_options(order):
        asked["DnsOptions"] = options
    return asked


def _id_in(answer: dict[str, Any]) -> str:
    """The id of the endpoint that was made; '' if the answer does not tell it."""
    told = str((answer.get("VpcEndpoint") or {}).get("VpcEndpointId") or "")
    return told if _ID.fullmatch(told) else ""


def _end_if_settled(carrier: Carrier, now: Endpoint, order: CreateEndpoint) -> None:
    """End the order where the endpoint's state is one that stays."""
    why = f" ({now.trouble})" if now.trouble else ""
    match now.state.lower():
        case "available":
            if unlike := _unlike(order, now):
                carrier.end(Stage.UNSURE, f"{now.id} is available, but not as ordered: {', '.join(unlike)}")
            carrier.end(Stage.DONE, f"{now.id} is available")
        case "pendingacceptance":
            carrier.end(Stage.DONE, f"{now.id} is made, and waits for the owner of the service to accept it")
        case "failed" | "rejected" | "expired" | "partial" | "deleting" | "deleted":
            carrier.end(Stage.REFUSED, f"{now.id} was made, and is {now.state}{why}")


def _moves(order: ModifyEndpoint) -> tuple[tuple[str, tuple[str, ...], str, bool], ...]:
    """Each parameter: its ids, the field of Endpoint they are of, and whether they are to be there."""
    return (
        ("AddSubnetIds", order.add_subnets, "subnets", True),
        ("RemoveSubnetIds", order.remove_subnets, "subnets", False),
        ("AddRouteTableIds", order.add_route_tables, "route_tables", True),
        ("RemoveRouteTableIds", order.remove_route_tables, "route_tables", False),
        ("AddSecurityGroupIds", order.add_groups, "groups", True),
        ("RemoveSecurityGroupIds", order.remove_groups, "groups", False),
    )


def _left(order: ModifyEndpoint, now: Endpoint) -> tuple[str, ...]:
    """What of the order the endpoint does not show yet."""
    left = []
    for _, ids, field, there in _moves(order):
        held = set(getattr(now, field))
        left += [f"{'with' if there else 'without'} {each}" for each in ids if (each in held) != there]
    if order.private_dns is not None and now.private_dns != order.private_dns:
        left.append(f"private DNS {'on' if order.private_dns else 'off'}")
    return (*left, *_unlike(order, now))


def _unlike(order: CreateEndpoint | ModifyEndpoint, now: Endpoint) -> tuple[str, ...]:
    """What of its addresses and names the endpoint does not show as ordered."""
    unlike = []
    if order.ip_type and now.address_type.lower() != order.ip_type:
        unlike.append(f"IP addresses {order.ip_type}")
    if order.dns_record and now.dns_record.lower() != order.dns_record:
        unlike.append(f"DNS records {order.dns_record}")
    if order.resolvers_only is not None and now.resolvers_only is not order.resolvers_only:
        unlike.append(f"private DNS {'for resolvers only' if order.resolvers_only else 'for all'}")
    return tuple(unlike)
