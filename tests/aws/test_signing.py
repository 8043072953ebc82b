from __future__ import annotations

import logging
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.aws.small_network import GROUP, access_fixture  # noqa: F401 - fixtures are found by name
from tui.aws.session import Access, Clients
from tui.demo.embedded import EmbeddedAws
from tui.flows.source import SourceError

STRICT = 300  # seconds that AWS allows a signature to be off


@pytest.fixture
def clients(access: Access, request: pytest.FixtureRequest) -> Clients:
    """Clients that nobody has corrected: the keys are this test's own."""
    return Clients(replace(access, secret_key=request.node.name))


def actions(aws: EmbeddedAws) -> list[str]:
    """What was called, in order."""
    return [call["action"] for call in aws.calls()]


@pytest.mark.parametrize("off", [-1200, 1200])
def test_a_refused_signature_is_made_again_with_aws_time(
    aws: EmbeddedAws, clients: Clients, caplog: pytest.LogCaptureFixture, off: int
) -> None:
    """Twenty minutes off: one refused call tells, all others of every service are signed right, and the log says it once."""
    aws.configure(clock_ahead=-off, clock_tolerance=STRICT)
    with caplog.at_level(logging.WARNING):
        assert clients.call("sts", "GetCallerIdentity")["Account"] == aws.account
        clients.call("ec2", "DescribeFlowLogs")
        clients.call("logs", "DescribeLogGroups")
    assert actions(aws) == ["GetCallerIdentity", "GetCallerIdentity", "DescribeFlowLogs", "DescribeLogGroups"]
    assert abs(clients.clock_ahead - off) <= 5
    way = "ahead of" if off > 0 else "behind"
    assert [each.message for each in caplog.records] == [
        f"this machine's clock is 20 min {way} AWS's: calls are signed with AWS's time"
    ]


@pytest.mark.parametrize("off", [-1200, 1200])
@pytest.mark.parametrize(
    ("service", "operation"), [("ec2", "DescribeFlowLogs"), ("logs", "DescribeLogGroups"), ("logs", "StartLiveTail")]
)
def test_each_service_is_mended_by_its_own_refusal(
    aws: EmbeddedAws, clients: Clients, off: int, service: str, operation: str
) -> None:
    """Whatever words a service has for it, EC2's too, which are those for wrong keys."""
    clients.client("logs").create_log_group(logGroupName=GROUP)
    aws.configure(clock_ahead=-off, clock_tolerance=STRICT)
    aws.forget_calls()
    arn = f"arn:aws:logs:{aws.region}:{aws.account}:log-group:{GROUP}"
    parameters: dict[str, Any] = {"logGroupIdentifiers": [arn]} if operation == "StartLiveTail" else {}
    answer = clients.call(service, operation, **parameters)
    if operation == "StartLiveTail":
        assert "sessionStart" in next(iter(answer["responseStream"]))
        answer["responseStream"].close()
    assert actions(aws) == [operation] * 2


def test_a_renewed_session_and_other_threads_need_not_learn_it_again(aws: EmbeddedAws, clients: Clients) -> None:
    """The machine has one clock."""
    aws.configure(clock_ahead=1200, clock_tolerance=STRICT)
    clients.call("logs", "DescribeLogGroups")
    clients.renew()
    clients.call("logs", "DescribeLogGroups")
    Clients(clients.access).call("logs", "DescribeLogGroups")
    assert len(actions(aws)) == 4


def test_a_clock_that_is_put_right_meanwhile_is_noticed(aws: EmbeddedAws, clients: Clients) -> None:
    """After the correction the machine's clock may be set: the next refusal takes it back."""
    aws.configure(clock_ahead=1200, clock_tolerance=STRICT)
    clients.call("logs", "DescribeLogGroups")
    aws.configure(clock_tolerance=STRICT)
    clients.call("logs", "DescribeLogGroups")
    assert abs(clients.clock_ahead) <= 5


@pytest.mark.parametrize("ahead", [0.0, 86400.0])
def test_wrong_keys_are_no_wrong_clock(aws: EmbeddedAws, clients: Clients, ahead: float) -> None:
    """A refusal that AWS's time does not heal changes nothing, whatever Date a proxy writes on it."""
    aws.configure(clock_ahead=ahead)
    message = "The request signature we calculated does not match the signature you provided."
    aws.inject([{"kind": "error", "code": "InvalidSignatureException", "message": message, "times": None}])
    with pytest.raises(SourceError, match="does not match"):
        clients.call("logs", "DescribeLogGroups")
    assert clients.clock_ahead == 0


def test_the_call_that_assumes_a_role_is_mended_too(
    aws: EmbeddedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Botocore makes it by itself, with a client of its own."""
    config, credentials = tmp_path / "config", tmp_path / "credentials"
    config.write_text("[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/Admin\nsource_profile = default\n")
    credentials.write_text(f"[default]\naws_access_key_id = AKIACLOCK{time.time_ns()}\naws_secret_access_key = s\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    aws.configure(clock_ahead=1200, clock_tolerance=STRICT)
    Clients(Access(profile="admin", region=aws.region)).call("logs", "DescribeLogGroups")
    # The second was about to be signed when its credentials were fetched.
    assert actions(aws) == ["AssumeRole", "AssumeRole", "DescribeLogGroups", "DescribeLogGroups"]
