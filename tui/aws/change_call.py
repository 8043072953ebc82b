"""One order on its way: its calls, each made once and at AWS's pace, what it reads back, and how it ends."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator, Iterator
from functools import partial
from threading import Event
from typing import Any, NoReturn, TypeVar

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, SSLError

from tui.aws.ahead import Ahead
from tui.aws.change_pace import ChangePace
from tui.aws.inventory_rules import endpoint as endpoint_of
from tui.aws.refusal import RefusedError
from tui.aws.rule import BadBodyError, Trouble
from tui.aws.session import Clients
from tui.flows.clean import clean
from tui.network.order import Progress, Stage
from tui.network.rules import Endpoint

RESTS = (4.0, 7.0, 12.0, 20.0, 30.0)  # seconds after each time that AWS asks to wait; then it is given up
LOOKS = (0.5, 1.0, 1.0, 2.0, 2.0, 3.0)  # seconds between looks at what came of it; the last for all after
_PLACE = re.compile(r"\(\s*([0-9]{1,6})\s*,\s*([0-9]{1,6})\s*\)")
_SERVER = 500

T = TypeVar("T")
Steps = Generator[Progress, None, T]


class EndedError(Exception):
    """The order has ended, as `progress` says."""

    def __init__(self, progress: Progress) -> None:
        super().__init__(progress.text)
        self.progress = progress


class LostError(Exception):
    """The answer to a change never came whole: AWS may have made it."""


class Carrier:
    """Carries one order. `endpoint` is the id it is about, '' until it is known; `sent`, whether AWS may have heard of it."""

    def __init__(self, clients: Clients, pace: ChangePace, stop: Event, endpoint: str = "") -> None:
        self.clients = clients
        self.endpoint = endpoint
        self.sent = False
        self.stop = stop
        self._pace = pace
        self._renewed = False

    def told(self, stage: Stage, text: str, **more: Any) -> Progress:
        """How far it is."""
        return Progress(stage, sentence(text), self.endpoint, **more)

    def end(self, stage: Stage, text: str, **more: Any) -> NoReturn:
        """End it here.

        Raises:
            EndedError: always.
        """
        raise EndedError(self.told(stage, text, **more))

    def send(
        self,
        operation: str,
        what: str,
        check: Callable[[], object] = lambda: None,
        usable: Callable[[dict[str, Any]], object] = lambda _: True,
        *,
        again: bool = False,
        **parameters: Any,
    ) -> Steps[dict[str, Any]]:
        """Make a change: wait for its turn, `check` that it is still wanted, call once, and wait if AWS asks to.

        Args:
            operation: as Amazon names it.
            what: the resource, for the sentence of a refusal.
            check: called right before each call; it may `end` the order.
            usable: whether the answer tells what it has to; one that does not is a lost answer.
            again: whether it may be called again after a lost answer, because it carries a ClientToken.
            **parameters: Amazon's.

        Raises:
            EndedError: AWS or the network refused, or it was given up; nothing was changed.
            LostError: AWS may have made the change.
        """
        call = partial(self._call, operation, what, parameters, usable)
        lost = ""
        for rest in (*RESTS, None):
            yield from self._turn(operation)
            check()
            try:
                answer = self._answer(call, check, lost)
                if answer is not None:
                    return answer
                self._pace.emptied(operation)
            except LostError as error:
                if not again:
                    raise
                lost = str(error)
            if rest is None:
                break
            wait = f"no answer came ({lost}), asking again" if lost else "AWS asks to wait, trying again"
            yield self.told(Stage.WAITING, f"{wait} in {rest:.0f} s{': it is not made twice' if lost else ''}")
            self.rest(rest)
        if lost:
            raise LostError(lost)
        self.end(
            Stage.REFUSED, f"AWS goes on throttling ec2:{operation}: nothing was changed; try again in some minutes"
        )

    def _answer(
        self, call: Callable[[], dict[str, Any]], check: Callable[[], object], lost: str
    ) -> dict[str, Any] | None:
        """The answer to a call; None: AWS asks to wait. Credentials that have ended are renewed, once an order.

        Raises:
            EndedError: it was refused.
            LostError: AWS may have made the change.
        """
        try:
            return call()
        except RefusedError as error:
            throttled = error.trouble is Trouble.THROTTLED
            may_be = not throttled and _is_lost(error.__cause__)
            self.sent = bool(lost) or may_be
            if throttled:
                return None
            if may_be:
                raise LostError(error.reason) from error
            if error.trouble is not Trouble.EXPIRED or self._renewed:
                self._refused(error, lost)
            self._renewed = True
            self._renew()
            check()
            return self._answer(call, check, lost)

    def rest(self, seconds: float) -> None:
        """Wait.

        Raises:
            EndedError: it was given up.
        """
        if self.stop.wait(seconds):
            self._given_up()

    def looks(self, limit: float) -> Iterator[Endpoint | None]:
        """The endpoint as AWS shows it, again and again for `limit` seconds; None: it does not know it.

        A look that fails is left out: the next one may work.
        """
        until = time.monotonic() + limit
        for count in range(10_000):
            try:
                yield self.look()
            except RefusedError as error:
                if error.trouble is Trouble.DENIED:
                    self.end(Stage.UNSURE, f"AWS may have done it, but it cannot be looked at: {error.reason}")
            if time.monotonic() >= until:
                return
            self.rest(LOOKS[min(count, len(LOOKS) - 1)])

    def look(self) -> Endpoint | None:
        """The endpoint as AWS shows it now; None: it does not know it, or no longer.

        Raises:
            RefusedError: it cannot be read.
        """
        try:
            items = self.read("DescribeVpcEndpoints", "VpcEndpoints", self.endpoint, VpcEndpointIds=[self.endpoint])
        except RefusedError as error:
            if error.trouble is Trouble.MISSING:
                return None
            raise
        for item in items:
            if item.get("VpcEndpointId") == self.endpoint:
                return endpoint_of(item, [], self.clients.region)
        return None

    def read(self, operation: str, key: str, what: str, **parameters: Any) -> list[Any]:
        """The items under `key` of an answer that changes nothing.

        Raises:
            EndedError: it was given up.
            RefusedError: it cannot be read.
        """
        answer = Ahead(partial(self.clients.call, "ec2", operation, what, **parameters)).answer(self.stop)
        if answer is None:
            self._given_up()
        # An empty list may be left out, but EC2 tells the request's id in every answer of its own.
        if key not in answer and not (answer.get("ResponseMetadata") or {}).get("RequestId"):
            raise self.clients.refuse(BadBodyError(f"no {key} in it"), f"ec2:{operation}")
        return list(answer.get(key) or ())

    def refusal_of(self, failures: Any) -> str:
        """What the first entry of Unsuccessful[] says, of a call about one resource; '' if there is none.

        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnsuccessfulItem.html
        """
        for each in failures or ():
            error = each.get("Error") or {}
            code, message = str(error.get("Code") or ""), str(error.get("Message") or "")
            return clean(f"{code} {message}".strip(), 300).rstrip(". ") or "no reason given"
        return ""

    def _turn(self, operation: str) -> Iterator[Progress]:
        is_told = False
        while (seconds := self._pace.take(operation)) > 0:
            if not is_told:
                yield self.told(
                    Stage.WAITING, f"AWS allows 0.3 changes a second: it is sent in {max(1.0, seconds):.0f} s"
                )
                is_told = True
            self.rest(seconds)
        if self.stop.is_set():
            self._given_up()

    def _call(
        self,
        operation: str,
        what: str,
        parameters: dict[str, Any],
        usable: Callable[[dict[str, Any]], object],
    ) -> dict[str, Any]:
        """One call; nobody waits for its answer once `stop` is set.

        Raises:
            LostError: the answer does not tell what it has to.
        """
        self.sent = True
        answer = Ahead(partial(self.clients.once, "ec2", operation, what, **parameters)).answer(self.stop)
        if answer is None:
            self.end(
                Stage.UNSURE, "given up while AWS was being asked: it may have been done, look before trying again"
            )
        if not usable(answer):
            raise LostError("the answer lacks what it has to tell")
        return answer

    def _renew(self) -> None:
        try:
            self.clients.renew()
        except RefusedError as error:
            self._refused(error)

    def _refused(self, error: RefusedError, lost: str = "") -> NoReturn:
        """End it with AWS's refusal. After a lost answer even that does not tell that nothing was changed."""
        code, said = _words_of(error.__cause__)
        stage = Stage.UNSURE if lost else Stage.REFUSED
        if code in {"InvalidPolicyDocument", "MalformedPolicyDocument"} or "Syntax error" in said:
            found = _PLACE.search(said)
            place = (int(found[1]), int(found[2])) if found else None
            what = said.removeprefix("The Policy Document is not valid.").strip() or code
            self.end(stage, f"AWS does not take the policy: {clean(what, 200)}", place=place)
        hint = f"; {error.hint}" if error.hint and error.trouble in {Trouble.DENIED, Trouble.UNREACHED} else ""
        self.end(stage, f"{error.reason}{hint}" + ("" if lost else "; nothing was changed"))

    def _given_up(self) -> NoReturn:
        if self.sent:
            self.end(Stage.UNSURE, "given up before it was read back: look whether AWS made the change")
        self.end(Stage.STOPPED, "given up: nothing was changed")


def sentence(text: str) -> str:
    """A text as a sentence; an id or the name of an action keeps its small letter."""
    first = text.split(" ", 1)[0]
    begin = text if "-" in first or ":" in first.rstrip(":") else text[:1].upper() + text[1:]
    return begin if begin.endswith((".", "…")) else f"{begin}."


def _is_lost(cause: BaseException | None) -> bool:
    """Whether a call may have had its effect though its answer was not had: not if AWS refused or was never reached."""
    if isinstance(cause, ClientError):
        return bool((cause.response.get("ResponseMetadata") or {}).get("HTTPStatusCode", 0) >= _SERVER)
    if isinstance(cause, HTTPClientError | SSLError):
        return True
    return not isinstance(cause, BotoCoreError)


def _words_of(cause: BaseException | None) -> tuple[str, str]:
    if not isinstance(cause, ClientError):
        return "", ""
    about = cause.response.get("Error") or {}
    return str(about.get("Code") or ""), str(about.get("Message") or "")
