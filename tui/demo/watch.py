"""The clock that signatures are held against, as AWS holds them against its own."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from tui.demo.call import Call
from tui.demo.reply import Reply, error

_STAMP = "%Y%m%dT%H%M%SZ"
# What each service says of a signature that is too old, and of one of the future; each with its status.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
_OLD = {"ec2": ("RequestExpired", "Request has expired.", 400)}
_FUTURE = {"ec2": ("AuthFailure", "AWS was not able to validate the provided access credentials", 401)}
_CODES = {"logs": ("InvalidSignatureException", 400)}


@dataclass(frozen=True)
class Watch:
    """A clock some seconds ahead of the machine's, and how far from it a signature may be; None: as far as it likes."""

    ahead: float = 0.0
    tolerance: float | None = None

    @property
    def now(self) -> float:
        """Unix seconds."""
        return time.time() + self.ahead

    def refusal(self, call: Call) -> Reply | None:
        """What is said of a signature whose time is too far off; None where it may pass."""
        if self.tolerance is None or not call.signed:
            return None
        now = self.now
        try:
            late = now - datetime.strptime(call.signed, _STAMP).replace(tzinfo=UTC).timestamp()
        except ValueError:
            return error(call.service, "IncompleteSignature", f"{call.signed} is no time.")
        if abs(late) <= self.tolerance:
            return None
        code, status = _CODES.get(call.service, ("SignatureDoesNotMatch", 403))
        edge, mine = _stamp(now - self.tolerance if late > 0 else now + self.tolerance), _stamp(now)
        if late > 0:
            said = (
                f"Signature expired: {call.signed} is now earlier than {edge} ({mine} - {self.tolerance / 60:.0f} min.)"
            )
            return error(call.service, *_OLD.get(call.service, (code, said, status)))
        said = f"Signature not yet current: {call.signed} is still later than {edge} ({mine} + {self.tolerance / 60:.0f} min.)"
        return error(call.service, *_FUTURE.get(call.service, (code, said, status)))


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime(_STAMP)
