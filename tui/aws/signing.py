"""Signatures stamped with AWS's time where this machine's clock is off: AWS takes none that is minutes from its own.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import botocore.auth

from tui.aws.clock import off_by

log = logging.getLogger(__name__)

# AWS takes a signature within five minutes of its own time; one that is nearer was refused for something else.
_NEAR = 240.0
_REFUSED = {
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "RequestTimeTooSkewed",
    "RequestInTheFuture",
    "RequestExpired",
    "AuthFailure",  # EC2's word for a signature of the future, and for wrong keys
}
_NAME = "v4-by-aws-time"
_AHEAD, _BEFORE = "vpctop_clock_ahead", "vpctop_clock_before"  # of a request's context, which is botocore's and open


class SigningClock:
    """How far this machine's clock is ahead of AWS's, in seconds, as the refusals of a session's signatures show it.

    botocore knows no offset. Its event `choose-signer` may name another signer, and `needs-retry` have a call made
    again, signed anew: so a refused call is mended within itself, those that botocore makes by itself to assume a role too.
    """

    def __init__(self) -> None:
        self.ahead = 0.0
        self._logged = 0.0

    def install(self, session: Any) -> None:
        """See to every client that this botocore session will make."""
        botocore.auth.AUTH_TYPE_MAPS[_NAME] = _ByAwsTime
        session.register("choose-signer", self._choose)
        session.register("needs-retry", self._heed)

    def _choose(self, signature_version: Any, context: dict[str, Any], **_more: object) -> str | None:
        context.pop(_AHEAD, None)
        if signature_version != "v4" or not self.ahead:
            return None
        context[_AHEAD] = self.ahead
        return _NAME

    def _heed(self, response: Any, request_dict: dict[str, Any], **_more: object) -> float | None:
        """Have a call made again at once when it was refused and its time was wrong."""
        context = request_dict.get("context") or {}
        parsed = response[1] if response else {}
        if _code_of(parsed) not in _REFUSED:
            return None
        if _BEFORE in context:  # AWS's time did not help: the Date was a proxy's, or the keys are wrong as well
            self.ahead = context.pop(_BEFORE)
            return None
        error = _error_of(str(context.get("timestamp")), _date_of(parsed))
        if abs(error) <= _NEAR:
            return None
        context[_BEFORE] = self.ahead
        # Not by what is known now: another call may have found out since this one was signed.
        self.ahead = context.get(_AHEAD, 0.0) + error
        if abs(self.ahead - self._logged) > _NEAR:
            self._logged = self.ahead
            log.warning(
                "%s: calls are signed with AWS's time", off_by(self.ahead) or "this machine's clock is right again"
            )
        return 0.0


class _ByAwsTime(botocore.auth.SigV4Auth):  # type: ignore[misc]  # botocore has no types
    """Signature version 4, at the time that AWS has."""

    def _modify_request_before_signing(self, request: Any) -> None:
        """All of the signature that depends on the time is made from this stamp, after here."""
        now = datetime.strptime(request.context["timestamp"], botocore.auth.SIGV4_TIMESTAMP).replace(tzinfo=UTC)
        right = now - timedelta(seconds=request.context[_AHEAD])
        request.context["timestamp"] = right.strftime(botocore.auth.SIGV4_TIMESTAMP)
        super()._modify_request_before_signing(request)


def _code_of(parsed: Any) -> str:
    return str((parsed.get("Error") or {}).get("Code") or "").removeprefix("Client.")


def _date_of(parsed: Any) -> str:
    return str((parsed.get("ResponseMetadata") or {}).get("HTTPHeaders", {}).get("date") or "")


def _error_of(signed: str, date: str) -> float:
    """Seconds that a signature's stamp is ahead of a Date header; 0 when either is none."""
    try:
        stamp = datetime.strptime(signed, botocore.auth.SIGV4_TIMESTAMP).replace(tzinfo=UTC)
        answered = parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return 0.0
    return stamp.timestamp() - answered
