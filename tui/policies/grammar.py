"""From text to a Policy, and what of the text is against the grammar of policies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from tui.policies.finding import FAILING, Finding, Severity
from tui.policies.json_reader import read_json
from tui.policies.model import (
    NEW_VERSION,
    OLD_VERSION,
    OPERATORS,
    PRINCIPAL_KINDS,
    Condition,
    Policy,
    Principal,
    Statement,
    parse_operator,
)
from tui.policies.spelling import nearest
from tui.policies.text import Document, Node, shown


class Form(Enum):
    """What a policy is attached to, as far as that decides which elements it must have."""

    ENDPOINT = "endpoint"
    RESOURCE = "resource"  # a bucket, a key, a queue; a resource control policy
    TRUST = "trust"  # a role: it names no resource
    IDENTITY = "identity"  # a user or role, boundary, session, service control policy: it names no principal


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a text.

    Attributes:
        document: the text with its places.
        draft: as much of the policy as could be read; elements that are wrong are left out of it.
        findings: what is against JSON or the grammar, in the order of the text.
    """

    document: Document
    draft: Policy
    findings: tuple[Finding, ...]

    @property
    def policy(self) -> Policy | None:
        """The policy, if nothing is wrong with its grammar: only such a one decides anything."""
        return None if any(finding.severity in FAILING for finding in self.findings) else self.draft


_POLICY = ("Version", "Id", "Statement")
_STATEMENT = (
    *("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction"),
    *("Resource", "NotResource", "Condition"),
)
_JSON_WORDS = {"object": "an object", "array": "an array", "string": "a string", "number": "a number"}


def read_policy(text: str, form: Form = Form.ENDPOINT) -> Reading:
    """Read a policy. Never raises, whatever the text: see Reading.findings."""
    return read_document(read_json(text), form)


def read_document(document: Document, form: Form = Form.ENDPOINT) -> Reading:
    """The same of a text that was read as JSON already."""
    reader = _Reader(document, form)
    for complaint in document.complaints:
        reader.add("error", complaint.code, complaint.at, complaint.message, complaint.fix)
    draft = reader.policy(document.root) if document.root is not None else Policy("", "", ())
    findings = tuple(sorted(reader.findings, key=lambda finding: (finding.line, finding.column)))
    return Reading(document, draft, findings)


def finding_at(document: Document, severity: Severity, code: str, at: int, message: str, fix: str = "") -> Finding:
    """A finding about text[at]."""
    line, column = document.place(at)
    return Finding(code, severity, message, line, column, document.path(at), fix)


