from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest

from tests.aws.delivery import START, Clock, Received
from tests.aws.line import Line
from tests.aws.sign_in import Home, at_home
from tui.aws.session import Access, Clients
from tui.aws.tail import TailOptions, open_tail
from tui.demo.embedded import EmbeddedAws
from tui.flows.source import SourceError

GROUP, ENI = "/vpc/flow-logs", "eni-0123456789abcdef0"


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A reader's ~/.aws."""
    monkeypatch.setattr("tui.aws.pages._FIRST_WAIT", 0.01)
    with at_home() as home:
        yield home


def record(at: int) -> tuple[int, int, str]:
    """An event with a record that begins at this second."""
    text = f"2 123456789012 {ENI} 10.0.1.7 10.0.2.9 40000 443 6 9 900 {at} {at + 60} ACCEPT OK"
    return at * 1000, at * 1000, text


def heals(aws: EmbeddedAws, line: Line, access: Access, expire: Any, renew: Any, code: str) -> tuple[Received, Any]:
    """A tail whose credentials end after its first pass, and are renewed after three refusals."""
    clock, received = Clock(START + 60.0), Received()
    aws.put(GROUP, f"{ENI}-all", [record(START)])
    options = TailOptions(since=START - 60, until=START + 900, interval=0.01, api_rate=0, clock=clock)
    tail = open_tail([GROUP], access, options)
    expired = False
    while True:
        try:
            for batch in tail.batches(Event()):
                received.take(batch)
                if batch.complete and not expired:
                    expired = True
                    line.expired, line.code = line.keys[-1], code
                    expire()
                    aws.put(GROUP, f"{ENI}-all", [record(START + 60)])
                if batch.complete:
                    clock.at += 60
        except SourceError as error:
            received.refusals.append(error)
            if error.fatal or len(received.refusals) > 10:
                raise
            clock.at += error.retry_after
            if len(received.refusals) == 3:
                aws.put(GROUP, f"{ENI}-all", [record(START + 90)])
                renew()
        else:
            return received, tail


@pytest.mark.parametrize(
    ("profile", "how", "login"),
    [("legacy", "ends", "legacy"), ("legacy", "gone", "legacy"), ("prod", "ends", "prod"), ("admin", "ends", "prod")],
)
def test_a_sign_in_that_ends_heals_in_place(
    aws: EmbeddedAws,
    home: Home,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    profile: str,
    how: str,
    login: str,
) -> None:
    """The hint names the login; after it in another terminal the tail goes on, with no record lost, repeated or printed."""
    line = Line(aws.url)
    access = Access(profile=profile, endpoint_url=line.url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", aws.url)  # where a role is assumed
    try:
        received, tail = heals(
            aws,
            line,
            access,
            (lambda: home.sign_in(-60)) if how == "ends" else home.sign_out,
            home.sign_in,
            "ExpiredTokenException",
        )
    finally:
        line.cut()
    assert received.lines == [record(START + at)[2] for at in (0, 60, 90)]
    assert len(received.refusals) >= 3
    assert all("expired" in error.reason for error in received.refusals)
    assert f"`aws sso login --profile {login}`" in received.refusals[-1].hint
    gaps = [gap for batch in received.batches for gap in batch.gaps]
    assert len({gap.id for gap in gaps}) == 1
    assert gaps[-1].healed is not None
    ends = received.batches[-1].status
    assert ends is not None
    assert ends.expires is not None
    assert 3000 < ends.expires - time.time() <= 3600
    assert tail.about.profile == profile
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("code", "meanwhile"),
    [
        ("ExpiredTokenException", None),
        ("RequestExpired", ""),
        ("UnrecognizedClientException", "[default]\naws_access_key_id = AKIAHALF\n"),
        ("InvalidClientTokenId", "no [ini\n=\n"),
    ],
)
def test_keys_replaced_on_disk_are_taken_up(aws: EmbeddedAws, home: Home, code: str, meanwhile: str | None) -> None:
    """Static keys are read anew, also from a file that is half written for a while: the tail goes on once it has others."""
    line = Line(aws.url)
    access = Access(region="eu-west-1", endpoint_url=line.url)

    def spoil() -> None:
        if meanwhile is not None:
            (home.folder / "credentials").write_text(meanwhile)

    try:
        received, _ = heals(aws, line, access, spoil, lambda: home.write_keys("AKIANEW"), code)
    finally:
        line.cut()
    assert received.lines == [record(START + at)[2] for at in (0, 60, 90)]
    assert (line.keys[0], line.keys[-1]) == ("AKIAOLD", "AKIANEW")
    assert [gap.healed is None for batch in received.batches for gap in batch.gaps][-1] is False


def test_keys_in_a_file_may_say_when_they_end(home: Home) -> None:
    """What saml2aws writes beside the keys is the countdown's end; without it nothing is said."""
    access = Access(region="eu-west-1")
    assert Clients(access).expires is None
    with (home.folder / "credentials").open("a") as file:
        file.write("x_security_token_expires = 2026-01-01T00:00:00+00:00\n")
    assert Clients(access).expires == START
