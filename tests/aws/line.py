"""A line to the embedded AWS on which things go wrong that no single answer can hold: for tests of what survives them."""

from __future__ import annotations

import json
import random
import socket
import time
from collections.abc import Callable
from email.utils import formatdate
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

Page = dict[str, Any]


class Line:
    """A proxy on 127.0.0.1 that passes calls on, and spoils the pages of FilterLogEvents as told.

    `spoil` takes what was asked, and a way to ask, and gives the page; `skew` is how many seconds AWS's clock is ahead,
    `slow` seconds every tenth page takes longer; `expired` the access key that is refused, with `code`.
    """

    def __init__(self, url: str) -> None:
        self.host = urlsplit(url).netloc
        self.spoil: Callable[[Page, Callable[[Page], Page]], Page] | None = None
        self.skew = 0.0
        self.slow = 0.0
        self.expired = ""
        self.code = "ExpiredTokenException"
        self.pages = 0
        self.keys: list[str] = []  # access keys of the calls, in order
        self.port = 0
        self._server: _Server | None = None
        self.connect()
        self.url = f"http://127.0.0.1:{self.port}"

    def connect(self) -> None:
        """Listen (again)."""
        if self._server is None:
            self._server = _Server(("127.0.0.1", self.port), _Call)
            self.port = int(self._server.server_address[1])
            self._server.line = self
            Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def cut(self) -> None:
        """Refuse connections, and lose those there are."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()
            for each in server.open:
                _lose(each)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    line: Line

    def __init__(self, *where: Any) -> None:
        self.open: list[socket.socket] = []
        super().__init__(*where)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.append(request)
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that was lost is no news here."""


class _Call(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        line = self.server.line
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        key = self.headers.get("authorization", "").partition("Credential=")[2].partition("/")[0]
        line.keys.append(key)
        if line.expired and key == line.expired:
            self._answer(400, json.dumps({"__type": line.code, "message": "The security token is expired"}).encode())
        elif self.headers.get("x-amz-target", "").endswith(".FilterLogEvents"):
            self._page(line, json.loads(body))
        else:
            self._answer(*self._ask(body))

    def log_message(self, *_args: object) -> None:
        """Nothing is printed."""

    def _page(self, line: Line, asked: Page) -> None:
        line.pages += 1
        if line.slow and line.pages % 10 == 0:
            time.sleep(line.slow)
        failed: list[tuple[int, bytes]] = []

        def ask(what: Page) -> Page:
            status, body = self._ask(json.dumps(what).encode())
            try:
                page: Page = json.loads(body) if status == 200 else {}
            except ValueError:  # it was spoilt already
                page = {}
            if "events" not in page:
                failed.append((status, body))
                return {}
            return page

        if line.spoil is None:
            self._answer(*self._ask(json.dumps(asked).encode()))
            return
        page = line.spoil(asked, ask)
        self._answer(*(failed[0] if failed else (200, json.dumps(page).encode())))

    def _ask(self, body: bytes) -> tuple[int, bytes]:
        kept = {name: value for name, value in self.headers.items() if name.lower() != "content-length"}
        connection = HTTPConnection(self.server.line.host, timeout=10)
        try:
            connection.request("POST", self.path, body, kept)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, HTTPException):
            self.close_connection = True
            _lose(self.connection)
            raise
        finally:
            connection.close()

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response_only(status)
        self.send_header("Date", formatdate(time.time() + self.server.line.skew, usegmt=True))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _lose(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        connection.close()  # it was lost already


def shuffled(asked: Page, ask: Callable[[Page], Page]) -> Page:
    """The events of a page in no order."""
    page = ask(asked)
    random.Random(len(page.get("events", ()))).shuffle(page.get("events", []))
    return page


class Twice:
    """Every page comes twice, the second time under a token of its own."""

    def __init__(self) -> None:
        self._held: dict[str, Page] = {}

    def __call__(self, asked: Page, ask: Callable[[Page], Page]) -> Page:
        """The page for what was asked."""
        token = str(asked.get("nextToken", ""))
        if token in self._held:
            return self._held[token]
        page = ask(asked)
        name = f"again-{len(self._held)}"
        self._held[name] = page
        return {**page, "nextToken": name} if page else page


class Swapped:
    """Of each two pages of a pass the second comes first."""

    def __init__(self) -> None:
        self._held: dict[str, Page] = {}

    def __call__(self, asked: Page, ask: Callable[[Page], Page]) -> Page:
        """The page for what was asked."""
        token = str(asked.get("nextToken", ""))
        if token in self._held:
            return self._held[token]
        first = ask(asked)
        if "nextToken" not in first:
            return first
        second = ask({**asked, "nextToken": first["nextToken"]})
        if not second:
            return first
        after = {"nextToken": second["nextToken"]} if "nextToken" in second else {}
        name = f"swap-{len(self._held)}"
        self._held[name] = {"events": first["events"], **after}
        return {"events": second["events"], "nextToken": name}


class Repeats:
    """Every fourth page has the token it was asked with as its next: no pass of five would end that begins anew."""

    def __init__(self) -> None:
        self._pages = 0

    def __call__(self, asked: Page, ask: Callable[[Page], Page]) -> Page:
        """The page for what was asked."""
        page = ask(asked)
        self._pages += 1
        if self._pages % 4 == 0 and "nextToken" in asked and page:
            return {**page, "nextToken": asked["nextToken"]}
        return page
