"""Who carries out orders on AWS. It is made only where the reader gave --allow-changes, and nothing else changes anything."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from threading import Event

from tui.aws.change_call import Carrier, EndedError, sentence
from tui.aws.change_connection import answer_connection
from tui.aws.change_endpoint import create, delete, modify
from tui.aws.change_pace import ChangePace
from tui.aws.change_policy import reset_policy, set_policy
from tui.aws.session import Access, Clients
from tui.flows.source import SourceError
from tui.network.order import (
    FINAL,
    AnswerConnection,
    CreateEndpoint,
    DeleteEndpoint,
    ModifyEndpoint,
    Order,
    Progress,
    ResetToDefault,
    SetPolicy,
    Stage,
)

log = logging.getLogger(__name__)


class AwsChanges:
    """Carries out orders, and keeps the promise of Changes.

    Args:
        access: how to reach AWS.
        look_again: told of the endpoints that something was done to, so that the inventory is read again soon.
        now: a clock that never goes back, in seconds, for AWS's pace.
    """

    def __init__(
        self,
        access: Access,
        look_again: Callable[[Iterable[str]], None] = lambda _: None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._access = access
        self._look_again = look_again
        self._pace = ChangePace(now)
        self._clients: Clients | None = None

    def carry_out(self, order: Order, stop: Event) -> Iterator[Progress]:
        """See Changes. Each order is logged, with how it ended."""
        about = order.endpoint if not isinstance(order, CreateEndpoint) else ""
        kind = type(order).__name__
        log.warning("ordered: %s of %s", kind, about or "-")
        for progress in self._steps(order, about, stop):
            if progress.stage in FINAL:
                log.warning("%s of %s: %s, %s", kind, progress.endpoint or "-", progress.stage.value, progress.text)
            if progress.endpoint and progress.stage not in {Stage.WAITING, Stage.STOPPED}:
                self._look_again([progress.endpoint])
            yield progress

    def _steps(self, order: Order, about: str, stop: Event) -> Iterator[Progress]:
        """The steps of an order; the last is of a stage in FINAL."""
        carrier = None
        try:
            # Each change is called once: botocore would call again after a lost answer, when others may have come in between.
            self._clients = self._clients or Clients(self._access, stop, attempts=1)
            self._clients.stop = stop
            carrier = Carrier(self._clients, self._pace, stop, about)
            match order:
                case SetPolicy():
                    yield from set_policy(carrier, order)
                case ResetToDefault():
                    yield from reset_policy(carrier, order)
                case CreateEndpoint():
                    yield from create(carrier, order)
                case ModifyEndpoint():
                    yield from modify(carrier, order)
                case DeleteEndpoint():
                    yield from delete(carrier, order)
                case AnswerConnection():
                    yield from answer_connection(carrier, order)
        except EndedError as end:
            yield end.progress
        except SourceError as error:
            yield _failed(carrier, about, error.reason)
        except Exception as error:
            log.exception("an order failed in an unforeseen way")
            yield _failed(carrier, about, f"it failed in an unforeseen way ({type(error).__name__}); see the log file")


def _failed(carrier: Carrier | None, about: str, reason: str) -> Progress:
    if carrier is None or not carrier.sent:
        return Progress(Stage.REFUSED, sentence(f"{reason}; nothing was changed"), about)
    text = sentence(f"{reason}; AWS may have made the change, look before trying again")
    return Progress(Stage.UNSURE, text, carrier.endpoint)
