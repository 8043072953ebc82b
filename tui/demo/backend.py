"""What moto answers: everything but CloudWatch Logs, with its corrections."""

from __future__ import annotations

import os
from io import BytesIO
from threading import RLock
from typing import Any

from moto.core.request import Request
from moto.ec2.models import EC2Backend, ec2_backends
from moto.moto_api._internal import mock_random
from moto.moto_api._internal.models import moto_api_backend
from moto.sts.responses import TokenResponse

from tui.demo.call import Call
from tui.demo.ec2 import CorrectedEc2
from tui.demo.reply import Reply, error, joined

MOTO = RLock()  # moto's backends are plain dicts: one call at a time

_RESPONSES = {"ec2": CorrectedEc2, "sts": TokenResponse}
_others: list[Any] = []


def prepare(account: str, region: str, seed: int) -> None:
    """An empty account, ready to answer: no default VPC, ids that depend on the seed alone."""
    os.environ["MOTO_ACCOUNT_ID"] = account
    # Every Region of moto begins with a default VPC; an account here has only what was planted.
    setattr(EC2Backend, "create_default_vpc", lambda self: None)  # noqa: ARG005, B010 - in the place of a typed method
    with MOTO:
        moto_api_backend.reset()
        mock_random.seed(seed)
        _ = ec2_backends[account][region]


def perform(call: Call, environ: dict[str, Any]) -> Reply:
    """The answer to a call."""
    environ = {**environ, "wsgi.input": BytesIO(call.body), "CONTENT_LENGTH": str(len(call.body))}
    try:
        with MOTO:
            response = _RESPONSES.get(call.service)
            if response is None:
                return _other(environ)
            request = Request(environ)
            status, headers, body = response.dispatch(request, request.raw_url, dict(request.headers))
    except NotImplementedError:
        return error(call.service, "InvalidAction", f"The action {call.action} is not valid for this web service.")
    except Exception as failure:  # noqa: BLE001 - whatever moto stumbles over, AWS would word it
        return error(call.service, "InternalError", f"{type(failure).__name__}: {failure}", 500)
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "text/xml;charset=UTF-8")
    return Reply(joined(body), int(status), kind)


def _other(environ: dict[str, Any]) -> Reply:
    """Any other service, by moto's own server. Loading it takes a third of a second, so it waits until it is needed."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    if not _others:
        _others.append(DomainDispatcherApplication(create_backend_app))
    told: list[Any] = []
    body = b"".join(_others[0](environ, lambda status, headers, _=None: told.extend((status, dict(headers)))))
    return Reply(body, int(told[0].split()[0]), told[1].get("Content-Type", "text/xml"))
