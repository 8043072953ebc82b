"""Posts an alert as JSON to the reader's webhook: a time limit for the whole of it, no redirects, nothing secret in the log."""

from __future__ import annotations

import http.client
import logging
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from email.message import Message
from typing import IO
from urllib.parse import urlsplit

from tui import __version__
from tui.cli.calling import CallError, as_json
from tui.flows.clean import clean

LOG = logging.getLogger(__name__)
PAUSES = (2.0, 8.0)  # seconds before it is tried again
MOST_LEFT = 3  # calls that were given up and have not ended, as in a name server that does not answer
LONGEST_ANSWER = 1_000  # bytes of an answer that are read


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would send the alert to somebody whom the reader has not named."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        """Never: the answer is an error then."""


class WebhookCall:
    """One URL. Of it nothing but the host is ever told: the rest may be a secret."""

    def __init__(self, url: str, limit: float) -> None:
        self._url = url
        self._limit = limit
        self._is_ended = threading.Event()
        self._left: list[threading.Thread] = []
        self.name = f"the webhook at {clean(urlsplit(url).hostname or '', 120)}"
        self._opener = urllib.request.build_opener(NoRedirects())

    def call(self, values: Mapping[str, object]) -> None:
        """Post it, again after a pause where that may help.

        Raises:
            CallError: nobody took it.
        """
        data = as_json(values)
        for pause in (*PAUSES, None):
            try:
                self._post(data)
            except CallError as error:
                if error.is_final or pause is None or self._is_ended.wait(pause):
                    raise
                LOG.info("%s; it is tried again in %.0f s", error, pause)
            else:
                return

    def _post(self, data: bytes) -> None:
        """Once, in a thread: no time limit of a socket covers the look-up of a name, or an answer in drops."""
        self._left = [thread for thread in self._left if thread.is_alive()]
        if len(self._left) >= MOST_LEFT:
            raise CallError(f"{self.name} has not answered {MOST_LEFT} calls yet", is_final=True)
        met: list[CallError | None] = []
        thread = threading.Thread(target=lambda: met.append(self._sent(data)), name="webhook", daemon=True)
        thread.start()
        thread.join(self._limit)
        if not met:
            self._left.append(thread)
            raise self._late()
        if met[0] is not None:
            raise met[0]

    def _sent(self, data: bytes) -> CallError | None:
        """What came of it; None: all is well."""
        headers = {"Content-Type": "application/json", "User-Agent": f"vpctop/{__version__}"}
        request = urllib.request.Request(self._url, data, headers, method="POST")  # noqa: S310  http or https: checked when it was read
        try:
            with self._opener.open(request, timeout=self._limit) as answer:
                answer.read(LONGEST_ANSWER)
        except urllib.error.HTTPError as error:
            with error:
                return self._refused(error.code)
        except TimeoutError:
            return self._late()
        except urllib.error.URLError as error:
            if isinstance(error.reason, TimeoutError):
                return self._late()
            return CallError(f"{self.name} cannot be reached: {_why(error.reason)}")
        except (OSError, http.client.HTTPException, ValueError) as error:
            return CallError(f"{self.name} failed: {_why(error)}")
        return None

    def _late(self) -> CallError:
        return CallError(f"{self.name} gave no answer within {self._limit:g} s")

    def _refused(self, code: int) -> CallError:
        """What an answer other than 2xx means."""
        if code in {301, 302, 303, 307, 308}:
            text = f"{self.name} answered {code}: redirects are not followed; give the URL it leads to"
            return CallError(text, is_final=True)
        return CallError(f"{self.name} answered {code}", is_final=400 <= code < 500 and code not in {408, 429})

    def end(self) -> None:
        """Try no more."""
        self._is_ended.set()


def _why(error: object) -> str:
    """An error without the URL."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate cannot be trusted ({clean(error.verify_message, 120)})"
    if isinstance(error, OSError) and error.strerror:
        return clean(error.strerror, 120)
    return type(error).__name__
