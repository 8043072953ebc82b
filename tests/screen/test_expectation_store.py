"""What must stay allowed outlives the program, whatever is in the file."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from textual.message import Message

from tui.policies.arn import parse_caller
from tui.policies.context import Request
from tui.policies.expectation import Expectation
from tui.screen.expectation_store import FILE, MOST, ExpectationsRead, ExpectationStore, as_json, read_expectation

ENDPOINT = "vpce-0a1b2c3d4e5f67890"
APP = "arn:aws:iam::123456789012:role/payments-app"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0f1e"


def decrypting(allowed: bool = True, **context: tuple[str, ...] | None) -> Expectation:
    """The application decrypts."""
    told = {key.replace("__", ":"): values for key, values in context.items()}
    return Expectation(Request(parse_caller(APP), "kms:Decrypt", KEY, "", told), allowed, "the app")


class Store(ExpectationStore):
    """One that keeps what it posts."""

    def __init__(self, folder: Path | None) -> None:
        self.posted: list[ExpectationsRead] = []
        super().__init__(folder, self._keep)
        self.start()
        self.settle()

    def _keep(self, message: Message) -> None:
        assert isinstance(message, ExpectationsRead)
        self.posted.append(message)

    def settle(self) -> None:
        """Wait until all is written, and take what was read."""
        assert self.wait()
        for message in self.posted:
            self.read(message)


def test_an_expectation_is_there_in_the_next_session(tmp_path: Path) -> None:
    """With its context, of which a key may be known to be absent; only its owner may read the file."""
    kept = decrypting(aws__PrincipalOrgID=("o-pay1example",), aws__SourceArn=None)
    store = Store(tmp_path / "state")
    assert store.add(ENDPOINT, kept)
    assert store.of(ENDPOINT) == (kept,)
    store.settle()
    path = tmp_path / "state" / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Store(tmp_path / "state").of(ENDPOINT) == (kept,)


def test_the_same_request_is_expected_once(tmp_path: Path) -> None:
    """Another answer to the same request replaces the first; removing it leaves none."""
    store = Store(tmp_path)
    store.add(ENDPOINT, decrypting())
    store.add(ENDPOINT, decrypting(allowed=False))
    store.settle()
    assert store.of(ENDPOINT) == (decrypting(allowed=False),)
    store.remove(ENDPOINT, decrypting())
    store.settle()
    assert store.of(ENDPOINT) == Store(tmp_path).of(ENDPOINT) == ()


def test_two_sessions_keep_each_others_expectations(tmp_path: Path) -> None:
    """Both write the file as it is by then."""
    one, other = Store(tmp_path), Store(tmp_path)
    one.add(ENDPOINT, decrypting())
    one.settle()
    other.add("vpce-0fffffffffffffff0", decrypting())
    other.settle()
    assert other.of(ENDPOINT) == (decrypting(),)
    assert set(json.loads((tmp_path / FILE).read_text())["endpoints"]) == {ENDPOINT, "vpce-0fffffffffffffff0"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"endpoints": 7}', "\x00", "[" * 100_000])
def test_a_broken_file_is_said_and_not_lost(tmp_path: Path, text: str) -> None:
    """Nothing of it is used; with the next expectation it is moved beside, and still what it was."""
    (tmp_path / FILE).write_text(text)
    store = Store(tmp_path)
    assert FILE in store.trouble
    assert store.of(ENDPOINT) == ()
    store.add(ENDPOINT, decrypting())
    store.settle()
    assert (tmp_path / f"{FILE}.broken").read_text() == text
    assert Store(tmp_path).of(ENDPOINT) == (decrypting(),)


@pytest.mark.parametrize(
    "entry",
    [7, {}, {"principal": "nobody!", "action": "s3:GetObject", "resource": "*"}, as_json(decrypting()) | {"name": 1},
     as_json(decrypting()) | {"context": {"a": "b"}}, as_json(decrypting()) | {"action": "\x1b[2J"}],
)  # fmt: skip
def test_an_entry_that_cannot_be_read_stays_in_the_file(tmp_path: Path, entry: object) -> None:
    """It is counted and left as it is, also when others are added."""
    (tmp_path / FILE).write_text(json.dumps({"endpoints": {ENDPOINT: [entry, as_json(decrypting())]}, "more": 1}))
    store = Store(tmp_path)
    assert store.of(ENDPOINT) == (decrypting(),)
    assert store.trouble.startswith("1 entry of ")
    store.add(ENDPOINT, decrypting(aws__SourceArn=None))
    store.settle()
    written = json.loads((tmp_path / FILE).read_text())
    assert written["more"] == 1
    assert written["endpoints"][ENDPOINT][0] == entry
    assert len(written["endpoints"][ENDPOINT]) == 3


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    """The expectation counts as long as the program runs; without a folder nothing is said."""
    (tmp_path / "file").write_text("no folder")
    store = Store(tmp_path / "file")
    store.add(ENDPOINT, decrypting())
    store.settle()
    assert store.of(ENDPOINT) == (decrypting(),)
    assert "not kept on disk" in store.trouble
    nowhere = Store(None)
    nowhere.add(ENDPOINT, decrypting())
    assert (nowhere.of(ENDPOINT), nowhere.trouble) == ((decrypting(),), "")


def test_there_may_be_so_many(tmp_path: Path) -> None:
    """The one after the last is refused, not some other forgotten."""
    store = Store(None)
    del tmp_path
    for number in range(MOST):
        assert store.add(ENDPOINT, decrypting(aws__SourceArn=(str(number),)))
    assert not store.add(ENDPOINT, decrypting())
    assert len(store.of(ENDPOINT)) == MOST


def test_what_is_written_is_read_again() -> None:
    """Each request as it was."""
    for each in (decrypting(), decrypting(allowed=False, aws__SourceArn=()), decrypting(kms__ViaService=None)):
        assert read_expectation(as_json(each)) == each
