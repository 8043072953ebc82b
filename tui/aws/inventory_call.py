"""Calls of EC2's Describe operations: whole lists page by page, and what is missing where one is denied.

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from threading import Event
from typing import Any

from tui.aws.ahead import Ahead
from tui.aws.budget import Budget
from tui.aws.inventory_effect import EFFECTS
from tui.aws.refusal import RefusedError
from tui.aws.rule import BadBodyError, Trouble
from tui.aws.session import Clients
from tui.flows.source import SourceError

MOST_VALUES = 200  # of one filter; https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html
RATE = 5.0  # calls a second; EC2 refills 20 a second for all that read in the account and Region
LASTING = {Trouble.DENIED, Trouble.WRONG}  # trying again soon cannot help
_PAGE, _SMALL_PAGE = 1000, 100
_SMALL_PAGES = {"DescribeManagedPrefixLists", "GetManagedPrefixListEntries", "DescribeRouteTables"}
_MOST_PAGES = 500


class StoppedError(Exception):
    """`stop` was set while something was read."""


class Caller:
    """Calls one operation after another. `missing` tells, by action, what is denied; `notes`, by part, what cannot be used."""

    def __init__(self, clients: Clients, stop: Event) -> None:
        self.clients = clients
        self.stop = stop
        self.budget = Budget(RATE)
        self.missing: dict[str, str] = {}
        self.notes: dict[str, list[str]] = {}
        self.operation = ""  # the last that was asked for

    def afresh(self, part: str, *, again: bool = True) -> list[str]:
        """Where a reading of a part leaves its notes; those of the last are forgotten when all is read `again`."""
        if again:
            self.notes[part] = []
        return self.notes.setdefault(part, [])

    def or_without(
        self, operation: str, key: str, filters: Mapping[str, Sequence[str]], **parameters: Any
    ) -> list[Any] | None:
        """The items; None where they may not be had: then the part does without, and `missing` says so."""
        try:
            return list(self.items(operation, key, filters, **parameters))
        except RefusedError as error:
            if error.trouble is Trouble.MISSING:  # deleted since it was listed
                return []
            if error.trouble not in LASTING:
                raise
            self.lacks(operation, error)
            return None

    def lacks(self, operation: str, error: RefusedError) -> None:
        """Note that an action may not be used, or is not there, and what is not known for that."""
        effect = EFFECTS[operation]
        how = "is denied" if error.trouble is Trouble.DENIED else f"failed ({error.reason})"
        self.missing[operation] = f"ec2:{operation} {how}: {effect}"

    def items(
        self,
        operation: str,
        key: str,
        filters: Mapping[str, Sequence[str]],
        *,
        managed: bool = False,
        **parameters: Any,
    ) -> Iterator[Any]:
        """The items of all pages, for as many values of a filter as there are.

        Raises:
            RefusedError: a page could not be read; what was yielded before is no whole list.
            StoppedError: `stop` was set.
        """
        self.operation = operation
        asked = {**parameters, "MaxResults": _SMALL_PAGE if operation in _SMALL_PAGES else _PAGE}
        if managed and self.knows(operation, "IncludeManagedResources"):
            asked["IncludeManagedResources"] = True  # else those that a service hides are left out
        for each in _portions(filters):
            yield from self._pages(operation, key, {**asked, **({"Filters": each} if each else {})})
        self.missing.pop(operation, None)

    def one(self, operation: str, **asked: Any) -> dict[str, Any]:
        """The answer to a call that is about one thing, and has no pages."""
        self.operation = operation
        if not self.budget.take(self.stop):
            raise StoppedError
        answer = self._answer(operation, asked)
        self.budget.answered()
        self.missing.pop(operation, None)
        return answer

    def _pages(self, operation: str, key: str, asked: dict[str, Any]) -> Iterator[Any]:
        tokens: set[str] = set()
        while True:
            if not self.budget.take(self.stop):
                raise StoppedError
            answer = self._answer(operation, asked)
            # An empty list may be left out, but EC2 tells the request's id in every answer of its own.
            if key not in answer and not answer.get("ResponseMetadata", {}).get("RequestId"):
                raise self.clients.refuse(BadBodyError(f"no {key} in it"), f"ec2:{operation}")
            self.budget.answered()
            yield from answer.get(key) or ()
            token = answer.get("NextToken")
            if not token:
                return
            if token in tokens or len(tokens) >= _MOST_PAGES:
                raise self.clients.refuse(BadBodyError("its page token repeats"), f"ec2:{operation}")
            tokens.add(token)
            asked["NextToken"] = token

    def _answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        """The answer to one call, which nobody waits for any longer once `stop` is set."""
        try:
            answer = Ahead(partial(self.clients.call, "ec2", operation, "", "", **asked)).answer(self.stop)
        except SourceError:
            if self.stop.is_set():
                raise StoppedError from None
            raise
        if answer is None:
            raise StoppedError
        return answer

    def knows(self, operation: str, parameter: str) -> bool:
        """Whether this botocore has the parameter."""
        try:
            shape = self.clients.client("ec2").meta.service_model.operation_model(operation).input_shape
        except Exception as error:
            raise self.clients.refuse(error, f"ec2:{operation}") from error
        return parameter in shape.members


def _portions(filters: Mapping[str, Sequence[str]]) -> Iterator[list[dict[str, Any]]]:
    """The filters as Amazon wants them, as often as the values of one need to be asked for in portions."""
    if not filters:
        yield []
    for name, values in filters.items():
        for at in range(0, len(values), MOST_VALUES):
            yield [{"Name": name, "Values": list(values[at : at + MOST_VALUES])}]
