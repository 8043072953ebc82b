"""A policy put into force: read again just before, so that nobody else's change is lost, and read back after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tui.aws.change_call import Carrier, LostError, Steps
from tui.aws.refusal import RefusedError
from tui.network.order import ResetToDefault, SetPolicy, Stage
from tui.network.rules import Endpoint
from tui.policies.same import DEFAULT_POLICY, same_but_for_ids, same_meaning

# Characters, white space included: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
LONGEST = 20_480
_SHOWS, _SHOWS_LOST = 60.0, 15.0  # seconds in which AWS has to show what it has taken, and what it may have taken
_SOON = "it takes effect in a few minutes"


def set_policy(carrier: Carrier, order: SetPolicy) -> Steps[None]:
    """See SetPolicy."""
    refuse_long(carrier, order.text)
    if not order.text.strip():
        carrier.end(Stage.REFUSED, "the policy is empty: to have the default back, reset it; nothing was changed")
    yield from _put(carrier, order.was, order.text, lambda live: live.policy == order.text, PolicyDocument=order.text)


def reset_policy(carrier: Carrier, order: ResetToDefault) -> Steps[None]:
    """See ResetToDefault."""
    live = _live(carrier)
    # "(Gateway endpoint) Specify true to reset the policy document to the default policy": of no other is it documented.
    # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
    how: dict[str, Any] = {"ResetPolicy": True} if live.kind == "Gateway" else {"PolicyDocument": DEFAULT_POLICY}
    yield from _put(carrier, order.was, DEFAULT_POLICY, lambda now: same_meaning(now.policy, DEFAULT_POLICY), **how)


def refuse_long(carrier: Carrier, text: str) -> None:
    """End the order if the policy is longer than AWS takes: it is not even asked."""
    if len(text) > LONGEST:
        carrier.end(
            Stage.REFUSED,
            f"the policy has {len(text):,} characters, white space included: AWS takes {LONGEST:,}; nothing was changed",
        )


def _live(carrier: Carrier) -> Endpoint:
    """The endpoint as it is now; where it cannot be read the order ends, for nothing is written blindly."""
    try:
        live = carrier.look()
    except RefusedError as error:
        carrier.end(Stage.REFUSED, f"the live policy cannot be read, so nothing was changed: {error.reason}")
    if live is None:
        carrier.end(Stage.REFUSED, f"there is no endpoint {carrier.endpoint} in {carrier.clients.region}")
    return live


def _put(carrier: Carrier, was: str, wanted: str, is_there: Callable[[Endpoint], bool], **how: Any) -> Steps[None]:
    def check() -> None:
        live = _live(carrier)
        if is_there(live):
            carrier.end(Stage.DONE, f"AWS shows this policy already: nothing was sent; if it is new, {_SOON}")
        if not same_meaning(live.policy, was):
            carrier.end(Stage.STOPPED, "somebody has changed the policy since: nothing was changed", live=live.policy)

    lost = ""
    try:
        yield from carrier.send("ModifyVpcEndpoint", carrier.endpoint, check, VpcEndpointId=carrier.endpoint, **how)
        yield carrier.told(Stage.SENT, "AWS has taken it; reading it back")
    except LostError as error:
        lost = str(error)
        yield carrier.told(Stage.SENT, f"{lost}: looking whether AWS has taken it")
    _read_back(carrier, was, wanted, lost)


def _read_back(carrier: Carrier, was: str, wanted: str, lost: str) -> None:
    """Look until AWS shows what was sent, and end the order."""
    though = ", though its answer was lost" if lost else ""
    for now in carrier.looks(_SHOWS_LOST if lost else _SHOWS):
        if now is None:
            carrier.end(Stage.UNSURE, "the endpoint is gone: somebody has deleted it")
        if same_meaning(now.policy, wanted):
            carrier.end(Stage.DONE, f"AWS shows the new policy{though}; {_SOON}")
        if same_but_for_ids(wanted, now.policy):
            ids = "with ids (AIDA…, AROA…) for the principals"
            carrier.end(Stage.DONE, f"AWS shows the new policy{though}, {ids}; {_SOON}", live=now.policy)
        if not same_meaning(now.policy, was):
            carrier.end(Stage.UNSURE, "AWS shows another policy: neither the old nor the new one", live=now.policy)
    if lost:
        carrier.end(Stage.UNSURE, f"{lost}, and AWS shows the old policy: look again before trying again", live=was)
    carrier.end(Stage.UNSURE, "AWS said yes, but still shows the old policy: look again in a few minutes", live=was)
