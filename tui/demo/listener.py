"""The HTTP server of the embedded AWS: on this machine's loopback only, a thread for each connection."""

from __future__ import annotations

import threading
from email.utils import formatdate
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server


class _Handler(WSGIRequestHandler):
    """Says nothing on stderr."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        """Drop what werkzeug would log."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date header, by the clock of the embedded AWS."""
        now: float = self.server.app.watch.now  # type: ignore[attr-defined]  # the server is werkzeug's, the app a Front
        return formatdate(now if timestamp is None else timestamp, usegmt=True)


def listen(application: Any) -> str:
    """Serve in a thread of its own, on a port the system chooses. Returns the URL."""
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Handler)
    threading.Thread(target=server.serve_forever, daemon=True, name="listener").start()
    return f"http://127.0.0.1:{server.server_port}"
