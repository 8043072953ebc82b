"""The actions and resources that the statements of two policies tell apart: one of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from tui.policies.arn import parse_arn
from tui.policies.glob import Tokens, joined, literal, matcher, matches_folded, tokens
from tui.policies.knowledge import actions, resource_templates
from tui.policies.model import Policy, Statement
from tui.policies.reach import Patterns
from tui.policies.samples import OTHER_ACCOUNT, SAMPLE, example_arn, sample_actions
from tui.policies.variables import parts_of

_MOST_STEPS = 120_000
_NO_RESOURCE = "*"
_OBJECT = "arn:*:s3:::*/*"


def names_action(statement: Statement, action: str) -> bool:
    """Whether Action or NotAction takes an action in, given in lower case."""
    return any(matches_folded(pattern, action) for pattern in statement.actions) != statement.not_action


class Space:
    """What two policies can be asked about. `limits`: why there may be more."""

    def __init__(self, sides: tuple[tuple[Policy, bool], ...]) -> None:
        self.statements = [statement for policy, _ in sides for statement in policy.statements]
        self.limits: dict[str, None] = {}
        self._patterns: dict[Tokens, str] = {}
        for policy, variables in sides:
            for statement in policy.statements:
                for text in statement.resources:
                    self._patterns.setdefault(filled(text, variables), text)
        self._groups: list[tuple[str, ...]] | None = None
        self._resources: dict[tuple[str, str], list[tuple[str, int]]] = {}
        self._sides = [(each, variables) for policy, variables in sides for each in policy.statements]

    def action_groups(self) -> list[tuple[str, ...]]:
        """Actions of one service that the same statements name."""
        if self._groups is None:
            groups: dict[tuple[object, ...], dict[str, None]] = {}
            for action in sample_actions(pattern for each in self.statements for pattern in each.actions):
                named = [names_action(statement, action.lower()) for statement in self.statements]
                key = (action.partition(":")[0], _shape(action), *named)
                groups.setdefault(key, {})[action] = None
            self._groups = [tuple(group) for group in groups.values()]
        return self._groups

    def naming(self, action: str) -> int:
        """The statements that name an action, as bits."""
        lower = action.lower()
        return sum(1 << bit for bit, each in enumerate(self.statements) if names_action(each, lower))

    def resources(self, action: str) -> list[tuple[str, int]]:
        """A resource for each set of patterns that can match it, with the statements that may be about it, as bits."""
        key = (action.partition(":")[0], _shape(action))
        if key not in self._resources:
            texts = list(self._sampled(*key)) if key[1] else [_NO_RESOURCE]
            self._resources[key] = [(text, self._about(text)) for text in texts]
        return self._resources[key]

    def _about(self, resource: str) -> int:
        return sum(1 << bit for bit, side in enumerate(self._sides) if may_be_about(*side, resource))

    def _sampled(self, service: str, shape: str) -> Iterator[str]:
        """One resource for each set of patterns; buckets and objects are told apart by a pattern of their own."""
        by_shape = shape in {"bucket", "object"}
        automaton = Patterns((*self._patterns, tokens(_OBJECT)) if by_shape else tuple(self._patterns))
        told: set[tuple[bool, ...]] = set()
        for text in (*self._likely(service), *self._reached(automaton, service)):
            matched = automaton.matched(automaton.after(text))
            wrong = by_shape and matched[-1] != (shape == "object")
            if matched not in told and not wrong:
                told.add(matched)
                yield text

    def _likely(self, service: str) -> Iterator[str]:
        """Resources that look like those of the service, rather than the shortest text that will do."""
        for pattern in self._patterns.values():
            text = example_arn(pattern.replace("${", "").replace("}", "") if "${" in pattern else pattern)
            arn = parse_arn(text)
            if arn is not None and arn.service == service:
                yield text
        for partition in self._partitions():
            if service == "s3":
                yield f"arn:{partition}:s3:::{SAMPLE}-other-bucket/key"
                yield f"arn:{partition}:s3:::{SAMPLE}-other-bucket"
            else:
                for template in resource_templates(service)[:4]:
                    yield example_arn(f"arn:{partition}:{template.split(':', 2)[-1]}".replace("**", "*"))
                yield f"arn:{partition}:{service}:eu-west-1:{OTHER_ACCOUNT}:{SAMPLE}-other"

    def _partitions(self) -> list[str]:
        arns = [parse_arn(pattern) for pattern in self._patterns.values()]
        named = [
            arn.partition for arn in arns if arn and arn.partition.isascii() and not {"*", "?"} & set(arn.partition)
        ]
        return list(dict.fromkeys(named)) or ["aws"]

    def _reached(self, automaton: Patterns, service: str) -> Iterator[str]:
        for partition in self._partitions():
            start = f"arn:{partition}:{service}:" + ("::" if service == "s3" else "")
            yield from automaton.texts(start, _MOST_STEPS)
            if not automaton.complete:
                self.limits["of the resources only some were tried: their patterns overlap in too many ways"] = None


def may_be_about(statement: Statement, variables: bool, resource: str) -> bool:
    """Whether Resource or NotResource takes a resource in; with variables it is never ruled out."""
    if variables and any("${" in text for text in statement.resources):
        return True
    return any(matcher(tokens(text))(resource) for text in statement.resources) != statement.not_resource


@lru_cache(maxsize=4096)
def filled(text: str, variables: bool) -> Tokens:
    """A pattern, with the sample's name for each of its variables."""
    if not variables or "${" not in text:
        return joined([tokens(text)])
    parts: list[Tokens] = []
    for before, key, _ in parts_of(text):
        parts.append(tokens(before))
        if key is not None:
            parts.append(literal(key if key in {"*", "?", "$"} else SAMPLE))
    return joined(parts)


def _shape(action: str) -> str:
    """What resources the reference knows that the action is about: '' none; a bucket, an object, or any."""
    service, _, name = action.partition(":")
    known = actions(service).get(name.lower())
    if known is None:
        return "any"
    if service == "s3" and ("bucket" in known.resource_types) != ("object" in known.resource_types):
        return "bucket" if "bucket" in known.resource_types else "object"
    return "any" if known.resource_types else ""
