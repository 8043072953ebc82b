"""Orders on a bad day: others write at the same time, answers are lost or strange, AWS is slow, the reader gives up."""

from __future__ import annotations

import time
from dataclasses import replace
from threading import Event, Timer
from xml.sax.saxutils import escape

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
    SSLError,
)
from botocore.parsers import ResponseParserError

from tests.aws.small_network import Network, access_fixture, network_fixture  # noqa: F401 - fixtures are found by name
from tests.aws.test_changing import (  # noqa: F401 - fixtures are found by name
    KMS,
    ONE_BUCKET,
    OTHER_BUCKET,
    _impatient,
    calls_of,
    carried,
    changes_fixture,
    gateway_fixture,
    shown,
)
from tui.aws import change_pace
from tui.aws.change_call import _is_lost
from tui.aws.change_pace import ChangePace
from tui.aws.changing import AwsChanges
from tui.aws.session import Access
from tui.demo.embedded import EmbeddedAws
from tui.network.order import CreateEndpoint, DeleteEndpoint, ModifyEndpoint, ResetToDefault, SetPolicy, Stage
from tui.policies.same import DEFAULT_POLICY

DENIED = {"kind": "error", "code": "UnauthorizedOperation", "status": 403, "times": None}
_OPEN = '<DescribeVpcEndpointsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId><vpcEndpointSet>'
_CLOSE = "</vpcEndpointSet></DescribeVpcEndpointsResponse>"


def test_a_change_while_waiting_for_aws_stops_it(
    changes: AwsChanges, network: Network, gateway: str, aws: EmbeddedAws
) -> None:
    """The live policy is read before each try: somebody else's change, made while AWS asked to wait, is not lost."""
    was = shown(network, gateway)["PolicyDocument"]
    aws.inject([{"kind": "throttle", "action": "ModifyVpcEndpoint", "times": 1}])
    told = changes.carry_out(SetPolicy(gateway, ONE_BUCKET, was), Event())
    assert next(told).stage is Stage.WAITING
    network.ec2.modify_vpc_endpoint(VpcEndpointId=gateway, PolicyDocument=OTHER_BUCKET)
    last = list(told)[-1]
    assert (last.stage, last.live) == (Stage.STOPPED, OTHER_BUCKET)
    assert shown(network, gateway)["PolicyDocument"] == OTHER_BUCKET


def test_a_change_right_after_is_told(changes: AwsChanges, network: Network, gateway: str) -> None:
    """Somebody wrote over it before it was read back: what is live then is neither the old nor the new policy."""
    told = changes.carry_out(SetPolicy(gateway, ONE_BUCKET, shown(network, gateway)["PolicyDocument"]), Event())
    assert next(told).stage is Stage.SENT
    network.ec2.modify_vpc_endpoint(VpcEndpointId=gateway, PolicyDocument=OTHER_BUCKET)
    (last,) = told
    assert (last.stage, last.live) == (Stage.UNSURE, OTHER_BUCKET)


def test_what_is_in_force_already_is_done(
    changes: AwsChanges, network: Network, gateway: str, aws: EmbeddedAws
) -> None:
    """The same order again, as after a lost answer: nothing is sent, and it is no change by somebody else."""
    was = shown(network, gateway)["PolicyDocument"]
    carried(changes, SetPolicy(gateway, ONE_BUCKET, was))
    aws.forget_calls()
    (told,) = carried(changes, SetPolicy(gateway, ONE_BUCKET, was))
    assert told.stage is Stage.DONE
    carried(changes, ResetToDefault(gateway, ONE_BUCKET))
    assert calls_of(aws, "ModifyVpcEndpoint") == 1
    (told,) = carried(changes, ResetToDefault(gateway, ONE_BUCKET))
    assert told.stage is Stage.DONE


def test_nothing_is_written_blindly(changes: AwsChanges, gateway: str, aws: EmbeddedAws) -> None:
    """Where the live policy cannot be read, none is sent; the reason is told."""
    aws.forget_calls()
    aws.inject([{**DENIED, "action": "DescribeVpcEndpoints"}])
    for order in (SetPolicy(gateway, ONE_BUCKET, DEFAULT_POLICY), ResetToDefault(gateway, ONE_BUCKET)):
        (told,) = carried(changes, order)
        assert told.stage is Stage.REFUSED
        assert "ec2:DescribeVpcEndpoints" in told.text
    assert calls_of(aws, "ModifyVpcEndpoint") == 0


