"""Bucket policies beside an endpoint for S3: what to write, and whether this endpoint passes a bucket's own."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from tui.flows.clean import clean
from tui.network.rules import Endpoint
from tui.screen.dialogs.prompt import Question
from tui.screen.policy_desk import PolicyDesk, PolicyWork
from tui.screen.policy_file import PolicyFileError, read_policy_text
from tui.screen.reader import Reader
from tui.screen.widgets.drawn import BLANK_LINE, Line

if TYPE_CHECKING:
    from tui.policies.arn import Caller
    from tui.policies.bucket_answer import BucketAnswer
    from tui.policies.grammar import Form
    from tui.policies.model import Policy

HOW = (
    "The bucket's name or ARN; behind it the file of its policy, to check it; behind that who asks, by his ARN. Also "
    "account=ID of the bucket, and identity=FILE, a policy of who asks."
)
ACCOUNT = re.compile(r"[0-9]{12}")
ROLES = {"allowed": "accept", "depends": "stalled"}


@dataclass(frozen=True, slots=True)
class BucketAsk:
    """What the reader wants to know of a bucket; '' for what he does not tell.

    `policy` is the path of its policy, `principal` who asks, `account` whose the bucket is, `identities` are the paths
    of policies of who asks.
    """

    endpoint: Endpoint
    bucket: str
    policy: str = ""
    principal: str = ""
    account: str = ""
    identities: tuple[str, ...] = ()


@dataclass(eq=False)
class BucketTold(Message):
    """The page about a bucket; `offers` are texts that can be copied from it. `trouble` is why there is no page."""

    ask: BucketAsk
    lines: tuple[Line, ...] = ()
    offers: tuple[tuple[str, str], ...] = ()
    trouble: str = ""


class Buckets:
    """One per app; imported at the first bucket that is asked about."""

    def __init__(self, app: Reader, desk: PolicyDesk) -> None:
        self._app = app
        self._desk = desk
        self._last: dict[str, str] = {}  # by endpoint, what was asked about last

    def ask(self, endpoint: Endpoint) -> None:
        """Which bucket?"""
        if not is_for_s3(endpoint):
            text = f"Bucket policies are about endpoints for S3; this one leads to {clean(endpoint.short, 60)}."
            self._app.notify(text, timeout=6, markup=False)
            return

        def answer(written: str, choice: int) -> str:
            """What was written, if it can be meant."""
            del choice
            try:
                wanted = read_ask(endpoint, written)
            except ValueError as error:
                return f"{clean(str(error), 300)}."
            self._last[endpoint.id] = written
            self._desk.ask(PolicyWork("bucket", lambda: tell_bucket(wanted)))
            return ""

        title = f"A bucket behind {clean(endpoint.id, 40)}"
        self._app.pages.ask(Question(title, HOW, answer, self._last.get(endpoint.id, "")))

    def show(self, event: BucketTold) -> None:
        """The page, unless something else has been opened meanwhile."""
        if event.trouble:
            self._app.notify(clean(event.trouble, 500), severity="warning", timeout=12, markup=False)
        elif len(self._app.screen_stack) <= 1:
            keys = "  ".join(f"{key} copies that {name}" for key, (name, _) in zip("cu", event.offers, strict=False))
            self._app.pages.tell(f"Bucket {clean(event.ask.bucket, 63)}", lambda: list(event.lines), keys)
            self._app.pages.offered = dict(event.offers)


def is_for_s3(endpoint: Endpoint) -> bool:
    """Whether it leads to S3."""
    return endpoint.service.endswith((".s3", ".s3express", ".s3-outposts"))


def read_ask(endpoint: Endpoint, written: str) -> BucketAsk:
    """BUCKET [FILE [ARN]] [account=ID] [identity=FILE …], with quotes around what has spaces in it.

    Raises:
        ValueError: it is not; one sentence without its full stop.
    """
    from tui.policies.arn import parse_caller
    from tui.policies.bucket_name import read_bucket

    try:
        words = shlex.split(written)
    except ValueError:
        raise ValueError("a quote is not closed") from None
    accounts = [word.partition("=")[2] for word in words if word.startswith("account=")]
    identities = tuple(word.partition("=")[2] for word in words if word.startswith("identity="))
    words = [word for word in words if not word.startswith(("account=", "identity="))]
    if not 1 <= len(words) <= 3:
        raise ValueError("write the bucket, and behind it a file and an ARN or neither")
    read_bucket(words[0])
    if len(accounts) > 1 or not all(ACCOUNT.fullmatch(each) for each in accounts):
        raise ValueError("account= takes the twelve digits of one account")
    if identities and len(words) < 3:
        raise ValueError("identity= is a policy of who asks: write his ARN behind the file")
    bucket, policy, principal = (*words, "", "")[:3]
    ask = BucketAsk(endpoint, bucket, policy, principal, "".join(accounts), identities)
    if ask.principal:
        parse_caller(ask.principal)
    return ask


def tell_bucket(ask: BucketAsk) -> BucketTold:
    """Find out all that there is to say. Not for the app's thread: it reads a file."""
    from tui.policies.arn import parse_caller
    from tui.policies.bucket_answer import bucket_answer
    from tui.policies.bucket_name import read_bucket
    from tui.policies.combine import Layers
    from tui.policies.context import Way
    from tui.policies.grammar import Form, read_policy

    name, partition = read_bucket(ask.bucket)
    endpoint = ask.endpoint
    way = Way("gateway" if endpoint.kind.lower() == "gateway" else "interface", endpoint.id, endpoint.vpc)
    layers, caller = None, None
    if ask.policy:
        try:
            resource = _read(ask.policy, Form.RESOURCE)
            identity = tuple(_read(path, Form.IDENTITY) for path in ask.identities)
        except PolicyFileError as error:
            return BucketTold(ask, trouble=str(error))
        mine = read_policy(endpoint.policy).policy
        if mine is None and ask.principal:  # without it nothing is known of any request
            said = "is not understood" if endpoint.policy else "is not known"
            return BucketTold(ask, trouble=f"No request can be tried: the policy of {endpoint.id} {said}.")
        layers = Layers(endpoint=mine, resource=resource, identity=identity)
        caller = parse_caller(ask.principal) if ask.principal else None
    answer = bucket_answer(name, way, layers, caller, partition or "aws", ask.account)
    offers = tuple(
        (which, each.text) for which, each in zip(("for the endpoint", "for the VPC"), answer.snippets, strict=False)
    )
    return BucketTold(ask, tuple(bucket_lines(answer, caller)), offers)


