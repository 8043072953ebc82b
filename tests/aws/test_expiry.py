from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from tests.aws.delivery import START, Clock, Received
from tests.aws.line import Line
from tui.aws.session import Access, Clients
from tui.aws.tail import TailOptions, open_tail
from tui.demo.embedded import EmbeddedAws
from tui.flows.source import SourceError

GROUP, ENI = "/vpc/flow-logs", "eni-0123456789abcdef0"
SIGN_IN = "https://payments.awsapps.com/start"
CONFIG = f"""
[profile legacy]
region = eu-west-1
sso_start_url = {SIGN_IN}
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = Reader
[profile prod]
region = eu-west-1
sso_session = payments
sso_account_id = 123456789012
sso_role_name = Reader
[profile admin]
region = eu-west-1
role_arn = arn:aws:iam::123456789012:role/Admin
source_profile = prod
[sso-session payments]
sso_start_url = {SIGN_IN}
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
"""


class SignIn(ThreadingHTTPServer):
    """IAM Identity Center on loopback: gives credentials that last a minute, or says that the token is no good."""

    daemon_threads = True
    refuses = False
    given = 0
    seconds = 3600.0


class _Portal(BaseHTTPRequestHandler):
    server: SignIn

    def do_GET(self) -> None:
        if self.server.refuses:
            self._answer(401, {"__type": "UnauthorizedException", "message": "Session token not found or invalid"})
            return
        self.server.given += 1
        ends = int((time.time() + self.server.seconds) * 1000)
        keys = {"accessKeyId": f"AKIASSO{self.server.given}", "secretAccessKey": "s", "sessionToken": "t"}
        self._answer(200, {"roleCredentials": {**keys, "expiration": ends}})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        self._answer(400, {"error": "invalid_grant", "error_description": "the sign-in is over"})

    def log_message(self, *_args: object) -> None:
        """Nothing is printed."""

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response_only(status)
        if status == 401:
            self.send_header("x-amzn-ErrorType", "UnauthorizedException")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def portal() -> Iterator[SignIn]:
    """The sign-in service."""
    server = SignIn(("127.0.0.1", 0), _Portal)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def home(tmp_path: Path, portal: SignIn, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A reader's ~/.aws; its folder sso/cache, which botocore looks for only when it is imported, is put there too."""
    config, credentials = tmp_path / "config", tmp_path / "credentials"
    config.write_text(CONFIG)
    credentials.write_text("[default]\naws_access_key_id = AKIAOLD\naws_secret_access_key = old\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    where = f"http://127.0.0.1:{portal.server_address[1]}"
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", where)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO_OIDC", where)
    cache = tmp_path / "cache"
    cache.mkdir()
    for place in ("credentials.SSOProvider", "tokens.SSOTokenProvider"):
        monkeypatch.setattr(f"botocore.{place}._SSO_TOKEN_CACHE_DIR", str(cache))
    monkeypatch.setattr("tui.aws.pages._FIRST_WAIT", 0.01)
    return tmp_path


def sign_in(home: Path, seconds: float = 3600) -> None:
    """What `aws sso login` leaves behind: a token for each way to name the sign-in."""
    for name in (SIGN_IN, "payments"):
        times = {
            each: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds)) for each in ("expiresAt",)
        }
        token = {"startUrl": SIGN_IN, "region": "eu-west-1", "accessToken": "good", **times}
        client = {
            "clientId": "c",
            "clientSecret": "s",
            "refreshToken": "r",
            "registrationExpiresAt": "2099-01-01T00:00:00Z",
        }
        cached = hashlib.sha1(name.encode()).hexdigest()  # the AWS CLI's name for the file
        (home / "cache" / f"{cached}.json").write_text(json.dumps(token | client))


def sign_out(home: Path) -> None:
    """`aws sso logout`: no token is left."""
    for each in (home / "cache").iterdir():
        each.unlink()


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
    home: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    profile: str,
    how: str,
    login: str,
) -> None:
    """The hint names the login; after it in another terminal the tail goes on, with no record lost, repeated or printed."""
    sign_in(home)
    line = Line(aws.url)
    access = Access(profile=profile, endpoint_url=line.url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", aws.url)  # where a role is assumed
    try:
        received, tail = heals(
            aws,
            line,
            access,
            (lambda: sign_in(home, -60)) if how == "ends" else (lambda: sign_out(home)),
            lambda: sign_in(home),
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
def test_keys_replaced_on_disk_are_taken_up(aws: EmbeddedAws, home: Path, code: str, meanwhile: str | None) -> None:
    """Static keys are read anew, also from a file that is half written for a while: the tail goes on once it has others."""
    line = Line(aws.url)
    keys = "[default]\naws_access_key_id = AKIANEW\naws_secret_access_key = new\n"
    access = Access(region="eu-west-1", endpoint_url=line.url)

    def spoil() -> None:
        if meanwhile is not None:
            (home / "credentials").write_text(meanwhile)

    try:
        received, _ = heals(aws, line, access, spoil, lambda: (home / "credentials").write_text(keys), code)
    finally:
        line.cut()
    assert received.lines == [record(START + at)[2] for at in (0, 60, 90)]
    assert (line.keys[0], line.keys[-1]) == ("AKIAOLD", "AKIANEW")
    assert [gap.healed is None for batch in received.batches for gap in batch.gaps][-1] is False


def test_keys_in_a_file_may_say_when_they_end(home: Path) -> None:
    """What saml2aws writes beside the keys is the countdown's end; without it nothing is said."""
    access = Access(region="eu-west-1")
    assert Clients(access).expires is None
    with (home / "credentials").open("a") as file:
        file.write("x_security_token_expires = 2026-01-01T00:00:00+00:00\n")
    assert Clients(access).expires == START


def test_a_credential_process_has_no_terminal(home: Path) -> None:
    """A program that gives credentials can ask nobody and print nowhere: it has no terminal and no input."""
    told = json.dumps(
        {"Version": 1, "AccessKeyId": "AKIAPROCESS", "SecretAccessKey": "s", "Expiration": "2099-01-01T00:00:00Z"}
    )
    script = home / "process.sh"
    script.write_text(
        f"#!/bin/sh\n(: </dev/tty) 2>/dev/null && exit 1\nread line && exit 1\necho loud >&2\necho '{told}'\n"
    )
    script.chmod(0o700)
    with (home / "config").open("a") as file:
        file.write(f"[profile process]\nregion = eu-west-1\ncredential_process = {script}\n")
    clients = Clients(Access(profile="process"))
    assert clients._session.get_credentials().access_key == "AKIAPROCESS"
    assert clients.expires == 4070908800