class _Reader:
    """One reading; it collects findings as it goes."""

    def __init__(self, document: Document, form: Form) -> None:
        self.document = document
        self.form = form
        self.findings: list[Finding] = []

    def add(self, severity: Severity, code: str, at: int, message: str, fix: str = "") -> None:
        self.findings.append(finding_at(self.document, severity, code, at, message, fix))

    def error(self, code: str, node: Node, message: str, fix: str = "") -> None:
        self.add("error", code, node.start, message, fix)

    # The policy and its statements

    def policy(self, root: Node) -> Policy:
        if root.kind != "object":
            self.mismatch(root, "a policy", "an object")
            return Policy("", "", ())
        self.elements(root, _POLICY, "policy")
        version = self.word(root, "Version")
        if version is not None and version.text not in {OLD_VERSION, NEW_VERSION}:
            told = f'the version {shown(version.text)} is neither "{NEW_VERSION}" nor "{OLD_VERSION}"'
            self.error("INVALID_VERSION", version, told, f'Write "Version": "{NEW_VERSION}".')
        told_id = self.word(root, "Id")
        written = root.get("Statement")
        if written is None:
            fix = 'Add "Statement": [ … ] with at least one statement.'
            self.error("MISSING_STATEMENT", root, "the policy has no Statement", fix)
        statements = tuple(self.statements(written)) if written is not None else ()
        return Policy(version.text if version else "", told_id.text if told_id else "", statements, root)

    def statements(self, written: Node) -> Iterator[Statement]:
        if written.kind not in {"object", "array"}:
            self.mismatch(written, "Statement", "an object or an array of objects")
            return
        if written.kind == "array" and not written.items:
            self.error("MISSING_STATEMENT", written, "the Statement holds no statement", "Add at least one.")
        for index, node in enumerate(written.each()):
            if node.kind == "object":
                yield self.statement(index, node)
            else:
                self.mismatch(node, "a statement", "an object")

    def statement(self, index: int, node: Node) -> Statement:
        self.elements(node, _STATEMENT, "statement")
        for element in ("Principal", "Action", "Resource"):
            self.presence(node, element)
        sid = self.word(node, "Sid")
        effect = self.word(node, "Effect")
        if node.get("Effect") is None:
            self.error("MISSING_EFFECT", node, "the statement has no Effect", 'Add "Effect": "Allow" or "Deny".')
        elif effect is not None and effect.text not in {"Allow", "Deny"}:
            told = f'the Effect is {shown(effect.text)}; it must be "Allow" or "Deny", in this case'
            self.error("INVALID_EFFECT", effect, told, 'Write "Allow" or "Deny".')
        who = node.get("Principal") or node.get("NotPrincipal")
        actions = self.strings(node, "Action")
        resources = self.strings(node, "Resource")
        return Statement(
            index=index,
            sid=sid.text if sid else "",
            effect=effect.text if effect else "",
            principals=tuple(self.principals(who)) if who else (),
            not_principal=node.get("Principal") is None and node.get("NotPrincipal") is not None,
            actions=tuple(action.text for action in actions),
            not_action=node.get("Action") is None and node.get("NotAction") is not None,
            resources=tuple(resource.text for resource in resources),
            not_resource=node.get("Resource") is None and node.get("NotResource") is not None,
            conditions=tuple(self.conditions(node.get("Condition"))),
            node=node,
            action_nodes=actions,
            resource_nodes=resources,
        )

    def presence(self, node: Node, element: str) -> None:
        """Exactly one of an element and its Not form, or none at all where the form of the policy has no such element."""
        named, negated = node.name_of(element), node.name_of(f"Not{element}")
        if named is not None and negated is not None:
            told = f"{element} and Not{element} stand in one statement"
            self.error("UNSUPPORTED_ELEMENT_COMBINATION", max(named, negated, key=_start), told, "Keep one of them.")
        unwanted = {Form.IDENTITY: "Principal", Form.TRUST: "Resource"}.get(self.form) == element
        found = named or negated
        if unwanted and found is not None:
            told = f"{found.text} has no place in a policy of this kind"
            self.error(f"UNSUPPORTED_{element.upper()}", found, told, "Remove it.")
        if found is None and not unwanted:
            like = {
                "Principal": '"Principal": "*"',
                "Action": '"Action": "s3:GetObject"',
                "Resource": '"Resource": "*"',
            }
            self.error(f"MISSING_{element.upper()}", node, f"the statement has no {element}", f"Add {like[element]}.")

    def elements(self, node: Node, known: tuple[str, ...], what: str) -> None:
        """Every name of an object is an element of the grammar, in its case."""
        by_folded = {name.lower(): name for name in known}
        for name, _ in node.members:
            if name.text not in known:
                near = by_folded.get(name.text.lower()) or nearest(name.text, known)
                fix = f"Write {near}." if near else f"A {what} has {', '.join(known)}."
                told = f"{shown(name.text)} is no element of a {what}"
                self.error("INVALID_POLICY_ELEMENT", name, told, fix)

    # Values

    def mismatch(self, node: Node, what: str, wanted: str) -> None:
        told = f"{what} must be {wanted}, not {_JSON_WORDS.get(node.kind, node.text)}"
        self.error("DATA_TYPE_MISMATCH", node, told, f"Write {wanted}.")

    def word(self, node: Node, element: str) -> Node | None:
        """The string of an element; None if there is none."""
        value = node.get(element)
        if value is not None and value.kind != "string":
            self.mismatch(value, element, "a string")
            return None
        return value

    def strings(self, node: Node, element: str) -> tuple[Node, ...]:
        """The strings of an element or of its Not form."""
        name = element if node.get(element) is not None else f"Not{element}"
        value = node.get(name)
        if value is None:
            return ()
        if value.kind not in {"string", "array"}:
            self.mismatch(value, name, "a string or an array of strings")
            return ()
        for item in value.each():
            if item.kind != "string":
                self.mismatch(item, f"an item of {name}", "a string")
        return tuple(item for item in value.each() if item.kind == "string")

    def principals(self, node: Node) -> Iterator[Principal]:
        if node.kind == "string" and node.text == "*":
            yield Principal("*", "*", node)
        elif node.kind == "string":
            told = f"the principal {shown(node.text)} does not say what kind it is"
            self.error("INVALID_PRINCIPAL_FORMAT", node, told, 'Write "*", or {"AWS": "…"}.')
        elif node.kind != "object":
            self.mismatch(node, "Principal", '"*" or an object such as {"AWS": "…"}')
        for kind, values in node.members:
            if kind.text not in PRINCIPAL_KINDS:
                near = nearest(kind.text, PRINCIPAL_KINDS)
                told = f"{shown(kind.text)} is no kind of principal"
                fix = f"Write {near}." if near else f"There are {', '.join(PRINCIPAL_KINDS)}."
                self.error("INVALID_PRINCIPAL_KEY", kind, told, fix)
                continue
            if values.kind not in {"string", "array"}:
                self.mismatch(values, f"the principal {kind.text}", "a string or an array of strings")
                continue
            for value in values.each():
                if value.kind == "string":
                    yield Principal(kind.text, value.text, value)
                else:
                    self.mismatch(value, f"a principal {kind.text}", "a string")

    # Conditions

    def conditions(self, block: Node | None) -> Iterator[Condition]:
        if block is None:
            return
        if block.kind != "object":
            self.mismatch(block, "Condition", "an object of operators")
            return
        for operator, keys in block.members:
            if keys.kind != "object":
                self.mismatch(keys, f"the operator {shown(operator.text)}", "an object of condition keys")
                continue
            parsed = self.operator(operator)
            for key, values in keys.members:
                taken = tuple(self.condition_values(key, values))
                if parsed is not None:
                    base, qualifier, if_exists = parsed
                    texts = tuple(value.text for value in taken)
                    yield Condition(base, qualifier, if_exists, key.text, texts, key, operator, taken)

    def operator(self, name: Node) -> tuple[str, str, bool] | None:
        """Operator, qualifier and IfExists of what is written before the keys."""
        parsed = parse_operator(name.text)
        if parsed is None:
            near = nearest(name.text, tuple(OPERATORS.values()))
            fix = f"Write {near}." if near else "See the condition operators of IAM."
            self.error("INVALID_CONDITION_OPERATOR", name, f"{shown(name.text)} is no condition operator", fix)
        elif parsed[0] == "Null" and parsed[2]:
            told = "Null asks whether a key exists; IfExists has no meaning with it"
            self.error("NULL_WITH_IF_EXISTS", name, told, "Write Null.")
            return None
        return parsed

    def condition_values(self, key: Node, values: Node) -> Iterator[Node]:
        for value in values.each():
            if value.kind in {"string", "number", "boolean"}:
                yield value
            else:
                self.mismatch(value, f"a value of {shown(key.text)}", "a string, a number, true or false")


def _start(node: Node) -> int:
    return node.start