def _read(path: str, form: Form) -> Policy:
    """The policy in a file.

    Raises:
        PolicyFileError: it cannot be read, or is none; with the place.
    """
    from tui.policies.finding import FAILING
    from tui.policies.grammar import read_policy

    reading = read_policy(read_policy_text(path), form)
    if reading.policy is None:
        worst = next(each for each in reading.findings if each.severity in FAILING)
        raise PolicyFileError(f"{path}, line {worst.line}, column {worst.column}: {worst.message}")
    return reading.policy


def bucket_lines(answer: BucketAnswer, caller: Caller | None) -> Iterator[Line]:
    """The check first, where one was made; then the policies to start from."""
    if answer.checked:
        yield (("Its own policy, and this endpoint", "heading"),)
        if not answer.gates:
            said = "No statement asks by which way a request comes: every way is as good."
            yield ((f"  {said}", ""),)
        for gate in answer.gates:
            denies = gate.statement.effect == "Deny" and gate.applies is not False
            role = "reject" if denies and gate.applies else "stalled" if gate.applies is None else ""
            yield ((f"  {clean(gate.says, 1_000)}", role),)
        yield BLANK_LINE
        who = clean(caller.text, 200) if caller else ""
        yield (
            (f"Requests of {who}, by both policies" if who else "No request was tried: write an ARN too", "heading"),
        )
        for each in answer.requests:
            decision = str(each.answer.decision)
            asked = clean(f"{each.request.action} on {each.request.resource}", 300)
            yield ((f"  {decision}  ", ROLES.get(decision, "reject")), (asked, "strong"))
            yield ((f"    {clean(each.answer.because, 1_000)}", "muted"),)
        yield BLANK_LINE
    for snippet in answer.snippets:
        yield ((clean(snippet.title, 200), "heading"),)
        yield ((f"  {clean(snippet.says, 400)}", ""),)
        yield (("  beware  ", "stalled"), (clean(snippet.beware, 600), ""))
        for line in snippet.text.splitlines():
            yield ((f"    {clean(line, 400)}", "muted"),)
        yield BLANK_LINE
