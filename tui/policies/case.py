"""What the checks of a policy are asked about, and how they answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui.policies.finding import Finding, Severity
from tui.policies.grammar import finding_at
from tui.policies.model import Condition, Policy, Statement
from tui.policies.services import ANY_SERVICE, Service
from tui.policies.text import Document, Node

GATEWAY, INTERFACE = "gateway", "interface"


@dataclass(frozen=True, slots=True)
class Case:
    """A policy, and what is known of the endpoint that it belongs to; '' and None are unknown.

    Attributes:
        kind: GATEWAY or INTERFACE, or another of EC2's types in lower case.
        endpoint: vpce-…
        vpc: vpc-…
        takes_policy: DescribeVpcEndpointServices' VpcEndpointPolicySupported.
    """

    document: Document
    policy: Policy
    kind: str = ""
    service: Service = field(default=ANY_SERVICE)
    endpoint: str = ""
    vpc: str = ""
    takes_policy: bool | None = None

    def finding(self, severity: Severity, code: str, node: Node, message: str, fix: str = "") -> Finding:
        """A finding about a node of the policy."""
        return finding_at(self.document, severity, code, node.start, message, fix)

    def error(self, code: str, node: Node, message: str, fix: str = "") -> Finding:
        """What is refused, or never does what it says."""
        return self.finding("error", code, node, message, fix)

    def warning(self, code: str, node: Node, message: str, fix: str = "") -> Finding:
        """What may be wrong, or is refused only perhaps."""
        return self.finding("warning", code, node, message, fix)

    def suggestion(self, code: str, node: Node, message: str, fix: str = "") -> Finding:
        """What does no harm."""
        return self.finding("suggestion", code, node, message, fix)

    def conditions(self) -> list[tuple[Statement, Condition]]:
        """Every condition with its statement."""
        return [(statement, condition) for statement in self.policy.statements for condition in statement.conditions]
