from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
import urllib3.exceptions
from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

from tests.aws.small_network import access_fixture, clients_fixture  # noqa: F401 - fixtures, which pytest finds by name
from tui.aws.identity import short_name
from tui.aws.refusal import refuse
from tui.aws.rule import BadBodyError, Trouble
from tui.aws.session import Clients
from tui.demo.embedded import EmbeddedAws
from tui.flows.source import SourceError

ACTION = "logs:FilterLogEvents"
GROUP = "log group /vpc/flow-logs"


def answered(code: str, message: str = "", status: int = 400) -> boto.ClientError:
    """An error answer as botocore hands it on."""
    answer: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return boto.ClientError(answer, "FilterLogEvents")


DENIED = (
    "User: arn:aws:sts::123456789012:assumed-role/Reader/alice is not authorized to perform: logs:FilterLogEvents on "
    "resource: arn:aws:logs:eu-west-1:123456789012:log-group:/vpc/flow-logs:log-stream: because no VPC endpoint policy "
    "allows the logs:FilterLogEvents action"
)
ENCODED = "You are not authorized to perform this operation. Encoded authorization failure message: " + "x" * 500

CASES: list[tuple[BaseException, Trouble, str, str]] = [
    (
        answered("ThrottlingException", "Rate exceeded"),
        Trouble.THROTTLED,
        f"AWS throttles {ACTION} on {GROUP}",
        "slows",
    ),
    (answered("RequestLimitExceeded", status=503), Trouble.THROTTLED, "AWS throttles", ""),
    (answered("SomethingNew", status=429), Trouble.THROTTLED, "AWS throttles", ""),
    (answered("ExpiredTokenException"), Trouble.EXPIRED, "credentials of profile prod have expired", "--profile prod"),
    (answered("ExpiredToken"), Trouble.EXPIRED, "have expired", ""),
    (answered("RequestExpired"), Trouble.EXPIRED, "have expired", ""),
    (answered("UnrecognizedClientException"), Trouble.EXPIRED, "does not accept the credentials", ""),
    (answered("AuthFailure"), Trouble.EXPIRED, "does not accept the credentials", ""),
    (answered("InvalidSignatureException", "Signature expired: 20260101"), Trouble.EXPIRED, "signature", "clock"),
    (
        answered("AccessDeniedException", DENIED),
        Trouble.DENIED,
        f"denies {ACTION} on {GROUP}",
        "no VPC endpoint policy",
    ),
    (answered("UnauthorizedOperation", ENCODED, 403), Trouble.DENIED, "AWS denies", f"grant {ACTION}"),
    (
        answered("ResourceNotFoundException", "The specified log group does not exist."),
        Trouble.MISSING,
        GROUP,
        "Region",
    ),
    (answered("InvalidVpcID.NotFound", "The vpc ID does not exist"), Trouble.MISSING, "does not exist", ""),
    (answered("InvalidParameterException", "bad <b>pattern</b>"), Trouble.WRONG, "invalid: bad", ""),
    (answered("ServiceUnavailableException", status=503), Trouble.BROKEN, "trouble answering", "passes in a moment"),
    (answered("500", "Internal Server Error", 500), Trouble.BROKEN, "trouble answering", "passes in a moment"),
    (answered("Oops\x1b[2J", "h\x1b]0;i\x07", 418), Trouble.UNKNOWN, "AWS refuses", ""),
    (boto.NoCredentialsError(), Trouble.WRONG, "no AWS credentials were found of profile prod", "aws configure"),
    (boto.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"), Trouble.WRONG, "half", "secret"),
    (boto.NoRegionError(), Trouble.WRONG, "no AWS Region is set", "--region"),
    (boto.ProfileNotFound(profile="prd"), Trouble.WRONG, "there is no AWS profile named prd", "list-profiles"),
    (
        boto.CredentialRetrievalError(provider="custom-process", error_msg="s3cr3t"),
        Trouble.EXPIRED,
        "custom-process",
        "",
    ),
    (boto.UnauthorizedSSOTokenError(), Trouble.EXPIRED, "sign-in of profile prod", "aws sso login --profile prod"),
    (boto.SSOTokenLoadError(error_msg="no token"), Trouble.EXPIRED, "sign-in", "aws sso login --profile prod"),
    (boto.TokenRetrievalError(provider="sso", error_msg="expired"), Trouble.EXPIRED, "sign-in", "aws sso login"),
    (boto.LoginRefreshRequired(), Trouble.EXPIRED, "sign-in", "aws login --profile prod"),
    (
        boto.EndpointConnectionError(endpoint_url="https://logs.eu-west-1.amazonaws.com"),
        Trouble.UNREACHED,
        "eu-west-1",
        "DNS",
    ),
    (boto.ConnectTimeoutError(endpoint_url="http://127.0.0.1:9"), Trouble.UNREACHED, "http://127.0.0.1:9", ""),
    (boto.ProxyConnectionError(proxy_url="http://u:pass@p:1", error="x"), Trouble.UNREACHED, "proxy", "HTTPS_PROXY"),
    (
        boto.SSLError(endpoint_url="https://x", error=OSError("self-signed")),
        Trouble.UNREACHED,
        "no trusted",
        "AWS_CA_BUNDLE",
    ),
    (boto.ReadTimeoutError(endpoint_url="https://x"), Trouble.UNREACHED, "not answered in time", ""),
    (boto.ConnectionClosedError(endpoint_url="https://x"), Trouble.BROKEN, "broke off", ""),
    (boto.ResponseStreamingError(error="cut"), Trouble.BROKEN, "broke off", ""),
    (ResponseParserError("Unable to parse response"), Trouble.BROKEN, "cannot be read", "proxy"),
    (BadBodyError("no events in it"), Trouble.BROKEN, "(no events in it)", ""),
    (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), Trouble.BROKEN, "no UTF-8", ""),
    (urllib3.exceptions.ProtocolError("Connection broken"), Trouble.BROKEN, "broke off", ""),
    (urllib3.exceptions.ReadTimeoutError(None, "/", "read"), Trouble.UNREACHED, "not answered in time", ""),  # type: ignore[arg-type]  # no pool here
    (ConnectionResetError(104, "reset"), Trouble.BROKEN, "broke off", ""),
    (KeyError("surprise"), Trouble.UNKNOWN, "unforeseen", "log file"),
]


