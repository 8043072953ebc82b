"""What a policy says, as frozen values: statements, principals and conditions.

The words are IAM's, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html. Two policies that
say the same compare equal, wherever their elements stand in the text: places do not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tui.policies.text import Node

NOWHERE = Node("null", 0, 0)

OLD_VERSION, NEW_VERSION = "2008-10-17", "2012-10-17"
PRINCIPAL_KINDS = ("AWS", "Service", "Federated", "CanonicalUser")

_BASES = (
    *(
        "StringEquals",
        "StringNotEquals",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        "StringLike",
        "StringNotLike",
    ),
    *(
        "NumericEquals",
        "NumericNotEquals",
        "NumericLessThan",
        "NumericLessThanEquals",
        "NumericGreaterThan",
        "NumericGreaterThanEquals",
    ),
    *("DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals"),
    *("Bool", "BinaryEquals", "IpAddress", "NotIpAddress"),
    *("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "Null"),
)
# By name in lower case: IAM does not look at the case of operators.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
OPERATORS: Mapping[str, str] = MappingProxyType({name.lower(): name for name in _BASES})
QUALIFIERS: Mapping[str, str] = MappingProxyType({"foranyvalue": "ForAnyValue", "forallvalues": "ForAllValues"})


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a statement is about. `kind` is '*' for the bare string "*", otherwise one of PRINCIPAL_KINDS as written."""

    kind: str
    value: str
    node: Node = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Condition:
    """One key of one operator, with its values; numbers and booleans as they are written (`true`, `12`).

    Attributes:
        operator: in the spelling of OPERATORS, without qualifier and IfExists.
        qualifier: '', 'ForAnyValue' or 'ForAllValues'.
        key: as written; IAM does not look at its case.
        operator_node: the name that was written; likewise `node` is the key and `value_nodes` the values.
    """

    operator: str
    qualifier: str
    if_exists: bool
    key: str
    values: tuple[str, ...]
    node: Node = field(default=NOWHERE, compare=False, repr=False)
    operator_node: Node = field(default=NOWHERE, compare=False, repr=False)
    value_nodes: tuple[Node, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. `index` counts from 0; an element that is not there is '' or empty.

    `not_principal`, `not_action` and `not_resource` tell that the element was written as NotPrincipal and so on. The
    nodes of actions and resources stand in the order of theirs.
    """

    index: int
    sid: str
    effect: str
    principals: tuple[Principal, ...]
    not_principal: bool
    actions: tuple[str, ...]
    not_action: bool
    resources: tuple[str, ...]
    not_resource: bool
    conditions: tuple[Condition, ...]
    node: Node = field(default=NOWHERE, compare=False, repr=False)
    action_nodes: tuple[Node, ...] = field(default=(), compare=False, repr=False)
    resource_nodes: tuple[Node, ...] = field(default=(), compare=False, repr=False)

    def name_of(self, element: str) -> Node:
        """Where the name of an element stands (`Action`, which stands for NotAction too); else the statement."""
        return self.node.name_of(element) or self.node.name_of(f"Not{element}") or self.node


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole policy; `version` and `id` are '' where they are not given."""

    version: str
    id: str
    statements: tuple[Statement, ...]
    node: Node = field(default=NOWHERE, compare=False, repr=False)


def parse_operator(text: str) -> tuple[str, str, bool] | None:
    """(operator, qualifier, IfExists) of `ForAnyValue:StringLikeIfExists`, in any case; None if there is none such."""
    qualifier, colon, name = text.rpartition(":")
    if colon and qualifier.lower() not in QUALIFIERS:
        return None
    lower = name.lower()
    if_exists = lower.endswith("ifexists")
    base = OPERATORS.get(lower.removesuffix("ifexists"))
    return None if base is None else (base, QUALIFIERS.get(qualifier.lower(), ""), if_exists)
