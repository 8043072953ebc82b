"""What a policy cuts off without saying so: buckets of AWS itself, and those who sign in by an identity provider."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.policies.aws_buckets import NEEDS, bucket_name
from tui.policies.case import Case
from tui.policies.checks.allowed import is_service
from tui.policies.finding import Finding
from tui.policies.glob import matches
from tui.policies.model import Condition, Policy, Statement
from tui.policies.written_arn import REGIONS

_REGION_IN_TEXT = re.compile(r"(?:[a-z]{2,4}-(?:gov-|iso[a-z]?-)?[a-z]+-[0-9])(?![0-9a-z])")
_MOST_REGIONS = 4
# With these a request for a bucket of AWS never comes through.
_OF_OURS = {"aws:resourceorgid", "aws:resourceorgpaths", "aws:resourceaccount", "s3:resourceaccount"}
_FEDERATION = ("sts:assumerolewithwebidentity", "sts:assumerolewithsaml")


def check_buckets(case: Case) -> Iterator[Finding]:
    """VPCE_AWS_BUCKETS_CUT_OFF."""
    if case.service.name != "s3":
        return
    allows = [statement for statement in case.policy.statements if _lets_read(statement)]
    if not allows:
        return  # nothing can be read at all: others tell of that
    regions = _regions(case)
    lost = [need for need in NEEDS if not any(_reaches(each, need.buckets, regions) for each in allows)]
    lost = lost or [need for need in NEEDS if _denied(case.policy, need.buckets, regions)]
    if not lost:
        return
    named = ", ".join(need.what for need in lost[:3]) + (f" and {len(lost) - 3} more" if len(lost) > 3 else "")
    told = f"buckets of AWS itself are cut off; without them these do not work: {named}"
    bucket = _arn(lost[0].buckets[0], regions[0])
    fix = f"If machines behind this endpoint need them, allow s3:GetObject on {bucket}/* and its like."
    node = allows[0].name_of("Resource")
    if len(lost) < len(NEEDS):  # whoever wrote it has thought of them
        yield case.suggestion("VPCE_AWS_BUCKETS_CUT_OFF", node, told, fix)
    else:
        yield case.warning("VPCE_AWS_BUCKETS_CUT_OFF", node, told, fix)


def _lets_read(statement: Statement) -> bool:
    if statement.effect != "Allow":
        return False
    hit = any(matches(action.lower(), "s3:getobject") for action in statement.actions)
    return hit != statement.not_action


def _regions(case: Case) -> list[str]:
    """The Regions that are worth a look: the endpoint's, or those that the policy names."""
    if case.service.region:
        return [case.service.region]
    named = dict.fromkeys(_REGION_IN_TEXT.findall(" ".join(_resources(case.policy))))
    return [region for region in named if region in REGIONS][:_MOST_REGIONS] or ["us-east-1"]


def _resources(policy: Policy) -> Iterator[str]:
    for statement in policy.statements:
        yield from statement.resources


def _reaches(statement: Statement, buckets: tuple[str, ...], regions: list[str]) -> bool:
    """Whether one of the buckets, in one of the Regions, comes through."""
    if any(_restricts(condition) for condition in statement.conditions):
        return False
    return any(_names(statement, bucket, region) for bucket in buckets for region in regions)


def _names(statement: Statement, bucket: str, region: str) -> bool:
    arn = f"{_arn(bucket, region)}/x"
    hit = any(_may_match(resource, arn) for resource in statement.resources)
    return hit != statement.not_resource


def _arn(bucket: str, region: str) -> str:
    partition = "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"
    return f"arn:{partition}:s3:::{bucket_name(bucket, region)}"


def _may_match(resource: str, arn: str) -> bool:
    # Behind the bucket's name a policy may name any object.
    if resource.count("/") and not resource.startswith("*"):
        resource = resource.partition("/")[0] + "/*"
    return matches(resource, arn)


def _restricts(condition: Condition) -> bool:
    """Whether only resources of the reader's own come through, or only AWS's services.

    IfExists does not help: the key is always there.
    """
    negated = "Not" in condition.operator or condition.operator == "Null"
    wild = all(value.strip("*") == "" for value in condition.values)
    return (condition.key.lower() in _OF_OURS or is_service(condition)) and not negated and not wild


def _denied(policy: Policy, buckets: tuple[str, ...], regions: list[str]) -> bool:
    """Whether a Deny keeps out whatever is not the reader's own."""
    for statement in policy.statements:
        if statement.effect != "Deny" or len(statement.conditions) != 1:
            continue
        condition = statement.conditions[0]
        foreign = condition.key.lower() in _OF_OURS and condition.operator.startswith("StringNot")
        if foreign and any(matches(action.lower(), "s3:getobject") for action in statement.actions):
            return any(_names(statement, bucket, region) for bucket in buckets for region in regions)
    return False


def check_federation(case: Case) -> Iterator[Finding]:
    """VPCE_STS_FEDERATION_CUT_OFF: who signs in by SAML or a web identity has no aws:Principal keys yet.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sts_vpc_endpoint_policies.html
    """
    if "sts" not in case.service.prefixes:
        return
    for action in _FEDERATION:
        allows = [each for each in case.policy.statements if each.effect == "Allow" and _is_about(each, action)]
        asking = [each for each in map(_asks_who, allows) if each is not None]
        if allows and len(asking) == len(allows):
            name = "AssumeRoleWithWebIdentity" if "web" in action else "AssumeRoleWithSAML"
            who = "pods with IAM roles for service accounts" if "web" in action else "people who sign in by SAML"
            told = f"sts:{name} is called without credentials, so that {asking[0].key} is absent: {who} are cut off"
            fix = f"Allow sts:{name} in a statement without aws:Principal keys, on your own roles."
            yield case.warning("VPCE_STS_FEDERATION_CUT_OFF", asking[0].node, told, fix)


def _is_about(statement: Statement, action: str) -> bool:
    hit = any(matches(each.lower(), action) for each in statement.actions)
    return hit != statement.not_action


def _asks_who(statement: Statement) -> Condition | None:
    """A condition of it that needs a key of the principal."""
    for condition in statement.conditions:
        positive = "Not" not in condition.operator and condition.operator != "Null"
        needed = positive and not condition.if_exists and condition.qualifier != "ForAllValues"
        key = condition.key.lower()
        if needed and (
            (key.startswith("aws:principal") and not key.startswith("aws:principalis")) or key == "aws:userid"
        ):
            return condition
    return None