@pytest.mark.parametrize(("error", "trouble", "reason", "hint"), CASES, ids=[type(case[0]).__name__ for case in CASES])
def test_an_exception_becomes_one_sentence(error: BaseException, trouble: Trouble, reason: str, hint: str) -> None:
    """Every exception a call may raise has its kind, one short printable sentence, and what to do."""
    refused = refuse(error, ACTION, GROUP, profile="prod")
    assert refused.trouble is trouble
    assert reason in refused.reason
    assert hint in refused.hint
    for text in (refused.reason, refused.hint):
        assert text.isprintable()
        assert len(text) < 400
        assert "{" not in text
        assert "Encoded" not in text
        assert "s3cr3t" not in text
        assert "pass@" not in text
    assert refused.exit_code in {2, 3}
    assert refused.retry_after > 0


def test_the_unforeseen_is_logged_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    """The sentence has no traceback; the log has."""
    with caplog.at_level(logging.ERROR):
        refuse(ZeroDivisionError("division by zero"), ACTION)
    assert caplog.records[0].exc_info is not None


def test_what_once_worked_may_work_again() -> None:
    """A denial in the middle of an incident does not end the program."""
    refused = refuse(answered("AccessDeniedException", DENIED), ACTION)
    assert refused.fatal
    assert not refused.softened().fatal
    assert refused.softened().reason == refused.reason


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"kind": "error", "code": "UnauthorizedOperation", "status": 403}, "AWS denies ec2:DescribeFlowLogs"),
        ({"kind": "error", "code": "RequestExpired"}, "have expired"),
        ({"kind": "throttle"}, "AWS throttles ec2:DescribeFlowLogs"),
        ({"kind": "html"}, "the answer to ec2:DescribeFlowLogs cannot be read"),
        ({"kind": "html", "status": 200}, "the answer to ec2:DescribeFlowLogs cannot be read"),
        ({"kind": "truncate"}, "the answer to ec2:DescribeFlowLogs cannot be read"),
        ({"kind": "corrupt"}, "the answer to ec2:DescribeFlowLogs cannot be read"),
        ({"kind": "cut"}, "the answer to ec2:DescribeFlowLogs cannot be read"),
        ({"kind": "reset"}, "the answer to ec2:DescribeFlowLogs broke off"),
    ],
)
def test_a_refusal_on_the_wire(aws: EmbeddedAws, clients: Clients, fault: dict[str, Any], reason: str) -> None:
    """What boto3 really raises for each fault is one of those sentences."""
    aws.inject([{**fault, "action": "DescribeFlowLogs", "times": None}])
    with pytest.raises(SourceError) as caught:
        clients.call("ec2", "DescribeFlowLogs")
    assert reason in caught.value.reason


@pytest.mark.parametrize("kind", ["truncate", "empty", "cut", "html"])
def test_a_broken_answer_is_asked_for_again(
    aws: EmbeddedAws, clients: Clients, client: Callable[..., Any], kind: str
) -> None:
    """One broken answer is no reason to give up, nor is it an empty list."""
    client("logs").create_log_group(logGroupName="/vpc/flow-logs")
    aws.inject([{"kind": kind, "action": "DescribeLogGroups"}])
    found = list(clients.pages("logs", "DescribeLogGroups", "logGroups"))
    assert [each["logGroupName"] for each in found] == ["/vpc/flow-logs"]


def test_tokens_in_a_circle_end(aws: EmbeddedAws, clients: Clients) -> None:
    """A page token that repeats ends the listing with a sentence."""
    circle = json.dumps({"logGroups": [], "nextToken": "again"})
    aws.inject([{"kind": "answer", "action": "DescribeLogGroups", "body": circle, "times": None}])
    with pytest.raises(SourceError, match="repeats"):
        list(clients.pages("logs", "DescribeLogGroups", "logGroups"))


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("arn:aws:sts::123456789012:assumed-role/Admin/alice", "Admin/alice"),
        ("arn:aws:iam::123456789012:user/team/bob", "bob"),
        ("arn:aws:iam::123456789012:root", "root"),
        ("", ""),
    ],
)
def test_an_arn_has_a_short_name(arn: str, name: str) -> None:
    """The header has room for a role and its session, or a user."""
    assert short_name(arn) == name
