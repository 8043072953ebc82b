"""All that there is to say of a bucket and an endpoint for S3, in one answer, and in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tui.policies.arn import Caller
from tui.policies.bucket import Gate, Passing, Snippet, gates, passing, snippets
from tui.policies.combine import Layers
from tui.policies.context import Way
from tui.policies.evaluate import Decision


@dataclass(frozen=True, slots=True)
class BucketAnswer:
    """What was found.

    Attributes:
        checked: whether a bucket policy was looked at; where not, `gates` and `requests` are empty.
        caller: for whom requests were tried; None: none were.
    """

    bucket: str
    way: Way
    snippets: tuple[Snippet, ...]
    checked: bool = False
    gates: tuple[Gate, ...] = ()
    caller: Caller | None = None
    requests: tuple[Passing, ...] = ()

    @property
    def passes(self) -> bool:
        """Whether all that was tried comes through; without requests, whether no Deny of the bucket may stop this way."""
        if self.caller is not None:
            return all(each.answer.decision is Decision.ALLOWED for each in self.requests)
        return not any(each.statement.effect == "Deny" and each.applies is not False for each in self.gates)


def bucket_answer(  # what a request is made of
    bucket: str,
    way: Way,
    layers: Layers | None = None,
    caller: Caller | None = None,
    partition: str = "aws",
    account: str = "",
) -> BucketAnswer:
    """The policies to start from and, of the bucket policy in `layers`, whether this endpoint passes it.

    `account`: whose the bucket is, '' if that is not known.
    """
    made = snippets(bucket, way.endpoint, way.vpc, partition)
    if layers is None or layers.resource is None:
        return BucketAnswer(bucket, way, made)
    tried = () if caller is None else passing(bucket, caller, layers, way, partition, account)
    return BucketAnswer(bucket, way, made, True, gates(layers.resource, way), caller, tried)


def told_check(answer: BucketAnswer) -> Iterator[str]:
    """What became of the check, a sentence a line."""
    if not answer.gates:
        yield "No statement of the bucket policy asks by which way a request comes: every way is as good."
    yield from (each.says for each in answer.gates)
    for each in answer.requests:
        asked = f"{each.request.action} on {each.request.resource}"
        yield f"{each.answer.decision}: {asked}: {each.answer.because}"
        if each.answer.missing:
            yield f"  may change with: {', '.join(each.answer.missing)}"
    if answer.caller is None:
        yield "No request was tried: that takes a principal."
