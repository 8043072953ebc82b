"""Subjects and spells in words: names where the inventory knows them, and the filter that shows the records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tui.alerts.counted import Counted, Sign
from tui.alerts.draft import Draft, amount_text, span_text
from tui.alerts.model import Severity
from tui.alerts.observation import Known
from tui.alerts.rule import AlertRule, By, Gateway
from tui.alerts.sheet import SLOT
from tui.flows.clean import clean

_ADDRESSES = (By.SOURCE, By.TARGET, By.CLIENT, By.SERVER)
_WORDS = re.compile(r"\{(\w+)\}")
# How the filter language says that a record is about a subject.
_FILTERS = {
    By.SOURCE: "src {}", By.TARGET: "dst {}", By.CLIENT: "host {}", By.SERVER: "host {}", By.PORT: "port {}",
    By.PROTOCOL: "proto {}", By.ENI: "eni {}", By.VPC: "vpc {}", By.GROUP: 'group "{}"', By.SERVICE: "service:{}",
}  # fmt: skip
PLAIN = re.compile(r"[\w.:/-]+", re.ASCII)
WORDS = (*map(str, By), "subject", "endpoint")  # that `say` may have in braces


def drafts_of(counted: Counted, newest: int, known: Known) -> Iterator[Draft]:
    """What a rule has to say of each subject that is followed.

    `newest` is the newest minute of the data: a spell that has not gone on until a cool-down before it is over.
    """
    rule = counted.rule
    cool_down = rule.cool_down // SLOT
    for subject in counted.subjects.values():
        if not subject.signs:
            continue
        values = dict(zip(rule.by, subject.values, strict=True))
        if not _meant(rule, values, known):
            continue
        for sign in subject.signs:
            over = newest - sign.spell.until > cool_down
            yield _draft(rule, values, sign, known, over=over)


def _meant(rule: AlertRule, values: Mapping[By, str], known: Known) -> bool:
    """Whether the subject's VPC has a gateway endpoint, as the rule wants it."""
    if rule.gateway is Gateway.ANY:
        return True
    there = (values.get(By.VPC, ""), values.get(By.SERVICE, "")) in known.gateways
    return there is (rule.gateway is Gateway.THERE)


def _draft(rule: AlertRule, values: Mapping[By, str], sign: Sign, known: Known, *, over: bool) -> Draft:
    critical = rule.critical is not None and sign.peak >= rule.critical
    said = said_of(rule, values, known)
    return Draft(
        rule,
        subject_of(values) or "all",
        Severity.CRITICAL if critical else rule.severity,
        f"{said}: up to {amount_text(sign.peak, rule.unit)} in {span_text(rule.window)}",
        sign.first,
        sign.last,
        max(sign.spell.raised * SLOT, sign.first),
        (sign.spell.until + 1) * SLOT if over else None,
        sign.count,
        round(sign.peak),
        rule.unit,
        filter_of(rule, values),
    )


def subject_of(values: Mapping[By, str]) -> str:
    """`192.0.2.201`, `10.0.1.7 → 10.0.2.9:5432`, `s3 vpc-0a1b`."""
    told = {by: clean(value, 80) for by, value in values.items()}
    port = told.pop(By.PORT, "")
    if port:
        last = next((by for by in (By.SERVER, By.TARGET) if by in told), None)
        if last is None:
            told[By.PORT] = f"port {port}"
        else:
            told[last] = f"[{told[last]}]:{port}" if ":" in told[last] else f"{told[last]}:{port}"
    ways = [told.pop(by) for by in (By.SOURCE, By.CLIENT, By.TARGET, By.SERVER) if by in told]
    return " ".join(part for part in (" → ".join(ways), *told.values()) if part)


def said_of(rule: AlertRule, values: Mapping[By, str], known: Known) -> str:
    """The rule's own words with the subject's names in them."""
    words = {str(by): _name(by, value, known) for by, value in values.items()}
    words["subject"] = subject_of(values)
    gateway = known.gateways.get((values.get(By.VPC, ""), values.get(By.SERVICE, "")), "")
    words["endpoint"] = clean(gateway, 40) or "its endpoint"
    return _WORDS.sub(lambda found: words.get(found[1], found[0]), rule.say)


def _name(by: By, value: str, known: Known) -> str:
    plain = clean(value, 80)
    if by in _ADDRESSES:
        label = clean(known.names.named(value).label, 60) if known.names is not None else ""
    elif by is By.ENI:
        label = clean(known.places[value].label, 60) if value in known.places else ""
    else:
        label = clean(known.vpcs.get(value, ""), 60) if by is By.VPC else ""
    return f"{label} ({plain})" if label and label != plain else plain


def filter_of(rule: AlertRule, values: Mapping[By, str]) -> str:
    """The filter that shows the records of a subject; '' where the filter language cannot say it."""
    if not all(PLAIN.fullmatch(value) or (by is By.GROUP and '"' not in value) for by, value in values.items()):
        return ""
    parts = [f"({rule.filter.text})"] if rule.filter.text and values else [rule.filter.text]
    parts += [_FILTERS[by].format(value) for by, value in values.items()]
    return " and ".join(part for part in parts if part)
