"""What moto answers: everything but CloudWatch Logs, with its corrections."""

from __future__ import annotations

import os
from functools import cached_property
from io import BytesIO
from threading import RLock
from typing import Any

from moto.core.request import Request
from moto.core.responses import ActionResult
from moto.ec2.models import EC2Backend, ec2_backends
from moto.moto_api._internal import mock_random
from moto.moto_api._internal.models import moto_api_backend
from moto.sts.responses import TokenResponse

from tui.demo.call import Call
from tui.demo.ec2 import CorrectedEc2
from tui.demo.endpoint_habits import EndpointClock, EndpointHabits
from tui.demo.reply import Reply, error, joined


class CorrectedSts(TokenResponse):
    """moto's STS; who asks is someone with a role, as most readers are."""

    def get_caller_identity(self) -> ActionResult:
        """The account, and a name for the header of the screen."""
        account = self.current_account
        arn = f"arn:{self.partition}:sts::{account}:assumed-role/ReadOnly/demo"
        return ActionResult({"UserId": "AROADEMO000000000001:demo", "Account": account, "Arn": arn})


_RESPONSES = {"ec2": CorrectedEc2, "sts": CorrectedSts}


class Moto:
    """moto's backends for one account, whose ids depend on the seed alone.

    They are plain dicts: whoever reads or changes them from a thread of its own holds `lock`.
    """

    def __init__(self, account: str, region: str, seed: int) -> None:
        self.lock = RLock()
        self._account, self._region, self._seed = account, region, seed
        os.environ["MOTO_ACCOUNT_ID"] = account
        # Every Region of moto begins with a default VPC; an account here has only what was planted.
        setattr(EC2Backend, "create_default_vpc", lambda self: None)  # noqa: ARG005, B010 - a typed method's place
        self.reset()

    def reset(self) -> None:
        """Make the account empty again, and its next ids the same as the first time."""
        with self.lock:
            self.limit_pages(None)
            self.behave(EndpointHabits())
            moto_api_backend.reset()
            mock_random.seed(self._seed)
            _ = ec2_backends[self._account][self._region]

    def limit_pages(self, size: int | None) -> None:
        """Let no page of an EC2 listing hold more than `size` items, whatever MaxResults says."""
        CorrectedEc2.page_size = size

    def behave(self, habits: EndpointHabits) -> None:
        """How changes of endpoints take their time from now on."""
        CorrectedEc2.clock = EndpointClock(habits)

    def perform(self, call: Call, environ: dict[str, Any]) -> Reply:
        """The answer to a call."""
        environ = {**environ, "wsgi.input": BytesIO(call.body), "CONTENT_LENGTH": str(len(call.body))}
        try:
            with self.lock:
                response = _RESPONSES.get(call.service)
                if response is None:
                    return self._other(environ)
                request = Request(environ)
                status, headers, body = response.dispatch(request, request.raw_url, dict(request.headers))
        except NotImplementedError:
            return error(call.service, "InvalidAction", f"The action {call.action} is not valid for this web service.")
        except Exception as failure:  # noqa: BLE001 - whatever moto stumbles over, AWS would word it
            return error(call.service, "InternalError", f"{type(failure).__name__}: {failure}", 500)
        kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "text/xml")
        return Reply(joined(body), int(status), kind)

    def _other(self, environ: dict[str, Any]) -> Reply:
        """Any other service, by moto's own server."""
        told: list[Any] = []
        body = b"".join(self._server(environ, lambda status, headers, _=None: told.extend((status, dict(headers)))))
        return Reply(body, int(told[0].split()[0]), told[1].get("Content-Type", "text/xml"))

    @cached_property
    def _server(self) -> Any:
        """The server that moto brings. Loading it takes a third of a second, so it waits until it is needed."""
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        return DomainDispatcherApplication(create_backend_app)
