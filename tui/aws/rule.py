"""How each refusal of AWS or the network is told: the table, a line a rule.

Codes: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/CommonErrors.html and
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import urllib3.exceptions
from botocore import exceptions as boto
from botocore.parsers import ResponseParserError


class BadBodyError(Exception):
    """An answer with status 200 that cannot be read, or lacks its keys: a failed call, never an empty page."""


class Trouble(Enum):
    """What kind of refusal it is, for whoever decides how to go on."""

    THROTTLED = "throttled"  # slow down
    EXPIRED = "expired"  # new credentials heal it
    DENIED = "denied"  # somebody must grant it
    MISSING = "missing"  # the resource is not there, or not yet
    UNREACHED = "unreached"  # the network
    BROKEN = "broken"  # an answer that is none; the next one may be
    WRONG = "wrong"  # the request or the settings: trying again cannot help
    UNKNOWN = "unknown"  # not foreseen


@dataclass(frozen=True, slots=True)
class Rule:
    """How one refusal is told. Both sentences may use the words that refusal.py fills in, {action} and so on.

    `fatal`, `exit_code` and `retry_after` are SourceError's.
    """

    trouble: Trouble
    reason: str
    hint: str = ""
    fatal: bool = False
    exit_code: int = 3
    retry_after: float = 5.0


def _wrong(reason: str, hint: str = "") -> Rule:
    return Rule(Trouble.WRONG, reason, hint, fatal=True, exit_code=2)


def _expired(reason: str, hint: str, retry_after: float = 10.0) -> Rule:
    return Rule(Trouble.EXPIRED, reason, hint, retry_after=retry_after)


_LOGIN = "renew them (`{login}`, or whatever made them); what was read stays, and reading goes on by itself"
_NEW_CODE = "the session has ended and its profile wants a new MFA code"

THROTTLED = Rule(
    Trouble.THROTTLED, "AWS throttles {action}{on}", "others use this quota too; reading slows down", retry_after=15.0
)
DENIED = Rule(
    Trouble.DENIED, "AWS denies {action}{on}", "grant {action} to this identity{because}", fatal=True, retry_after=60.0
)
MISSING = Rule(
    Trouble.MISSING,
    "{what_or_action} does not exist ({said})",
    "check the name, the Region and the account",
    fatal=True,
    exit_code=2,
    retry_after=30.0,
)
SERVER = Rule(Trouble.BROKEN, "AWS has trouble answering {action} ({code})", "it usually passes in a moment")
UNFORESEEN_CODE = Rule(Trouble.UNKNOWN, "AWS refuses {action}{on}: {code} {said}", retry_after=15.0)
UNFORESEEN = Rule(
    Trouble.UNKNOWN,
    "{action}{on} failed in an unforeseen way ({code})",
    "the log file has the details",
    retry_after=15.0,
)
_EXPIRED = _expired("the AWS credentials{of_profile} have expired", _LOGIN)
_INVALID = _expired("AWS does not accept the credentials{of_profile} ({code})", _LOGIN)
_CLOCK = _expired(
    "AWS does not accept the signature of {action} ({said})",
    "compare this machine's clock with the true time, then the secret key",
)
_BLOCKED = _wrong("this account has not enabled the Region, or {action} is blocked in it", "choose another --region")
_INVALID_CALL = _wrong("AWS finds {action}{on} invalid: {said}")
_LIMIT = Rule(Trouble.THROTTLED, "a limit of the account is reached for {action}: {said}", retry_after=30.0)


def _each(rule: Rule, codes: str) -> dict[str, Rule]:
    return dict.fromkeys(codes.split(), rule)


CODES: dict[str, Rule] = {
    **_each(
        THROTTLED,
        "Throttling ThrottlingException ThrottledException RequestThrottledException RequestThrottled "
        "SlowDown 429 RequestLimitExceeded TooManyRequestsException EC2ThrottledException "
        "BandwidthLimitExceeded",
    ),
    **_each(_LIMIT, "LimitExceededException"),
    **_each(_EXPIRED, "ExpiredToken ExpiredTokenException RequestExpired TokenRefreshRequired"),
    **_each(
        _INVALID,
        "AuthFailure InvalidClientTokenId UnrecognizedClientException InvalidAccessKeyId "
        "MissingAuthenticationToken MissingAuthenticationTokenException IncompleteSignature "
        "IncompleteSignatureException InvalidToken",
    ),
    **_each(_CLOCK, "InvalidSignatureException SignatureDoesNotMatch RequestTimeTooSkewed"),
    **_each(
        DENIED, "AccessDenied AccessDeniedException UnauthorizedOperation UnauthorizedException NotAuthorized 403 401"
    ),
    **_each(_BLOCKED, "OptInRequired Blocked"),
    **_each(MISSING, "ResourceNotFoundException 404"),
    **_each(
        _INVALID_CALL,
        "InvalidParameterException InvalidParameterValue InvalidParameter InvalidParameterCombination "
        "InvalidFilter ValidationException ValidationError SerializationException InvalidOperationException "
        "MissingParameter MalformedQueryException UnknownOperationException InvalidAction InvalidNextToken",
    ),
    **_each(
        SERVER,
        "ServiceUnavailableException ServiceUnavailable Unavailable InternalFailure InternalError "
        "InternalServerError InternalServiceError RequestTimeout RequestTimeoutException 500 502 503 504",
    ),
}

_SSO = _expired(
    "the AWS sign-in{of_profile} has expired", "run `{login}` in another terminal; reading goes on by itself"
)
_AWS_LOGIN = _expired(
    "the AWS sign-in{of_profile} has expired",
    "run `aws login{with_profile}` in another terminal; reading goes on by itself",
)
_NETWORK = Rule(
    Trouble.UNREACHED,
    "the endpoint {endpoint} cannot be reached",
    "check the network, DNS, --region and --endpoint-url",
)
_SLOW = Rule(Trouble.UNREACHED, "{action}{on} was not answered in time")
_CUT = Rule(Trouble.BROKEN, "the answer to {action}{on} broke off", retry_after=3.0)
_UNREADABLE = Rule(
    Trouble.BROKEN,
    "the answer to {action}{on} cannot be read ({said})",
    "a proxy that answers in AWS's place looks like this",
)
_SETTINGS = _wrong("the AWS settings cannot be used: {said}", "look at ~/.aws/config and the AWS_… variables")
_NO_REGION = _wrong("no AWS Region is set", "give --region, or set AWS_REGION, or `region` in the profile")
_NO_PROFILE = _wrong("there is no AWS profile{named}", "`aws configure list-profiles` shows those there are")
_NO_CREDENTIALS = _wrong(
    "no AWS credentials were found{of_profile}",
    "run `aws configure` or `aws sso login`, give --profile, or set AWS_PROFILE; `vpctop demo` needs none",
)
_HALF = _wrong("half of the AWS credentials is missing: {said}", "set the access key id and the secret access key")
# The text may hold what a credential_process wrote to stderr, secrets included: it is not shown.
_NOT_FETCHED = _expired(
    "the AWS credentials{of_profile} cannot be fetched from {provider}",
    "run `aws sts get-caller-identity{with_profile}` to see why",
)
_METADATA = _expired("the machine's own credentials cannot be read", "the metadata service did not answer")
_MFA = _expired(_NEW_CODE, "quit and start again: the code is asked for before the screen opens", retry_after=60.0)
_NO_REFRESH = Rule(
    Trouble.DENIED,
    "the AWS sign-in may not be refreshed",
    "grant signin:CreateOAuth2Token to this identity",
    fatal=True,
)
_PROXY = Rule(Trouble.UNREACHED, "the proxy cannot be reached", "check HTTPS_PROXY and NO_PROXY")
_TLS = Rule(
    Trouble.UNREACHED,
    "no trusted connection to {endpoint} can be made",
    "a proxy that opens TLS needs its certificate in AWS_CA_BUNDLE; else check this machine's clock",
    retry_after=15.0,
)
_NO_XML = Rule(
    Trouble.BROKEN,
    "the answer to {action}{on} cannot be read (it is cut or no answer of AWS's)",
    "a proxy that answers in AWS's place looks like this",
)
_NO_UTF8 = Rule(Trouble.BROKEN, "the answer to {action}{on} cannot be read (it is no UTF-8)")
_MACHINE = Rule(Trouble.UNREACHED, "the network or a file failed: {said}")

# The first class that fits wins: the special ones stand before those they are kinds of.
CLASSES: tuple[tuple[type[BaseException], Rule], ...] = (
    (BadBodyError, _UNREADABLE),
    (boto.NoRegionError, _NO_REGION),
    (boto.InvalidRegionError, _wrong("{said}", "Regions look like eu-west-1")),
    (boto.ProfileNotFound, _NO_PROFILE),
    (boto.NoCredentialsError, _NO_CREDENTIALS),
    (boto.PartialCredentialsError, _HALF),
    (boto.MetadataRetrievalError, _METADATA),
    (boto.CredentialRetrievalError, _NOT_FETCHED),
    (boto.SSOError, _SSO),
    (boto.TokenRetrievalError, _SSO),
    (boto.NoAuthTokenError, _SSO),
    (boto.LoginInsufficientPermissions, _NO_REFRESH),
    (boto.LoginError, _AWS_LOGIN),
    (boto.RefreshWithMFAUnsupportedError, _MFA),
    (boto.ProxyConnectionError, _PROXY),
    (boto.SSLError, _TLS),
    (boto.ReadTimeoutError, _SLOW),
    (boto.ConnectionError, _NETWORK),
    (boto.HTTPClientError, _CUT),
    (boto.IncompleteReadError, _CUT),
    (boto.ChecksumError, _CUT),
    (boto.PaginationError, _UNREADABLE),
    (boto.ParamValidationError, _INVALID_CALL),
    (boto.ValidationError, _INVALID_CALL),
    (boto.UnknownServiceError, _SETTINGS),
    (boto.InvalidRetryConfigurationError, _SETTINGS),
    (boto.ConfigParseError, _SETTINGS),
    (boto.ConfigNotFound, _SETTINGS),
    (boto.InvalidConfigError, _SETTINGS),
    (boto.EndpointProviderError, _SETTINGS),
    (boto.BaseEndpointResolverError, _SETTINGS),
    (boto.InvalidProxiesConfigError, _SETTINGS),
    (boto.InvalidEndpointConfigurationError, _SETTINGS),
    (boto.InvalidDefaultsMode, _SETTINGS),
    (boto.MissingDependencyException, _SETTINGS),
    # None of these is a BotoCoreError: an HTML page with 500, a body in another charset, a connection cut in a body.
    (ResponseParserError, _NO_XML),
    (UnicodeDecodeError, _NO_UTF8),
    (urllib3.exceptions.TimeoutError, _SLOW),
    (urllib3.exceptions.HTTPError, _CUT),
    (TimeoutError, _SLOW),
    (ConnectionError, _CUT),
    (OSError, _MACHINE),
    (ValueError, _SETTINGS),
)
