"""The order that comes of what is chosen in a form about an endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.network.order import CreateEndpoint, ModifyEndpoint

if TYPE_CHECKING:
    from tui.network.rules import Endpoint
    from tui.screen.endpoint_draft import Draft

TABLES, SUBNETS, GROUPS, NAME = "Route tables", "Subnets", "Security groups", "Name"


def ordered(draft: Draft, policy: str) -> CreateEndpoint | ModifyEndpoint:
    """What is chosen, as an order: with the text of a policy where it is a new endpoint."""
    return _created(draft, policy) if draft.endpoint is None else _modified(draft, draft.endpoint)


def _created(draft: Draft, policy: str) -> CreateEndpoint:
    held: dict[str, tuple[str, ...]] = {SUBNETS: (), TABLES: (), GROUPS: ()}  # in the order shown
    for each in draft.choices():
        if each.mark == "x" and each.section in held:
            held[each.section] += (each.key,)
    is_interface = draft.kind == "Interface"
    return CreateEndpoint(
        draft.vpc,
        draft.service,
        draft.kind,
        held[SUBNETS],
        held[TABLES],
        held[GROUPS],
        private_dns=draft.private_dns and is_interface,
        policy=policy,
        name=draft.texts[NAME].strip(),
        ip_type=draft.ip_type if draft.kind != "Gateway" else "",
        dns_record=draft.record if is_interface else "",
        resolvers_only=draft.resolvers_only if draft.private_dns and draft.may_be_for_resolvers else None,
        region=draft.other_region,
    )


def _modified(draft: Draft, before: Endpoint) -> ModifyEndpoint:
    (more_subnets, less_subnets), (more_tables, less_tables), (more_groups, less_groups) = (
        (
            tuple(sorted(draft.chosen[section] - set(was))),
            tuple(each for each in was if each not in draft.chosen[section]),
        )
        for section, was in ((SUBNETS, before.subnets), (TABLES, before.route_tables), (GROUPS, before.groups))
    )
    return ModifyEndpoint(
        before.id,
        more_subnets,
        less_subnets,
        more_tables,
        less_tables,
        more_groups,
        less_groups,
        None if draft.private_dns == before.private_dns else draft.private_dns,
        draft.ip_type if draft.ip_type != before.address_type.lower() else "",
        draft.record if draft.record != before.dns_record.lower() else "",
        None if draft.resolvers_only == before.resolvers_only else draft.resolvers_only,
    )
