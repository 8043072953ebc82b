"""For each code of a finding: a policy that has it, and one that nearly has it.

Severities and titles are those of
https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html unless a comment says why not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.policies.policies_written import policy, statement, where

ROLE = "arn:aws:iam::111122223333:role/app"
TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/stock"
ORG = {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}


@dataclass(frozen=True)
class Pair:
    """A policy with a finding, its near miss, and what is known of the endpoint."""

    code: str
    severity: str
    has: str
    lacks: str
    known: dict[str, Any] = field(default_factory=dict)


def pair(code: str, severity: str, has: Any, lacks: Any, **known: Any) -> Pair:
    """Statements become policies; what is text stays."""
    made = [each if isinstance(each, str) else policy(each) for each in (has, lacks)]
    return Pair(code, severity, made[0], made[1], known)


def keyed(key: str, value: Any, operator: str = "StringEquals") -> dict[str, Any]:
    """The statement with one condition."""
    return where(**{operator: {key: value}})


GRAMMAR = [
    pair("JSON_SYNTAX_ERROR", "error", '{"Version": "2012-10-17",}', policy(statement())),
    pair("JSON_TOO_DEEP", "error", "[" * 65 + "]" * 65, "[" * 64 + "]" * 64),
    pair("JSON_LONE_SURROGATE", "error", r'{"Id": "\ud83d"}', r'{"Id": "\ud83d\ude00"}'),
    pair("POLICY_TOO_LONG_TO_READ", "error", " " * (1 << 20) + "{}", " " * ((1 << 20) - 2) + "{}"),
    pair("DUPLICATE_KEYS", "error", '{"Id": "a", "Id": "b"}', '{"Id": "a", "Version": "b"}'),
    pair(
        "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
        "error",
        where(StringEquals={"aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:principalorgid": "o-b1b2c3d4e5"}),
        where(StringEquals={"aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:ResourceOrgID": "o-b1b2c3d4e5"}),
    ),
    pair("DATA_TYPE_MISMATCH", "error", statement(Action=["s3:GetObject", 7]), statement(Action=["s3:GetObject", "7"])),
    pair("INVALID_POLICY_ELEMENT", "error", statement(Actions="s3:PutObject"), statement(Sid="PutObject")),
    pair("INVALID_VERSION", "error", policy(statement(), Version="2012-10-18"), policy(statement())),
    pair("MISSING_VERSION", "warning", policy(statement(), Version=None), policy(statement(), Version="2008-10-17")),
    pair("MISSING_STATEMENT", "error", policy(), policy(statement())),
    pair("MISSING_EFFECT", "error", statement(Effect=None), statement(Effect="Deny")),
    pair("INVALID_EFFECT", "error", statement(Effect="allow"), statement(Effect="Allow")),
    pair("MISSING_PRINCIPAL", "error", statement(Principal=None), statement(Principal={"AWS": "*"})),
    pair("MISSING_ACTION", "error", statement(Action=None), statement(Action=None, NotAction="s3:PutObject")),
    pair("MISSING_RESOURCE", "error", statement(Resource=None), statement(Resource=None, NotResource="*")),
    pair(
        "UNSUPPORTED_ELEMENT_COMBINATION",
        "error",
        statement(NotAction="s3:PutObject"),
        statement(Action=None, NotAction="s3:PutObject"),
    ),
    pair("INVALID_CONDITION_OPERATOR", "error", keyed("aws:PrincipalOrgID", "o-1", "StringEqual"), statement()),
    pair(
        "NULL_WITH_IF_EXISTS", "error", keyed("aws:userid", "true", "NullIfExists"), keyed("aws:userid", "true", "Null")
    ),
    pair("INVALID_PRINCIPAL_KEY", "error", statement(Principal={"Aws": "*"}), statement(Principal={"AWS": "*"})),
    # IAM refuses these; whether EC2 does is not known.
    pair("UNUSUAL_CHARACTER", "warning", statement(Sid="a\x00b"), statement(Sid="caf\u00e9")),
    pair("EMPTY_SID_VALUE", "suggestion", statement(Sid=""), statement(Sid="Read")),
    # An error elsewhere; samples for endpoints in AWS's guides have hyphens.
    pair("UNSUPPORTED_SID", "suggestion", statement(Sid="Read-archive"), statement(Sid="ReadArchive")),
    pair(
        "UNIQUE_SIDS_RECOMMENDED",
        "warning",
        policy(statement(Sid="Read"), statement(Sid="Read", Action="s3:PutObject")),
        policy(statement(Sid="Read"), statement(Sid="Write", Action="s3:PutObject")),
    ),
    pair("EMPTY_ARRAY_ACTION", "suggestion", statement(Action=[]), statement(Action=["s3:GetObject"])),
    pair("EMPTY_ARRAY_RESOURCE", "suggestion", statement(Resource=[]), statement()),
    pair("EMPTY_ARRAY_PRINCIPAL", "suggestion", statement(Principal={"AWS": []}), statement(Principal={"AWS": [ROLE]})),
    pair("EMPTY_OBJECT_PRINCIPAL", "suggestion", statement(Principal={}), statement()),
    pair("EMPTY_OBJECT_CONDITION", "suggestion", statement(Condition={}), statement()),
    pair("EMPTY_ARRAY_CONDITION", "suggestion", keyed("aws:userid", []), keyed("aws:userid", ["AIDAEXAMPLE"])),
    pair(
        "EMPTY_ARRAY_CONDITION_FORALLVALUES",
        "suggestion",
        keyed("aws:TagKeys", [], "ForAllValues:StringEquals"),
        keyed("aws:TagKeys", ["team"], "ForAllValues:StringEquals"),
    ),
    pair(
        "EMPTY_ARRAY_CONDITION_FORANYVALUE",
        "suggestion",
        keyed("aws:TagKeys", [], "ForAnyValue:StringEquals"),
        keyed("aws:TagKeys", ["team"], "ForAnyValue:StringEquals"),
    ),
    pair(
        "EMPTY_ARRAY_CONDITION_IFEXISTS",
        "suggestion",
        keyed("aws:userid", [], "StringEqualsIfExists"),
        keyed("aws:userid", ["AIDAEXAMPLE"], "StringEqualsIfExists"),
    ),
]

PRINCIPALS = [
    # The Lambda guide was mended for this: a bare ARN is refused.
    pair("INVALID_PRINCIPAL_FORMAT", "error", statement(Principal=ROLE), statement(Principal={"AWS": ROLE})),
    pair(
        "INVALID_PRINCIPAL_FORMAT",
        "error",
        statement(Principal={"AWS": "arn:aws:iam::111122223333:group/admins"}),
        statement(Principal={"AWS": "arn:aws:iam::111122223333:user/admins/ann"}),
    ),
    pair(
        "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        "error",
        statement(Principal={"AWS": "arn:aws:iam::111122223333:role/app-*"}),
        statement(Principal={"AWS": "*"}),
    ),
    pair(
        "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        "error",
        statement(Principal={"Federated": "arn:aws:iam::111122223333:saml-provider/*"}),
        statement(Principal={"Federated": "arn:aws:iam::111122223333:saml-provider/corp"}),
    ),
    pair(
        "INVALID_ROLE_REFERENCE",
        "warning",
        statement(Principal={"AWS": "AROAEXAMPLEID23456789"}),
        statement(Principal={"AWS": ROLE}),
    ),
    pair(
        "INVALID_USER_REFERENCE",
        "warning",
        statement(Principal={"AWS": "AIDAEXAMPLEID23456789"}),
        statement(Principal={"AWS": "arn:aws:iam::111122223333:user/ann"}),
    ),
    pair(
        "INVALID_SERVICE_PRINCIPAL_FORMAT",
        "error",
        statement(Principal={"Service": "Logs.amazonaws.com"}),
        statement(Principal={"Service": "logs.amazonaws.com"}),
    ),
    pair(
        "ALLOW_WITH_NOT_PRINCIPAL",
        "security",
        statement(Principal=None, NotPrincipal={"AWS": ROLE}),
        statement(Principal=None, NotPrincipal={"AWS": ROLE}, Effect="Deny"),
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html advises against it.
    pair(
        "NOT_PRINCIPAL_DISCOURAGED",
        "warning",
        statement(Principal=None, NotPrincipal={"AWS": ROLE}, Effect="Deny"),
        statement(Effect="Deny"),
    ),
    pair(
        "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
        "security",
        statement(Principal={"Service": "logs.amazonaws.com"}, Condition=None),
        statement(
            Principal={"Service": "logs.amazonaws.com"},
            Condition={"StringEquals": {"aws:SourceAccount": "111122223333"}},
        ),
    ),
    pair(
        "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
        "suggestion",
        statement(
            Principal={"Service": "logs.amazonaws.com"}, Condition={"StringEquals": {"aws:referer": "111122223333"}}
        ),
        statement(Principal={"Service": "logs.amazonaws.com"}, Condition=None),
    ),
    pair(
        "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL",
        "error",
        statement(Principal={"Service": "cloudfront.amazonaws.com"}),
        statement(Principal={"Service": "cloudfront.amazonaws.com", "AWS": ROLE}),
    ),
]

ACTIONS = [
    pair("INVALID_ACTION", "error", statement(Action="s3:GetObjct"), statement(Action="S3:getobject")),
    pair("INVALID_ACTION", "error", statement(Action="GetObject"), statement(Action="*")),
    # May be newer than the data: no error where nothing known is like it.
    pair("INVALID_ACTION", "warning", statement(Action="s3:SingAlong"), statement(Action="s3:Get*")),
    pair("INVALID_ACTION", "warning", statement(Action="s3:Sing*"), statement(Action="s3:*Tagging")),
    pair(
        "INVALID_SERVICE_IN_ACTION",
        "error",
        statement(Action="dynamodbb:GetItem"),
        statement(Action="dynamodb:GetItem"),
    ),
    pair("INVALID_SERVICE_IN_ACTION", "error", statement(Action="s*:GetObject"), statement(Action="s3:*Object")),
    pair("INVALID_SERVICE_IN_ACTION", "warning", statement(Action="timetravel:Go"), statement(Action="sts:AssumeRole")),
    pair(
        "REDUNDANT_ACTION",
        "suggestion",
        statement(Action=["s3:Get*", "s3:GetObject"]),
        statement(Action=["s3:Get*", "s3:Put*"]),
    ),
    pair("REDUNDANT_ACTION", "suggestion", statement(Action=["s3:GetObject", "S3:GETOBJECT"]), statement()),
    pair(
        "REDUNDANT_RESOURCE",
        "suggestion",
        statement(Resource=["arn:aws:s3:::archive/*", "arn:aws:s3:::archive/2026/*"]),
        statement(Resource=["arn:aws:s3:::archive/*", "arn:aws:s3:::archive"]),
    ),
    pair(
        "REDUNDANT_STATEMENT",
        "suggestion",
        policy(statement(Sid="A"), statement(Sid="B", Action=["S3:GetObject"])),
        policy(statement(Sid="A"), statement(Sid="B", Action="s3:PutObject")),
    ),
    pair(
        "REDUNDANT_CONDITION_VALUE_NUM",
        "suggestion",
        keyed("aws:MultiFactorAuthAge", ["2700", "3600"], "NumericLessThan"),
        keyed("aws:MultiFactorAuthAge", ["2700", "3600"], "NumericEquals"),
    ),
]

RESOURCES = [
    pair("INVALID_ARN_PREFIX", "error", statement(Resource="aws:s3:::archive"), statement(Resource="*")),
    pair("MISSING_ARN_FIELD", "error", statement(Resource="arn:aws:s3"), statement(Resource="arn:aws:s3:::a:b:c")),
    pair("MISSING_ARN_FIELD", "warning", statement(Resource="arn:aws:s3*"), statement(Resource="arn:aws:s3:::*")),
    pair(
        "INVALID_PARTITION",
        "error",
        statement(Resource="arn:awss:s3:::archive"),
        statement(Resource="arn:aws-cn:s3:::archive"),
    ),
    # May be one that is to come.
    pair(
        "INVALID_PARTITION",
        "warning",
        statement(Resource="arn:aws-moon:s3:::archive"),
        statement(Resource="arn:*:s3:::archive"),
    ),
    pair("INVALID_ARN_SERVICE_CASE", "error", statement(Resource="arn:aws:S3:::archive"), statement()),
    pair("INVALID_SERVICE", "warning", statement(Resource="arn:aws:s33:::archive"), statement()),
    pair("INVALID_SERVICE", "error", statement(Resource="arn:aws::::archive"), statement()),
    pair("INVALID_SERVICE", "warning", keyed("timetravel:Year", "1985"), keyed("accounts.google.com:aud", "app")),
    pair(
        "INVALID_ARN_REGION",
        "error",
        statement(Resource=TABLE.replace("eu-west-1", "eu-west")),
        statement(Resource=TABLE),
    ),
    pair(
        "INVALID_ARN_REGION",
        "warning",
        statement(Resource=TABLE.replace("eu-west-1", "ap-antarctic-9")),
        statement(Resource=TABLE),
    ),
    pair("INVALID_ARN_ACCOUNT", "error", statement(Resource=TABLE.replace("3333", "33")), statement(Resource=TABLE)),
    pair(
        "INVALID_ARN_ACCOUNT",
        "warning",
        statement(Resource=TABLE.replace("111122223333", "")),
        statement(Resource=TABLE.replace("111122223333", "*")),
    ),
    # Samples in the ECR guide have such accounts: no error in a principal.
    pair(
        "INVALID_ARN_ACCOUNT",
        "warning",
        statement(Principal={"AWS": ROLE.replace("3333", "33")}),
        statement(Principal={"AWS": ROLE}),
    ),
    pair(
        "ARN_ACCOUNT_NOT_ALLOWED",
        "error",
        statement(Resource="arn:aws:s3::111122223333:archive"),
        statement(Resource="arn:aws:s3:::archive"),
    ),
    pair(
        "ARN_REGION_NOT_ALLOWED",
        "error",
        statement(Resource="arn:aws:s3:eu-west-1::archive"),
        statement(Resource="arn:aws:s3:eu-west-1:111122223333:accesspoint/archive"),
    ),
    pair(
        "MISSING_ARN_REGION",
        "error",
        statement(Resource=TABLE.replace("eu-west-1", "")),
        statement(Resource=TABLE.replace("eu-west-1", "*")),
    ),
    pair(
        "INVALID_ARN_RESOURCE",
        "warning",
        statement(Resource=TABLE.replace("table", "tabel")),
        statement(Resource=TABLE.replace("table", "tab*")),
    ),
    pair("INVALID_ARN_RESOURCE", "error", statement(Resource="arn:aws:s3:::"), statement(Resource="arn:aws:s3:::*")),
    pair("WILDCARD_IN_SERVICE_NAME", "suggestion", statement(Resource="arn:aws:s3*:::archive"), statement()),
]

KEYS = [
    pair("INVALID_CONDITION_KEY_FORMAT", "error", keyed("PrincipalOrgID", "o-a1b2c3d4e5"), statement()),
    pair(
        "INVALID_GLOBAL_CONDITION_KEY",
        "error",
        keyed("aws:PrincipalOrgIDs", "o-a1b2c3d4e5"),
        keyed("AWS:principalorgid", "o-a1b2c3d4e5"),
    ),
    pair("INVALID_GLOBAL_CONDITION_KEY", "warning", keyed("aws:Weather", "rain"), statement()),
    pair("UNSUPPORTED_GLOBAL_CONDITION_KEY", "error", keyed("aws:ARN", ROLE), keyed("aws:PrincipalArn", ROLE)),
    pair(
        "DEPRECATED_GLOBAL_CONDITION_KEY",
        "warning",
        keyed("aws:SourceOwner", "111122223333"),
        keyed("aws:SourceAccount", "111122223333"),
    ),
    pair(
        "DEPRECATED_SERVICE_CONDITION_KEY",
        "warning",
        keyed("kms:CustomerMasterKeySpec", "RSA_2048"),
        keyed("kms:KeySpec", "RSA_2048"),
    ),
    pair(
        "INVALID_SERVICE_CONDITION_KEY",
        "error",
        keyed("s3:ExistingObjectTagg/team", "x"),
        keyed("s3:ExistingObjectTag/team", "x"),
    ),
    pair("INVALID_SERVICE_CONDITION_KEY", "warning", keyed("s3:Weather", "rain"), keyed("s3:authType", "REST-HEADER")),
    pair(
        "MISSING_TAG_KEY_IN_CONDITION", "error", keyed("aws:PrincipalTag", "red"), keyed("aws:PrincipalTag/team", "red")
    ),
    pair(
        "MISSING_QUALIFIER",
        "error",
        keyed("aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-ab12/*", "StringLike"),
        keyed("aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-ab12/*", "ForAnyValue:StringLike"),
    ),
    pair(
        "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
        "security",
        keyed("aws:PrincipalOrgID", "o-a1b2c3d4e5", "ForAllValues:StringEquals"),
        keyed("aws:PrincipalOrgID", "o-a1b2c3d4e5", "ForAnyValue:StringEquals"),
    ),
    pair(
        "NULL_WITH_QUALIFIER",
        "suggestion",
        keyed("aws:TagKeys", "true", "ForAllValues:Null"),
        keyed("aws:TagKeys", "true", "Null"),
    ),
    # A security finding elsewhere; here the endpoint's VPC is known.
    pair(
        "MISSING_PAIRED_CONDITION_KEYS",
        "warning",
        keyed("aws:VpcSourceIp", "10.0.0.0/16", "IpAddress"),
        where(IpAddress={"aws:VpcSourceIp": "10.0.0.0/16"}, StringEquals={"aws:SourceVpc": "vpc-0a1b2c3d"}),
    ),
    pair(
        "IRRELEVANT_CONDITION_KEY_IN_POLICY",
        "suggestion",
        keyed("aws:SourceVpce", "vpce-0a1b2c3d"),
        keyed("aws:SourceVpc", "vpc-0a1b2c3d"),
    ),
    pair(
        "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
        "error",
        statement(Action=["s3:ListBucket", "s3:GetObject"], Condition={"StringEquals": {"s3:prefix": "in/"}}),
        statement(Action=["s3:ListBucket", "s3:GetObject"], Condition={"StringEqualsIfExists": {"s3:prefix": "in/"}}),
    ),
    pair(
        "MISSING_ACTION_FOR_CONDITION_KEY",
        "error",
        statement(Action="s3:GetObject", Condition={"StringEquals": {"s3:prefix": "in/"}}),
        statement(Action=["s3:GetObject", "s3:List*"], Condition={"StringEquals": {"s3:prefix": "in/"}}),
    ),
    pair(
        "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        "suggestion",
        statement(Action="execute-api:Invoke", Condition={"StringEquals": {"aws:ResourceTag/team": "red"}}),
        statement(Action="dynamodb:GetItem", Condition={"StringEquals": {"aws:ResourceTag/team": "red"}}),
    ),
    pair(
        "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        "security",
        statement(
            Effect="Deny", Action="execute-api:Invoke", Condition={"StringEquals": {"aws:ResourceTag/team": "red"}}
        ),
        statement(
            Effect="Deny", Action="execute-api:Invoke", Condition={"StringNotEquals": {"aws:ResourceTag/team": "red"}}
        ),
    ),
    pair(
        "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        "suggestion",
        statement(Action=None, NotAction="s3:PutObject", Condition={"StringEquals": {"aws:ResourceTag/team": "red"}}),
        statement(Action=None, NotAction="s3:PutObject", Condition={"StringEquals": {"aws:PrincipalTag/team": "red"}}),
    ),
    pair(
        "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE",
        "security",
        statement(
            Effect="Deny",
            Action=None,
            NotAction="s3:PutObject",
            Condition={"StringEquals": {"aws:ResourceTag/team": "red"}},
        ),
        statement(Effect="Deny", Condition={"StringEquals": {"aws:ResourceTag/team": "red"}}),
    ),
]

VALUES = [
    pair(
        "TYPE_MISMATCH",
        "warning",
        keyed("aws:PrincipalOrgID", "7", "NumericEquals"),
        keyed("aws:MultiFactorAuthAge", "7", "NumericEquals"),
    ),
    pair(
        "TYPE_MISMATCH_NUMBER",
        "warning",
        keyed("aws:MultiFactorAuthAge", "1h", "NumericLessThan"),
        keyed("aws:MultiFactorAuthAge", "3600", "NumericLessThan"),
    ),
    pair(
        "TYPE_MISMATCH_DATE",
        "warning",
        keyed("aws:CurrentTime", "2026-02-30", "DateLessThan"),
        keyed("aws:CurrentTime", "2026-02-28T12:00:00Z", "DateLessThan"),
    ),
    pair(
        "INVALID_DATE_VALUE",
        "warning",
        keyed("aws:CurrentTime", "1790000000", "DateLessThan"),
        keyed("aws:CurrentTime", "2026-09-21", "DateLessThan"),
    ),
    pair(
        "TYPE_MISMATCH_BOOLEAN",
        "warning",
        keyed("aws:SecureTransport", "yes", "Bool"),
        keyed("aws:SecureTransport", True, "Bool"),
    ),
    pair(
        "TYPE_MISMATCH_IP_RANGE",
        "warning",
        keyed("aws:VpcSourceIp", "10.0.0.0/33", "IpAddress"),
        keyed("aws:VpcSourceIp", "fd00::/8", "IpAddress"),
    ),
    pair(
        "TYPE_MISMATCH_STRING",
        "warning",
        keyed("kms:EncryptionContext:k", "not base 64!", "BinaryEquals"),
        keyed("kms:EncryptionContext:k", "QmluYXJ5", "BinaryEquals"),
    ),
    pair(
        "INVALID_CONDITION_DATA_TYPE",
        "error",
        keyed("aws:PrincipalAccount", ["111122223333", 111122223333]),
        keyed("aws:PrincipalAccount", ["111122223333"]),
    ),
    pair(
        "INVALID_CONDITION_MULTIPLE_BOOLEAN",
        "error",
        keyed("aws:SecureTransport", ["true", "false"], "Bool"),
        keyed("aws:SecureTransport", ["true"], "Bool"),
    ),
    pair(
        "IMPROVE_IP_RANGE",
        "suggestion",
        keyed("aws:VpcSourceIp", "10.0.1.7/16", "IpAddress"),
        keyed("aws:VpcSourceIp", "10.0.0.0/16", "IpAddress"),
    ),
    pair(
        "WILDCARD_WITHOUT_LIKE_OPERATOR",
        "warning",
        keyed("aws:PrincipalArn", "arn:aws:iam::111122223333:role/app-*"),
        keyed("aws:PrincipalArn", "arn:aws:iam::111122223333:role/app-*", "ArnEquals"),
    ),
    pair(
        "PRIVATE_IP_ADDRESS",
        "error",
        keyed("aws:SourceIp", "10.0.0.0/8", "IpAddress"),
        keyed("aws:SourceIp", "203.0.113.0/24", "IpAddress"),
    ),
    pair(
        "PRIVATE_NOT_IP_ADDRESS",
        "error",
        keyed("aws:SourceIp", "192.168.0.0/16", "NotIpAddress"),
        keyed("aws:VpcSourceIp", "192.168.0.0/16", "NotIpAddress"),
    ),
    pair(
        "PRIVATE_IP_ADDRESS_SUBSET",
        "suggestion",
        keyed("aws:SourceIp", ["10.0.0.0/8", "203.0.113.0/24"], "IpAddress"),
        keyed("aws:SourceIp", ["10.0.0.0/8"], "IpAddress"),
    ),
    pair(
        "PRIVATE_NOT_IP_ADDRESS_SUBSET",
        "suggestion",
        keyed("aws:SourceIp", ["10.0.0.0/8", "203.0.113.0/24"], "NotIpAddress"),
        keyed("aws:SourceIp", ["203.0.113.0/24"], "NotIpAddress"),
    ),
    pair(
        "INVALID_VPC_FORMAT",
        "error",
        keyed("aws:SourceVpc", "vpc-123"),
        keyed("aws:SourceVpc", "vpc-11223344556677889"),
    ),
    pair(
        "INVALID_VPCE_FORMAT",
        "error",
        keyed("aws:SourceVpce", "vpc-12345678"),
        keyed("aws:SourceVpce", "vpce-12345678"),
    ),
    pair(
        "INVALID_REGION", "error", keyed("aws:RequestedRegion", "eu-west-11"), keyed("aws:RequestedRegion", "eu-west-1")
    ),
    pair(
        "INVALID_REGION",
        "warning",
        keyed("aws:RequestedRegion", "ap-antarctic-9"),
        keyed("aws:RequestedRegion", "ap-south-1"),
    ),
    pair(
        "INVALID_ACCOUNT_ID",
        "warning",
        keyed("aws:PrincipalAccount", "1111-2222-3333"),
        keyed("aws:PrincipalAccount", "111122223333"),
    ),
    pair(
        "INVALID_ORGANIZATION_ID",
        "warning",
        keyed("aws:ResourceOrgID", "my-org"),
        keyed("aws:ResourceOrgID", "o-a1b2c3d4e5"),
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
    pair(
        "PRINCIPAL_ARN_OF_SESSION",
        "warning",
        keyed("aws:PrincipalArn", "arn:aws:sts::111122223333:assumed-role/app/i-1"),
        keyed("aws:PrincipalArn", ROLE),
    ),
    pair(
        "INVALID_PRINCIPAL_ARN",
        "warning",
        keyed("aws:PrincipalArn", "app", "ArnEquals"),
        keyed("aws:PrincipalArn", ROLE, "ArnEquals"),
    ),
]

VALUES += [
    pair(
        "INVALID_SERVICE_PRINCIPAL_FORMAT",
        "error",
        keyed("kms:ViaService", "s3.amazonaws.com"),
        keyed("kms:ViaService", "s3.eu-west-1.amazonaws.com"),
    ),
    pair(
        "INVALID_SERVICE_PRINCIPAL_FORMAT",
        "error",
        keyed("aws:PrincipalServiceName", "s3"),
        keyed("aws:PrincipalServiceName", "s3.amazonaws.com"),
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html compares two addresses so.
    pair(
        "TYPE_MISMATCH",
        "warning",
        keyed("aws:Ec2InstanceSourcePrivateIPv4", "10.0.0.7"),
        keyed("aws:Ec2InstanceSourcePrivateIPv4", "${aws:VpcSourceIp}"),
    ),
]

VARIABLES = [
    pair(
        "MISSING_BRACE_IN_VARIABLE",
        "error",
        statement(Resource="arn:aws:s3:::a/${aws:username"),
        statement(Resource="arn:aws:s3:::a/${aws:username}"),
    ),
    pair(
        "MISSING_QUOTE_IN_VARIABLE",
        "error",
        statement(Resource="arn:aws:s3:::a/${aws:username, 'all}"),
        statement(Resource="arn:aws:s3:::a/${aws:username, 'all'}"),
    ),
    pair(
        "UNSUPPORTED_SPACE_IN_VARIABLE",
        "error",
        statement(Resource="arn:aws:s3:::a/${ aws:username}"),
        statement(Resource="arn:aws:s3:::a/${aws:PrincipalTag/team, 'a b'}"),
    ),
    pair(
        "EMPTY_VARIABLE", "error", statement(Resource="arn:aws:s3:::a/${}"), statement(Resource="arn:aws:s3:::a/${*}")
    ),
    pair(
        "VARIABLE_UNSUPPORTED_IN_ELEMENT",
        "error",
        statement(Action="s3:${aws:username}"),
        statement(Resource="arn:aws:s3:::${aws:username}"),
    ),
    pair(
        "VARIABLE_UNSUPPORTED_IN_ELEMENT",
        "error",
        statement(Resource="arn:aws:s3::${aws:PrincipalAccount}:a"),
        statement(Resource="arn:aws:s3:::a-${aws:PrincipalAccount}"),
    ),
    pair(
        "VARIABLE_UNSUPPORTED_IN_VERSION",
        "error",
        policy(statement(Resource="arn:aws:s3:::a/${aws:username}"), Version="2008-10-17"),
        policy(statement(Resource="arn:aws:s3:::a/${aws:username}")),
    ),
    pair(
        "INVALID_VARIABLE_FOR_OPERATOR",
        "error",
        keyed("aws:MultiFactorAuthAge", "${aws:username}", "NumericEquals"),
        keyed("aws:userid", "${aws:username}"),
    ),
    pair(
        "MULTIVALUED_KEY_AS_VARIABLE",
        "error",
        statement(Resource="arn:aws:s3:::a/${aws:TagKeys}"),
        statement(Resource="arn:aws:s3:::a/${aws:userid}"),
    ),
]
