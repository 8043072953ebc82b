"""What an endpoint's policy lets through, in two words; read once a text."""

from __future__ import annotations

from functools import lru_cache

from tui.cache.carriage import Access
from tui.network.health import kind_of
from tui.network.rules import Endpoint
from tui.network.service import Service
from tui.policies.english import is_full_access
from tui.policies.grammar import read_policy


def access_of(endpoint: Endpoint, service: Service | None = None) -> Access:
    """The two words.

    Gateway Load Balancer endpoints and those of services without VpcEndpointPolicySupported take no policy: full access.
    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    if not endpoint.policy.strip():
        takes = service.takes_policy if service else None
        if takes is False or kind_of(endpoint) == "GatewayLoadBalancer" or "vpce-svc-" in endpoint.service:
            return Access.NOT_TAKEN
        return Access.NONE
    return _of_text(endpoint.policy)


@lru_cache(1_024)
def _of_text(text: str) -> Access:
    policy = read_policy(text).policy
    if policy is None:
        return Access.UNREADABLE
    if is_full_access(policy):
        return Access.FULL
    if not any(statement.effect == "Allow" for statement in policy.statements):
        return Access.NOTHING
    return Access.RESTRICTED
