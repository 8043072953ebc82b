"""Connections to a service of the reader's, accepted or rejected, and looked at until AWS shows it."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tui.aws.change_call import LOOKS, Carrier, LostError, Steps
from tui.aws.inventory_service import state_of
from tui.aws.refusal import RefusedError
from tui.aws.rule import Trouble
from tui.network.order import AnswerConnection, Stage

_SHOWN, _LOST = 120.0, 15.0  # seconds in which AWS has to show it


def answer_connection(carrier: Carrier, order: AnswerConnection) -> Steps[None]:
    """See AnswerConnection.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AcceptVpcEndpointConnections.html
    """
    operation = "AcceptVpcEndpointConnections" if order.accept else "RejectVpcEndpointConnections"
    verb, done = ("accept", "accepted") if order.accept else ("reject", "rejected")
    mine, lost = order.endpoint, ""
    try:
        answer = yield from carrier.send(operation, order.service, ServiceId=order.service, VpcEndpointIds=[mine])
        refused = carrier.refusal_of(answer.get("Unsuccessful"))
        if refused:
            carrier.end(Stage.REFUSED, f"AWS does not {verb} {mine}: {refused}; nothing was changed")
        yield carrier.told(Stage.SENT, f"AWS has {done} {mine}; reading it back")
    except LostError as error:
        lost = str(error)
        yield carrier.told(Stage.SENT, f"{lost}: looking whether AWS has taken it")
    wanted = {"available"} if order.accept else {"rejected", ""}
    state = ""
    for state in _states(carrier, order.service, _LOST if lost else _SHOWN):
        if state.lower() in wanted:
            carrier.end(Stage.DONE, f"{mine} is {done}" + (", though the answer was lost" if lost else ""))
        if state.lower() in {"failed", "expired", "deleting", "deleted"}:
            break
    if order.accept and state.lower() == "pending":
        carrier.end(Stage.DONE, f"{mine} is accepted, and pending still")
    told = f"{lost}, and" if lost else "AWS said yes, but"
    carrier.end(Stage.UNSURE, f"{told} {mine} is {state or 'not listed'} still: look again in a few minutes")


def _states(carrier: Carrier, service: str, limit: float) -> Iterator[str]:
    """The connection's state as AWS shows it, again and again; '' where it is not listed."""
    until = time.monotonic() + limit
    filters = [
        {"Name": "service-id", "Values": [service]},
        {"Name": "vpc-endpoint-id", "Values": [carrier.endpoint]},
    ]
    for count in range(10_000):
        try:
            items = carrier.read("DescribeVpcEndpointConnections", "VpcEndpointConnections", service, Filters=filters)
            found = [
                state_of(each, "VpcEndpointState") for each in items if each.get("VpcEndpointId") == carrier.endpoint
            ]
            yield found[0] if found else ""
        except RefusedError as error:
            if error.trouble is Trouble.DENIED:
                carrier.end(Stage.UNSURE, f"AWS may have done it, but it cannot be looked at: {error.reason}")
        if time.monotonic() >= until:
            return
        carrier.rest(LOOKS[min(count, len(LOOKS) - 1)])
