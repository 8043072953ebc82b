"""The condition keys that are not of one service, and what type each has.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

KeyType = Literal["String", "ARN", "Bool", "Numeric", "Date", "IPAddress", "Binary"]

_SINGLE: dict[KeyType, tuple[str, ...]] = {
    "ARN": (
        *("aws:ChatbotSourceArn", "aws:PrincipalArn", "aws:SourceArn", "ec2:SourceInstanceArn"),
        *("lambda:SourceFunctionArn", "ssm:SourceInstanceArn"),
    ),
    "String": (
        *("aws:CalledViaAWSMCP", "aws:CalledViaFirst", "aws:CalledViaLast", "aws:Ec2InstanceSourceVpc"),
        *("aws:FederatedProvider", "aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:PrincipalServiceName"),
        *("aws:PrincipalTag/", "aws:PrincipalType", "aws:referer", "aws:RequestedRegion", "aws:RequestTag/"),
        *("aws:ResourceAccount", "aws:ResourceOrgID", "aws:ResourceTag/", "aws:SourceAccount"),
        *("aws:SourceIdentity", "aws:SourceOrgID", "aws:SourceOwner", "aws:SourceVpc", "aws:SourceVpcArn"),
        *("aws:SourceVpce", "aws:UserAgent", "aws:userid", "aws:username", "aws:VpceAccount"),
        *("aws:VpceOrgID", "glue:CredentialIssuingService", "glue:RoleAssumedBy", "identitystore:UserId"),
    ),
    "Bool": (
        *("aws:AssumedRoot", "aws:IsMcpServiceAction", "aws:MultiFactorAuthPresent"),
        *("aws:PrincipalIsAWSService", "aws:SecureTransport", "aws:ViaAWSMCPService", "aws:ViaAWSService"),
    ),
    "Date": (*("aws:CurrentTime", "aws:EpochTime", "aws:TokenIssueTime"),),
    "Numeric": (*("aws:MultiFactorAuthAge", "ec2:RoleDelivery"),),
    "IPAddress": (*("aws:Ec2InstanceSourcePrivateIPv4", "aws:SourceIp", "aws:VpcSourceIp"),),
}
_MULTIVALUED = (
    *("aws:CalledVia", "aws:PrincipalOrgPaths", "aws:PrincipalServiceNamesList", "aws:ResourceOrgPaths"),
    *("aws:SourceOrgPaths", "aws:TagKeys", "aws:VpceOrgPaths"),
)
# By key in lower case; the keys of tags end with a slash, after which the tag's own key stands.
GLOBAL: Mapping[str, KeyType] = MappingProxyType(
    {key.lower(): kind for kind, keys in _SINGLE.items() for key in keys}
    | {key.lower(): "String" for key in _MULTIVALUED}
)
SPELLED: Mapping[str, str] = MappingProxyType(
    {key.lower(): key for keys in (*_SINGLE.values(), _MULTIVALUED) for key in keys}
)
MULTIVALUED = frozenset(key.lower() for key in _MULTIVALUED)
TAGGED = tuple(key for key in GLOBAL if key.endswith("/"))

# Keys whose value AWS makes up: an endpoint policy may give no wildcard and no number operator with them.
# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
SYSTEM_IDS = frozenset(
    (
        *(
            "aws:principalaccount",
            "aws:principalorgid",
            "aws:resourceaccount",
            "aws:resourceorgid",
            "aws:sourceaccount",
        ),
        *("aws:sourceorgid", "aws:sourcevpc", "aws:sourcevpce", "aws:vpceaccount", "aws:vpceorgid"),
    )
)
# No request has these any more, or ever had them in a policy like ours.
REPLACED: Mapping[str, str] = MappingProxyType({"aws:arn": "aws:PrincipalArn", "aws:principal": "aws:PrincipalArn"})


def folded(key: str) -> str:
    """A key as it is looked up: in lower case, a tag's own key left out."""
    lower = key.lower()
    return next((tag for tag in TAGGED if lower.startswith(tag)), lower)
