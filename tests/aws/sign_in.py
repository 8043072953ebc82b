"""A reader's ~/.aws in a folder of its own, and the sign-in service it leans on, which does as it is told."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from unittest.mock import patch

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


@dataclass(frozen=True)
class Home:
    """The folder with config, credentials and the sign-in's cache; `portal` gives credentials for a token."""

    folder: Path
    portal: SignIn

    def sign_in(self, seconds: float = 3600) -> None:
        """What `aws sso login` leaves behind: a token for each way to name the sign-in, good for so long."""
        expires = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
        token = {"startUrl": SIGN_IN, "region": "eu-west-1", "accessToken": "good", "expiresAt": expires}
        client = {"clientId": "c", "clientSecret": "s", "refreshToken": "r"}
        for name in (SIGN_IN, "payments"):
            cached = hashlib.sha1(name.encode()).hexdigest()  # the AWS CLI's name for the file
            text = json.dumps({**token, **client, "registrationExpiresAt": "2099-01-01T00:00:00Z"})
            (self.folder / "cache" / f"{cached}.json").write_text(text)

    def sign_out(self) -> None:
        """`aws sso logout`: no token is left."""
        for each in (self.folder / "cache").iterdir():
            each.unlink()

    def write_keys(self, key: str, profile: str = "default") -> None:
        """Other static credentials on disk."""
        text = f"[{profile}]\naws_access_key_id = {key}\naws_secret_access_key = {key.lower()}\n"
        (self.folder / "credentials").write_text(text)

    def use_keys(self, key: str, profile: str) -> None:
        """Have a profile use static credentials, no sign-in."""
        (self.folder / "config").write_text(f"[profile {profile}]\nregion = eu-west-1\n")
        self.write_keys(key, profile)


@contextmanager
def at_home() -> Iterator[Home]:
    """A reader who has signed in, with old keys for the default profile, there while the block runs.

    The folder sso/cache, which botocore looks for only when it is imported, is put there too.
    """
    server = SignIn(("127.0.0.1", 0), _Portal)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    where = f"http://127.0.0.1:{server.server_address[1]}"
    with ExitStack() as stack:
        stack.callback(server.server_close)
        stack.callback(server.shutdown)
        home = Home(Path(stack.enter_context(tempfile.TemporaryDirectory())), server)
        settings = {
            "AWS_CONFIG_FILE": str(home.folder / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(home.folder / "credentials"),
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL_SSO": where,
            "AWS_ENDPOINT_URL_SSO_OIDC": where,
        }
        stack.enter_context(patch.dict(os.environ, settings))
        (home.folder / "cache").mkdir()
        for place in ("credentials.SSOProvider", "tokens.SSOTokenProvider"):
            stack.enter_context(patch(f"botocore.{place}._SSO_TOKEN_CACHE_DIR", str(home.folder / "cache")))
        (home.folder / "config").write_text(CONFIG)
        home.write_keys("AKIAOLD")
        home.sign_in()
        yield home
