"""Endpoint services: those that endpoints lead to, and those that the reader's own account offers to others.

Frozen values as in tui.network.place: text is clean, what AWS left out is '' or empty. Times are Unix seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

from tui.network.place import Tags


@dataclass(frozen=True, slots=True)
class Service:
    """A service that endpoints can lead to.

    `name` is the whole name (com.amazonaws.eu-west-1.s3); `kinds` the types of endpoint it takes (Interface, Gateway).
    `takes_policy` is VpcEndpointPolicySupported, None where it is not told: this flag, not a list of names, answers
    whether endpoint policies work. `zones` are names of zones, `private_names` what private DNS would resolve;
    `address_types` (ipv4, ipv6) what it can be reached by, empty where it is not told.
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ServiceDetail.html
    """

    name: str
    kinds: tuple[str, ...] = ()
    owner: str = ""
    takes_policy: bool | None = None
    acceptance_required: bool | None = None
    zones: tuple[str, ...] = ()
    private_names: tuple[str, ...] = ()
    address_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnedService:
    """An endpoint service of the reader's account (vpce-svc-…); `state` in lower camel case (available).

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ServiceConfiguration.html
    """

    id: str
    service: str = ""
    name: str = ""
    state: str = ""
    kinds: tuple[str, ...] = ()
    acceptance_required: bool = False
    zones: tuple[str, ...] = ()
    load_balancers: tuple[str, ...] = ()
    private_name: str = ""
    tags: Tags = ()


@dataclass(frozen=True, slots=True)
class Connection:
    """An endpoint of somebody's that is connected to a service of the reader's, or wants to be.

    `service` is the id of the OwnedService, `owner` the account of the endpoint; `state` in lower camel case
    (pendingAcceptance). https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpointConnection.html
    """

    service: str
    endpoint: str
    owner: str = ""
    state: str = ""
    created: float | None = None
    load_balancers: tuple[str, ...] = ()
