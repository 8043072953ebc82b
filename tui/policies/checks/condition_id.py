"""Checks of the ids that conditions name: VPCs, endpoints, Regions, accounts, organizations and principals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tui.policies.case import Case
from tui.policies.finding import Finding
from tui.policies.model import Condition
from tui.policies.spelling import nearest
from tui.policies.text import Node, shown
from tui.policies.written_arn import ACCOUNT, REGION, REGIONS, read_arn

Check = Callable[[Case, Condition, Node], Iterator[Finding]]

_VPC = re.compile(r"vpc-([0-9a-z]{8}|[0-9a-z]{17})")
_ENDPOINT = re.compile(r"vpce-([0-9a-z]{8}|[0-9a-z]{17})")
# https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")
_SERVICE = re.compile(r"[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*\.amazonaws\.(com(\.cn)?|eu)")
_REGIONAL = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}\.amazonaws\.(com(\.cn)?|eu)")
_SERVICES = {
    *("aws:principalservicename", "aws:principalservicenameslist", "aws:calledvia", "aws:calledviafirst"),
    *("aws:calledvialast", "iam:passedtoservice"),
}
_ACCOUNTS = {
    "aws:principalaccount",
    "aws:resourceaccount",
    "aws:sourceaccount",
    "aws:vpceaccount",
    "s3:resourceaccount",
}
_ORGANIZATIONS = {"aws:principalorgid", "aws:resourceorgid", "aws:sourceorgid", "aws:vpceorgid"}


def check_ids(case: Case) -> Iterator[Finding]:
    """INVALID_VPC_FORMAT, INVALID_VPCE_FORMAT, INVALID_REGION and what else cannot be an id of its kind."""
    checks: dict[str, Check] = {
        "aws:sourcevpc": _vpc,
        "aws:sourcevpce": _endpoint,
        "aws:requestedregion": _region,
        "aws:principalarn": _principal,
        "kms:viaservice": _regional_service,
        **dict.fromkeys(_SERVICES, _service),
        **dict.fromkeys(_ACCOUNTS, _account),
        **dict.fromkeys(_ORGANIZATIONS, _organization),
    }
    for _, condition in case.conditions():
        check = checks.get(condition.key.lower())
        if check is None or not condition.operator.startswith(("String", "Arn")):
            continue
        for node in condition.value_nodes:
            if not any(char in node.text for char in "*?$"):
                yield from check(case, condition, node)


def _vpc(case: Case, _: Condition, node: Node) -> Iterator[Finding]:
    if not _VPC.fullmatch(node.text):
        fix = "Write vpc- and 8 or 17 letters and digits."
        yield case.error("INVALID_VPC_FORMAT", node, f"{shown(node.text)} is not the id of a VPC", fix)


def _endpoint(case: Case, _: Condition, node: Node) -> Iterator[Finding]:
    if not _ENDPOINT.fullmatch(node.text):
        fix = "Write vpce- and 8 or 17 letters and digits."
        yield case.error("INVALID_VPCE_FORMAT", node, f"{shown(node.text)} is not the id of a VPC endpoint", fix)


def _region(case: Case, _: Condition, node: Node) -> Iterator[Finding]:
    if node.text in REGIONS:
        return
    near = nearest(node.text, REGIONS)
    told, fix = f"{shown(node.text)} is no Region", f"Did you mean {near}?" if near else "Write it as eu-west-1."
    if near or not REGION.fullmatch(node.text):
        yield case.error("INVALID_REGION", node, told, fix)
    else:
        yield case.warning("INVALID_REGION", node, f"{told} that is known", "Compare it with the list of Regions.")


def _account(case: Case, _: Condition, node: Node) -> Iterator[Finding]:
    if not ACCOUNT.fullmatch(node.text):
        fix = "Write the account's 12 digits as a string; zeros at its front count."
        yield case.warning("INVALID_ACCOUNT_ID", node, f"{shown(node.text)} is not an account's 12 digits", fix)


def _organization(case: Case, _: Condition, node: Node) -> Iterator[Finding]:
    if not _ORGANIZATION.fullmatch(node.text):
        fix = "Write o- and 10 to 32 letters and digits."
        yield case.warning("INVALID_ORGANIZATION_ID", node, f"{shown(node.text)} is not the id of an organization", fix)


def _service(case: Case, _: Condition, node: Node) -> Iterator[Finding]:
    if not _SERVICE.fullmatch(node.text):
        told = f"{shown(node.text)} is not the name of a service's principal"
        fix = "Write it in lower case, as logs.amazonaws.com."
        yield case.error("INVALID_SERVICE_PRINCIPAL_FORMAT", node, told, fix)


def _regional_service(case: Case, _: Condition, node: Node) -> Iterator[Finding]:
    if not _REGIONAL.fullmatch(node.text):
        told = f"{shown(node.text)} is not a service with its Region"
        fix = "Write it in lower case, as s3.eu-west-1.amazonaws.com."
        yield case.error("INVALID_SERVICE_PRINCIPAL_FORMAT", node, told, fix)


def _principal(case: Case, condition: Condition, node: Node) -> Iterator[Finding]:
    """Of a session of a role, aws:PrincipalArn holds the ARN of the role.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
    """
    arn = read_arn(node.text)
    if arn is not None and arn.service == "sts" and arn.resource.startswith("assumed-role/"):
        told = "aws:PrincipalArn never holds the ARN of a session, but that of its role"
        fix = "Write arn:aws:iam::ACCOUNT:role/NAME."
        yield case.warning("PRINCIPAL_ARN_OF_SESSION", node, told, fix)
    elif arn is None and condition.operator.startswith("Arn"):
        told = f"{shown(node.text)} is not an ARN"
        yield case.warning("INVALID_PRINCIPAL_ARN", node, told, "Write arn:aws:iam::ACCOUNT:role/NAME.")
