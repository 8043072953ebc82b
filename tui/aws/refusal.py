"""What AWS or the network said instead of an answer, as one sentence and what to do about it."""

from __future__ import annotations

import logging
import re
from typing import Any

from botocore.exceptions import ClientError

from tui.aws.rule import CLASSES, CODES, DENIED, MISSING, SERVER, UNFORESEEN, UNFORESEEN_CODE, Rule, Trouble
from tui.flows.clean import clean
from tui.flows.source import SourceError

log = logging.getLogger(__name__)

_NAMED_ACTION = re.compile(r"perform: ([a-z0-9-]+:[A-Za-z0-9]+)")
_BECAUSE = re.compile(r"(?:because|with an explicit deny in) [^.:]{3,120}")


class RefusedError(SourceError):
    """A SourceError that knows its kind."""

    def __init__(self, trouble: Trouble, reason: str, hint: str = "", **how: Any) -> None:
        super().__init__(reason, hint, **how)
        self.trouble = trouble

    def softened(self) -> RefusedError:
        """The same, but to be tried again: what worked a minute ago may work again, and the screen stays."""
        wait = max(self.retry_after, 30.0) if self.fatal else self.retry_after
        return RefusedError(self.trouble, self.reason, self.hint, exit_code=self.exit_code, retry_after=wait)


def refuse(error: BaseException, action: str, what: str = "", profile: str = "", login: str = "") -> RefusedError:
    """The one sentence for an exception of a call; one that nobody foresaw is logged with its traceback.

    Args:
        error: whatever was raised.
        action: the IAM action, `logs:FilterLogEvents`; what a denied reader needs granted.
        what: the resource asked about, `log group /vpc/flow-logs`, or ''.
        profile: the reader's profile, '' when none was chosen.
        login: the profile that holds the sign-in, where that is another.
    """
    if isinstance(error, RefusedError):
        return error
    if isinstance(error, SourceError):
        how = {"fatal": error.fatal, "exit_code": error.exit_code, "retry_after": error.retry_after}
        return RefusedError(Trouble.UNKNOWN, error.reason, error.hint, **how)
    rule, code, said = _rule_for(error)
    if rule is UNFORESEEN:
        log.error("%s failed in an unforeseen way", action, exc_info=error)
    else:
        log.warning("%s on %s: %s", action, what or "-", type(error).__name__)
    words = _words(rule, code, said, action=action, what=what, profile=profile, login=login or profile)
    words |= _botocore_words(error)
    return RefusedError(
        rule.trouble,
        rule.reason.format(**words).strip(),
        rule.hint.format(**words),
        fatal=rule.fatal,
        exit_code=rule.exit_code,
        retry_after=rule.retry_after,
    )


def _rule_for(error: BaseException) -> tuple[Rule, str, str]:
    """The rule, the code, and AWS's own words."""
    if isinstance(error, ClientError):
        return _rule_for_answer(error.response)
    for kind, rule in CLASSES:
        if isinstance(error, kind):
            return rule, type(error).__name__, str(error)
    return UNFORESEEN, type(error).__name__, ""


def _rule_for_answer(response: Any) -> tuple[Rule, str, str]:
    """An error answer's rule: by its code, else by what the code ends in, else by the HTTP status."""
    about = response.get("Error") or {}
    status = (response.get("ResponseMetadata") or {}).get("HTTPStatusCode") or 0
    code = str(about.get("Code") or status)
    rule = CODES.get(code.removeprefix("Client.").removeprefix("Server."))
    if rule is None and code.endswith((".NotFound", "NotFoundException", ".Malformed")):
        rule = MISSING
    if rule is None and status != 400:
        rule = SERVER if status >= 500 else CODES.get(str(status))
    return rule or UNFORESEEN_CODE, code, _readable(str(about.get("Message") or ""))


def _readable(said: str) -> str:
    """AWS's words without the blob that EC2 appends for sts:DecodeAuthorizationMessage, and without markup."""
    if said.lstrip().startswith("<"):
        return "a page of markup"
    return said.split(" Encoded authorization failure message", maxsplit=1)[0].strip()


def _words(rule: Rule, code: str, said: str, *, action: str, what: str, profile: str, login: str) -> dict[str, str]:
    """What a rule's sentences may use. AWS's message names the action and the policy at fault better than we know."""
    granted = _NAMED_ACTION.search(said) if rule is DENIED else None
    because = _BECAUSE.search(said) if rule is DENIED else None
    what, profile, login = clean(what), clean(profile, 80), clean(login, 80)
    return {
        "action": granted[1] if granted else action,
        "what_or_action": what or action,
        "on": f" on {what}" if what else "",
        "code": clean(code, 60),
        "said": clean(said, 200).rstrip(". "),
        "because": f": {clean(because[0], 140)}" if because else "",
        "named": f" named {profile}" if profile else "",
        "of_profile": f" of profile {profile}" if profile else "",
        "with_profile": f" --profile {profile}" if profile else "",
        "login": f"aws sso login --profile {login}" if login else "aws sso login",
    }


def _botocore_words(error: BaseException) -> dict[str, str]:
    """The parts that botocore put its message together from."""
    kept = getattr(error, "kwargs", None)
    parts: dict[str, Any] = kept if isinstance(kept, dict) else {}
    words = {
        "endpoint": clean(str(parts.get("endpoint_url") or "of AWS"), 120),
        "provider": clean(str(parts.get("provider") or "their source"), 60),
    }
    if parts.get("profile"):  # the one that was not found may come from AWS_PROFILE
        words["named"] = f" named {clean(str(parts['profile']), 80)}"
    return words
