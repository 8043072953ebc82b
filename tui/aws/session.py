"""How AWS is reached: the reader's settings as boto3 reads them, and clients whose every call ends in time."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

from tui import __version__
from tui.aws.credentials import expiry_of, make_session, missing, sign_in_profile, wants_code
from tui.aws.terminal import Terminal
from tui.flows.source import SourceError

if TYPE_CHECKING:
    from tui.aws.refusal import RefusedError  # brings botocore
    from tui.aws.signing import SigningClock

# boto3 is imported where it is first used: 0.3 s that the first paint need not wait for.

log = logging.getLogger(__name__)

CONNECT_TIMEOUT = 3.0
READ_TIMEOUT = 10.0
_TRIES = 3
_ENDPOINTS = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS")
# A boto3 Session is not documented as thread safe, and making a client reads it.
_making = Lock()
_resolved: dict[Access, Any] = {}
_clocks: dict[Access, SigningClock] = {}  # all threads sign with the same time, and the reader is told once


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach AWS; what is None is taken from the environment and the reader's files, as boto3 does.

    `isolated`: the demo's embedded AWS, which no proxy or profile of the reader's may touch.
    """

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    isolated: bool = False


class Clients:
    """The AWS clients of one thread, and the one door for its calls.

    `attempts` is how often botocore itself makes a call that fails: whoever changes something wants it made once.

    Raises:
        SourceError: no Region, no such profile, no or half credentials.
    """

    def __init__(
        self, access: Access, stop: Event | None = None, read_timeout: float = READ_TIMEOUT, attempts: int = 2
    ) -> None:
        self.access = access
        self._attempts = attempts
        self._read_timeout = read_timeout
        self.stop = stop or Event()
        self.calls = 0  # requests sent to CloudWatch Logs
        self.date = ""  # of the last answer to `call`, as its header has it
        self._clients: dict[str, Any] = {}
        self._clock = _clock_of(access)
        self._session = self._open()

    @property
    def expires(self) -> float | None:
        """When the credentials end, in Unix seconds; None where that is not known, as of static keys."""
        return expiry_of(self._session)

    @property
    def clock_ahead(self) -> float:
        """Seconds that this machine's clock is ahead of AWS's, as far as AWS has refused signatures for it."""
        return self._clock.ahead

    @property
    def region(self) -> str:
        """The Region every call goes to."""
        return str(self._session.region_name or "")

    @property
    def profile(self) -> str:
        """The profile's name, '' when none was chosen."""
        return self.access.profile or ("" if self.access.isolated else os.environ.get("AWS_PROFILE", ""))

    def client(self, service: str) -> Any:
        """The boto3 client of a service, made once."""
        from tui.aws.decode import PageReader

        if service not in self._clients:
            with _making:
                client = self._session.client(
                    service,
                    endpoint_url=self.access.endpoint_url,
                    config=_config(self.access, self._read_timeout, self._attempts),
                )
            if service == "logs":
                PageReader().install(client)
                client.meta.events.register("before-send.cloudwatch-logs", self._count)
            self._clients[service] = client
        return self._clients[service]

    def renew(self) -> None:
        """Forget session and clients: credentials that were replaced on disk are read only by a new session."""
        with _making:
            _resolved.pop(self.access, None)
        self._session = self._open()
        self._clients = {}

    def _count(self, **_request: object) -> None:
        self.calls += 1

    def call(self, service: str, operation: str, what: str = "", needs: str = "", **parameters: Any) -> dict[str, Any]:
        """One call, tried again a little when its answer is broken or refused for a moment.

        Args:
            service: as boto3 names it.
            operation: as Amazon names it, DescribeFlowLogs.
            what: the resource, for the sentence a reader gets when it fails.
            needs: a key that every whole answer has: botocore gives {} for JSON that was cut.
            **parameters: Amazon's.

        Raises:
            SourceError: what AWS or the network said to it, as one sentence.
        """
        from tui.aws.rule import Trouble

        for attempt in range(_TRIES):
            try:
                answer: dict[str, Any] = getattr(self.client(service), _method(operation))(**parameters)
                _must_have(answer, needs)
            except Exception as error:
                refused = self.refuse(error, f"{service}:{operation}", what)
                if attempt + 1 == _TRIES or refused.trouble not in {
                    Trouble.BROKEN,
                    Trouble.THROTTLED,
                    Trouble.EXPIRED,
                }:
                    raise refused from error
                if refused.trouble is Trouble.EXPIRED:
                    self.renew()
            else:
                self.date = str(answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date") or "")
                return answer
            if self.stop.wait(0.3 * 3**attempt):
                break
        raise SourceError(f"{service}:{operation} was interrupted", retry_after=0.0)

    def once(self, service: str, operation: str, what: str = "", **parameters: Any) -> dict[str, Any]:
        """One call, made once whatever becomes of it, for one that changes something. The arguments are those of `call`.

        Raises:
            RefusedError: what AWS or the network said to it; its cause is the exception itself.
        """
        try:
            answer: dict[str, Any] = getattr(self.client(service), _method(operation))(**parameters)
        except Exception as error:
            raise self.refuse(error, f"{service}:{operation}", what) from error
        return answer

    def pages(
        self, service: str, operation: str, key: str, what: str = "", most: int | None = None, **parameters: Any
    ) -> Iterator[Any]:
        """The items under `key` of every page, or of the first `most` pages.

        By hand, since boto3's paginator raises on a token that comes twice and takes a cut JSON answer for an empty page.

        Raises:
            SourceError: as `call`; also when the tokens run in a circle.
        """
        from tui.aws.rule import BadBodyError

        token_name = "nextToken" if service == "logs" else "NextToken"
        tokens: set[str] = set()
        while True:
            # An empty list is there in JSON; in EC2's XML it may be left out.
            answer = self.call(service, operation, what, key if service == "logs" else "", **parameters)
            yield from answer.get(key) or ()
            token = answer.get(token_name)
            if not token or (most is not None and len(tokens) + 1 >= most):
                return
            if token in tokens:
                raise self.refuse(BadBodyError("its page token repeats"), f"{service}:{operation}", what)
            tokens.add(token)
            parameters[token_name] = token

    def refuse(self, error: Exception, action: str, what: str = "") -> RefusedError:
        """The SourceError for an exception of this session's, ready to raise."""
        from tui.aws.refusal import refuse

        login = "" if self.access.isolated else sign_in_profile(self.profile)
        return refuse(error, action, what, profile=self.profile, login=login)

    def _open(self) -> Any:
        with _making:
            known = _resolved.get(self.access)
        try:
            session = known or make_session(self.access, Terminal(), self._clock)
            lacking = missing(session)
        except Exception as error:
            raise self.refuse(error, "the AWS session") from error
        if lacking:
            raise self.refuse(lacking, "the AWS session")
        return session


def resolve_credentials(access: Access) -> None:
    """Ask for an MFA code now if the profile needs one, and keep the session for the clients to come.

    Call it before the screen takes the terminal: later a prompt is refused, since nobody would see it. Costs nothing,
    not even the import of boto3, when the profile wants no code.

    Raises:
        SourceError: the code was refused, or the role may not be assumed.
    """
    if access.isolated or access.access_key or not wants_code(access.profile or os.environ.get("AWS_PROFILE")):
        return
    from tui.aws.refusal import refuse

    terminal = Terminal(is_free=True)
    try:
        session = make_session(access, terminal, _clock_of(access))
        credentials = session.get_credentials()
        if credentials is not None:
            credentials.get_frozen_credentials()
    except Exception as error:
        raise refuse(error, "sts:AssumeRole", profile=access.profile or "") from error
    finally:
        terminal.is_free = False
    with _making:
        _resolved[access] = session


def _clock_of(access: Access) -> SigningClock:
    from tui.aws.signing import SigningClock

    with _making:
        return _clocks.setdefault(access, SigningClock())


def _config(access: Access, read_timeout: float, attempts: int) -> Any:
    from botocore.config import Config

    custom = access.endpoint_url or any(os.environ.get(name) for name in _ENDPOINTS)
    extra: dict[str, Any] = {"inject_host_prefix": False} if custom else {}
    if access.isolated:
        extra |= {"proxies": {}, "ignore_configured_endpoint_urls": True}
    return Config(
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=read_timeout,
        # The first throttle should reach us, who slow down, and not sleep in botocore: one try again is enough there.
        retries={"mode": "standard", "total_max_attempts": attempts},
        user_agent_extra=f"vpctop/{__version__}",
        **extra,
    )


def _method(operation: str) -> str:
    from botocore import xform_name

    return str(xform_name(operation))


def _must_have(answer: dict[str, Any], key: str) -> None:
    from tui.aws.rule import BadBodyError

    if key and key not in answer:
        raise BadBodyError(f"no {key} in it")