@pytest.mark.parametrize("rule", [DENIED, {"kind": "html", "times": None}, {"kind": "truncate", "times": None}])
def test_what_cannot_be_read_back_is_unsure(
    changes: AwsChanges, gateway: str, aws: EmbeddedAws, rule: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was sent, and AWS said yes, but nobody can see it: that is said, and it ends."""
    monkeypatch.setattr("tui.aws.change_policy._SHOWS", 0.0)
    aws.inject([{**rule, "action": "DescribeVpcEndpoints", "skip": 1}])
    told = carried(changes, SetPolicy(gateway, ONE_BUCKET, DEFAULT_POLICY))
    assert [each.stage for each in told] == [Stage.SENT, Stage.UNSURE]


@pytest.mark.parametrize("kind", ["cut", "truncate", "corrupt", "html", "reset"])
def test_lost_answers_of_all_changes_are_found_out(
    changes: AwsChanges, network: Network, aws: EmbeddedAws, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Subnets and deletions: done if AWS shows it so, else unsure; each is sent once."""
    monkeypatch.setattr("tui.aws.change_endpoint._LOST", 0.2)
    first, second = network.subnets
    endpoint = carried(changes, CreateEndpoint(network.vpc, KMS, "Interface", subnets=(first,)))[-1].endpoint
    aws.forget_calls()
    aws.inject([{"kind": kind, "action": "ModifyVpcEndpoint"}, {"kind": kind, "action": "DeleteVpcEndpoints"}])
    moved = carried(changes, ModifyEndpoint(endpoint, add_subnets=(second,)))[-1]
    is_moved = second in shown(network, endpoint)["SubnetIds"]
    deleted = carried(changes, DeleteEndpoint(endpoint))[-1]
    is_gone = not network.ec2.describe_vpc_endpoints()["VpcEndpoints"]
    assert is_moved == is_gone == (kind in {"cut", "truncate", "corrupt"})
    assert [moved.stage, deleted.stage] == [Stage.DONE if is_gone else Stage.UNSURE] * 2
    assert calls_of(aws, "ModifyVpcEndpoint", "DeleteVpcEndpoints") == 2


def test_a_creation_whose_answers_are_all_lost_is_unsure(
    changes: AwsChanges, network: Network, aws: EmbeddedAws
) -> None:
    """It may have been made: the reader is told to look before he tries again."""
    aws.inject([{"kind": "truncate", "action": "CreateVpcEndpoint", "times": None}])
    told = carried(changes, CreateEndpoint(network.vpc, KMS, "Interface"))
    assert told[-1].stage is Stage.UNSURE
    assert "look for it before trying again" in told[-1].text
    assert len(network.ec2.describe_vpc_endpoints()["VpcEndpoints"]) == 1


def test_a_creation_that_tells_no_id_is_asked_for_again(
    changes: AwsChanges, network: Network, aws: EmbeddedAws
) -> None:
    """An answer without an id, or with one that is none, is a lost answer: the same token finds what was made."""
    empty = "<CreateVpcEndpointResponse/>"
    bad = "<CreateVpcEndpointResponse><vpcEndpoint><vpcEndpointId>vpce-1; rm</vpcEndpointId></vpcEndpoint></CreateVpcEndpointResponse>"
    aws.inject([{"kind": "answer", "action": "CreateVpcEndpoint", "body": body} for body in (empty, bad)])
    told = carried(changes, CreateEndpoint(network.vpc, KMS, "Interface"))
    assert [each.stage for each in told[:2]] == [Stage.WAITING, Stage.WAITING]
    assert told[-1].stage is Stage.DONE
    assert len(network.ec2.describe_vpc_endpoints()["VpcEndpoints"]) == 1


def test_nobody_reached_is_nothing_changed(access: Access, aws: EmbeddedAws) -> None:
    """Where no connection can be made, nothing was sent; an answer in AWS's place counts as lost."""
    nobody = AwsChanges(replace(access, endpoint_url="http://127.0.0.1:9"))
    told = carried(nobody, ModifyEndpoint("vpce-0123456789abcdef0", private_dns=True))
    assert told[-1].stage is Stage.REFUSED
    assert told[-1].text.endswith("nothing was changed.")
    assert not aws.calls()


def test_credentials_that_ended_are_told(changes: AwsChanges, network: Network, gateway: str, aws: EmbeddedAws) -> None:
    """They are renewed once; where that does not help, nothing was changed."""
    was = shown(network, gateway)["PolicyDocument"]
    aws.inject([{"kind": "error", "code": "RequestExpired", "action": "ModifyVpcEndpoint", "times": 1}])
    assert carried(changes, SetPolicy(gateway, ONE_BUCKET, was))[-1].stage is Stage.DONE
    aws.inject([{"kind": "error", "code": "RequestExpired", "action": "ModifyVpcEndpoint", "times": None}])
    told = carried(changes, SetPolicy(gateway, OTHER_BUCKET, ONE_BUCKET))
    assert told[-1].stage is Stage.REFUSED
    assert "expired" in told[-1].text


@pytest.mark.parametrize(
    "item",
    [
        "",
        "<item/>",
        "<item><vpcEndpointId>vpce-1</vpcEndpointId></item>",
        "<item><vpcEndpointId>{id}</vpcEndpointId></item>",
        "<item><vpcEndpointId>{id}</vpcEndpointId><state>Ascending&#27;[2J</state><policyDocument>{{</policyDocument></item>",
        "<item><vpcEndpointId>{id}</vpcEndpointId><policyDocument>" + "[" * 200_000 + "</policyDocument></item>",
    ],
)
def test_strange_answers_change_nothing(changes: AwsChanges, gateway: str, aws: EmbeddedAws, item: str) -> None:
    """Missing fields, another endpoint, a policy that is none: no change is sent, and one sentence says why."""
    aws.forget_calls()
    body = _OPEN + item.replace("{id}", gateway).replace("{{", "{") + _CLOSE
    aws.inject([{"kind": "answer", "action": "DescribeVpcEndpoints", "body": body, "times": None}])
    (told,) = carried(changes, SetPolicy(gateway, ONE_BUCKET, DEFAULT_POLICY))
    assert told.stage in {Stage.REFUSED, Stage.STOPPED}
    assert "\x1b" not in told.text
    assert len(told.text) < 500
    assert calls_of(aws, "ModifyVpcEndpoint") == 0


def test_principals_that_come_back_as_ids_are_done(
    changes: AwsChanges, network: Network, gateway: str, aws: EmbeddedAws
) -> None:
    """AWS keeps a role by its unique id: what it shows then is told, and it is no other policy."""
    was = shown(network, gateway)["PolicyDocument"]
    role = ONE_BUCKET.replace('"*"', '{"AWS": "arn:aws:iam::123456789012:role/app"}')
    kept = role.replace("arn:aws:iam::123456789012:role/app", "AROAEXAMPLE1234567890")
    item = f"<vpcEndpointId>{gateway}</vpcEndpointId><policyDocument>{escape(kept)}</policyDocument>"
    body = f"{_OPEN}<item>{item}</item>{_CLOSE}"
    aws.inject([{"kind": "answer", "action": "DescribeVpcEndpoints", "body": body, "skip": 1, "times": None}])
    last = carried(changes, SetPolicy(gateway, role, was))[-1]
    assert (last.stage, last.live) == (Stage.DONE, kept)
    assert "AROA" in last.text


def test_states_that_nobody_knows_end_in_time(
    changes: AwsChanges, network: Network, aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An endpoint that is in a new kind of state is told of as AWS says, and not waited for without end."""
    monkeypatch.setattr("tui.aws.change_endpoint._CREATED", 0.1)
    monkeypatch.setattr("tui.aws.change_endpoint._DELETED", 0.1)
    made = carried(changes, CreateEndpoint(network.vpc, KMS, "Interface"))[-1].endpoint
    body = f"{_OPEN}<item><vpcEndpointId>{made}</vpcEndpointId><state>Hibernating</state></item>{_CLOSE}"
    aws.inject([{"kind": "answer", "action": "DescribeVpcEndpoints", "body": body, "times": None}])
    told = carried(changes, DeleteEndpoint(made))
    assert told[-1].stage is Stage.UNSURE
    assert "hibernating" in told[-1].text
    again = carried(changes, CreateEndpoint(network.vpc, KMS, "Interface"))[-1]
    assert (again.stage, again.endpoint == made) == (Stage.UNSURE, False)  # AWS shows the other one only


def test_a_creation_that_fails_is_told_with_its_reason(changes: AwsChanges, network: Network, aws: EmbeddedAws) -> None:
    """AWS made it, and it failed: its id and the reason come along."""
    made = "vpce-0123456789abcdef0"
    item = f"<vpcEndpointId>{made}</vpcEndpointId><state>Failed</state><failureReason>No quota</failureReason>"
    creation = f"<CreateVpcEndpointResponse><vpcEndpoint>{item}</vpcEndpoint></CreateVpcEndpointResponse>"
    aws.inject(
        [
            {"kind": "answer", "action": "CreateVpcEndpoint", "body": creation},
            {"kind": "answer", "action": "DescribeVpcEndpoints", "body": f"{_OPEN}<item>{item}</item>{_CLOSE}"},
        ]
    )
    told = carried(changes, CreateEndpoint(network.vpc, KMS, "Interface"))[-1]
    assert (told.stage, told.endpoint) == (Stage.REFUSED, made)
    assert "No quota" in told.text


@pytest.mark.parametrize(
    ("cause", "lost"),
    [
        (ReadTimeoutError(endpoint_url="x"), True),
        (ConnectionClosedError(endpoint_url="x"), True),
        (SSLError(endpoint_url="x", error="eof"), True),
        (ResponseParserError("no XML"), True),
        (UnicodeDecodeError("utf-8", b"", 0, 1, "x"), True),
        (ClientError({"ResponseMetadata": {"HTTPStatusCode": 500}, "Error": {"Code": "InternalError"}}, "X"), True),
        (ClientError({"ResponseMetadata": {"HTTPStatusCode": 400}, "Error": {"Code": "InvalidParameter"}}, "X"), False),
        (EndpointConnectionError(endpoint_url="x"), False),
        (ConnectTimeoutError(endpoint_url="x"), False),
        (NoCredentialsError(), False),
        (ParamValidationError(report="x"), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_answer_is_lost_only_if_aws_may_have_heard(cause: Exception, lost: bool) -> None:
    """A refusal, or a call that never left, changed nothing; all else may have."""
    assert _is_lost(cause) is lost


def test_failures_of_deletion_are_told_in_awss_words(changes: AwsChanges, gateway: str, aws: EmbeddedAws) -> None:
    """An entry of Unsuccessful is an error, also one that names no resource."""
    body = (
        '<DeleteVpcEndpointsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId>'
        "<unsuccessful><item><error><code>OperationNotPermitted</code><message>It is managed by\nAWS\x85 Transfer."
        "</message></error></item></unsuccessful></DeleteVpcEndpointsResponse>"
    )
    aws.inject([{"kind": "answer", "action": "DeleteVpcEndpoints", "body": body}])
    (told,) = carried(changes, DeleteEndpoint(gateway))
    assert told.stage is Stage.REFUSED
    assert "OperationNotPermitted It is managed by" in told.text
    assert "\n" not in told.text


def test_the_pace_is_that_of_aws() -> None:
    """Four changes of a kind at once, then one every 3.3 seconds; another kind has its own; a throttle empties it."""
    at = [0.0]
    pace = ChangePace(lambda: at[0])
    assert [pace.take("ModifyVpcEndpoint") for _ in range(4)] == [0.0] * 4
    assert pace.take("ModifyVpcEndpoint") == pytest.approx(1 / change_pace.REFILL)
    assert pace.take("DeleteVpcEndpoints") == 0.0
    at[0] += 1 / change_pace.REFILL + 0.001
    assert pace.take("ModifyVpcEndpoint") == 0.0
    at[0] += 100.0
    pace.emptied("ModifyVpcEndpoint")
    assert pace.take("ModifyVpcEndpoint") > 0


def test_giving_up_while_waiting_ends_at_once(
    changes: AwsChanges, gateway: str, aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wait that AWS asked for is woken by whoever gives up; nothing was changed."""
    monkeypatch.setattr("tui.aws.change_call.RESTS", (60.0,))
    aws.inject([{"kind": "throttle", "action": "ModifyVpcEndpoint", "times": None}])
    stop, begin = Event(), time.monotonic()
    Timer(1.0, stop.set).start()
    told = carried(changes, SetPolicy(gateway, ONE_BUCKET, DEFAULT_POLICY), stop)
    assert [each.stage for each in told] == [Stage.WAITING, Stage.STOPPED]
    assert time.monotonic() - begin < 10
