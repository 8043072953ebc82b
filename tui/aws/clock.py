"""What time it is where the log events are stamped, which need not be what this machine says."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

# The Date header has whole seconds and is some on its way; a clock that is off by less does no harm.
TOLERATED = 30.0
_WORTH_SAYING = 120.0


class Clock:
    """The reader's clock, put right by the Date header of AWS's answers where it is the machine's own.

    A clock that is 20 minutes ahead would have every fresh pass begin behind the newest records. A clock that a demo or
    a test gives is what it says.
    """

    def __init__(self, clock: Callable[[], float], *, mends: bool | None = None) -> None:
        self._clock = clock
        self._mends = clock is time.time if mends is None else mends
        self.ahead = 0.0

    def told(self) -> float:
        """Unix seconds, as the reader's clock has them."""
        return self._clock()

    def now(self) -> float:
        """Unix seconds, as AWS has them."""
        return self._clock() - self.ahead

    def heed(self, date: str) -> None:
        """Compare with a Date header: https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1."""
        if not self._mends or not date:
            return
        try:
            ahead = self._clock() - parsedate_to_datetime(date).timestamp()
        except (ValueError, OverflowError):
            return
        self.ahead = ahead if abs(ahead) > TOLERATED else 0.0


def off_by(ahead: float) -> str:
    """How far this machine's clock is off, as a sentence without its full stop; '' when that is not worth a word.

    Args:
        ahead: of AWS's clock, in seconds.
    """
    size = abs(ahead)
    if size < _WORTH_SAYING:
        return ""
    far = next(
        f"{size / unit:.0f} {name}" for unit, name in ((86400, "days"), (3600, "h"), (60, "min")) if size >= 2 * unit
    )
    return f"this machine's clock is {far} {'ahead of' if ahead > 0 else 'behind'} AWS's"
