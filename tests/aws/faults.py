"""Bad days of CloudWatch Logs and of the reader's machine, each told as what goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.aws.delivery import START
from tests.aws.line import Repeats, Swapped, Twice, shuffled
from tests.aws.sign_in import Home
from tests.aws.survival import Fault, Scene


def _spoils(spoil: Callable[[], Any]) -> Callable[[Scene], None]:
    return lambda scene: setattr(scene.line, "spoil", spoil())


def _slow(scene: Scene) -> None:
    scene.line.slow = 0.5


def _unreachable(scene: Scene) -> None:
    """From the fifth pass on nobody listens, for two minutes."""
    if scene.step == 5:
        scene.since = scene.clock.at
        scene.line.cut()
    elif scene.since and scene.clock.at - scene.since >= 120:
        scene.line.connect()


def _nameless(scene: Scene) -> None:
    """From the fifth pass on the endpoint's name is not found, for two minutes."""
    _unreachable(scene)
    scene.line.connect()  # it listens; the connections there were are lost
    scene.names = not scene.since or scene.clock.at - scene.since >= 120


def _recreated(scene: Scene) -> None:
    """After the fifth pass the log group is deleted; its flow log makes it again a minute later."""
    if scene.step == 5:
        # What was not read before it was deleted is gone for every reader there is.
        scene.delivery.delivered = list(scene.received.lines)
        scene.logs.delete_log_group(logGroupName=scene.group)
        scene.since = scene.clock.at
        scene.delivery.held = True
    elif scene.since and scene.clock.at - scene.since >= 60:
        scene.delivery.held = False


def _missing(scene: Scene) -> None:
    scene.delivery.take_back()  # nothing may be in what is deleted
    scene.logs.delete_log_group(logGroupName=scene.group)
    scene.delivery.held = True


def _created(scene: Scene) -> None:
    if scene.step >= 3:
        scene.delivery.held = False


def _home(scene: Scene) -> Home:
    assert scene.home is not None
    return scene.home


def _refuse_key(scene: Scene, code: str = "ExpiredTokenException") -> None:
    """AWS takes the key no more that was used last."""
    scene.line.expired, scene.line.code = scene.line.keys[-1], code


def _signs_in_again(spoil: Callable[[Home], None]) -> Callable[[Scene], None]:
    """After the fifth pass the credentials end and the sign-in is spoilt; three refusals later the reader signs in."""

    def act(scene: Scene) -> None:
        if scene.step == 5:
            _refuse_key(scene)
            spoil(_home(scene))
        elif scene.step == 8:
            _home(scene).portal.refuses = False
            _home(scene).sign_in()

    return act


def _signs_out(scene: Scene) -> None:
    _refuse_key(scene)
    _home(scene).sign_out()


def _closed(home: Home) -> None:
    home.portal.refuses = True


def _replaced(scene: Scene) -> None:
    """After the fifth pass the keys on disk are no longer taken; three refusals later there are others."""
    if scene.step == 5:
        _refuse_key(scene, "UnrecognizedClientException")
    elif scene.step == 8:
        _home(scene).write_keys("AKIANEW")


def _rule(kind: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "action": "FilterLogEvents", "times": None, **more}


def _refuses(code: str, status: int = 400, **more: Any) -> dict[str, Any]:
    return _rule("error", code=code, status=status, **more)


FAULTS: dict[str, Fault] = {
    "none but late records in no order": Fault(),
    "throttled": Fault((_rule("throttle", every=9, times=10),)),
    "503 for a while": Fault((_refuses("ServiceUnavailableException", 503, skip=30, times=40),)),
    "500 now and then": Fault((_refuses("InternalFailure", 500, every=7),)),
    "HTML bodies": Fault((_rule("html", every=4),)),
    "HTML with status 200": Fault((_rule("html", every=6, status=200),)),
    "empty bodies": Fault((_rule("empty", every=6),)),
    "connections reset": Fault((_rule("reset", every=6),)),
    "bodies cut off": Fault((_rule("cut", every=6),)),
    "truncated bodies on a 200": Fault((_rule("truncate", every=5),)),
    "corrupt bodies on a 200": Fault((_rule("corrupt", every=5),)),
    "a token nobody gave": Fault((_rule("answer", body='{"events": [], "nextToken": "stuck"}', every=29),)),
    "ExpiredTokenException": Fault((_refuses("ExpiredTokenException", skip=20, times=6),)),
    "RequestExpired": Fault((_refuses("RequestExpired", skip=20, times=6),)),
    "events out of order": Fault(prepare=_spoils(lambda: shuffled)),
    "pages out of order": Fault(prepare=_spoils(Swapped)),
    "pages twice": Fault(prepare=_spoils(Twice)),
    "tokens that repeat": Fault(prepare=_spoils(Repeats)),
    "answers past the read timeout": Fault(prepare=_slow),
    "connection refused for two minutes": Fault(act=_unreachable),
    "name not found for two minutes": Fault(act=_nameless),
    "log group missing, then created": Fault(prepare=_missing, act=_created),
    "log group deleted, then created again": Fault(act=_recreated),
    "SSO sign-in gone (SSOTokenLoadError)": Fault(
        act=_signs_in_again(Home.sign_out),
        profile="legacy",
        says="run `aws sso login --profile legacy`",
        raises=frozenset({"SSOTokenLoadError"}),
    ),
    "SSO sign-in not accepted (UnauthorizedSSOTokenError)": Fault(
        act=_signs_in_again(_closed),
        profile="legacy",
        says="run `aws sso login --profile legacy`",
        raises=frozenset({"UnauthorizedSSOTokenError"}),
    ),
    "SSO sign-in ended, not to be refreshed (TokenRetrievalError)": Fault(
        act=_signs_in_again(lambda home: home.sign_in(-60)),
        profile="prod",
        says="run `aws sso login --profile prod`",
        raises=frozenset({"TokenRetrievalError"}),
    ),
    "static credentials replaced on disk": Fault(
        act=_replaced,
        profile="default",
        says="AWS does not accept the credentials",
        raises=frozenset({"UnrecognizedClientException"}),
    ),
    "clock 20 minutes ahead": Fault(off=1200, says="this machine's clock is 20 min ahead of AWS's"),
    "clock 20 minutes behind": Fault(off=-1200, says="this machine's clock is 20 min behind AWS's"),
}


def _all_prepared(scene: Scene) -> None:
    _spoils(Swapped)(scene)
    _slow(scene)


def _all(scene: Scene) -> None:
    """Names are not found for a while; the sign-in is gone, then there but refused; keys on disk take its place."""
    _nameless(scene)
    gone = scene.clock.at - START
    if scene.phase < len(_PHASES) and gone >= _PHASES[scene.phase][0]:
        _PHASES[scene.phase][1](scene)
        scene.phase += 1


# When, in seconds of the data's time, and what.
_PHASES: tuple[tuple[int, Callable[[Scene], None]], ...] = (
    (1200, _signs_out),
    (1230, lambda scene: _home(scene).sign_in(-60)),
    (1260, lambda scene: _home(scene).sign_in()),
    (1600, _signs_out),
    (1630, lambda scene: _home(scene).use_keys("AKIANEW", "legacy")),
)

FAULTS["all at once"] = Fault(
    (
        _rule("truncate", every=11),
        _rule("empty", every=13),
        _rule("reset", every=17),
        _rule("cut", every=19),
        _rule("corrupt", every=21),
        _rule("html", every=29),
        _rule("throttle", every=31, times=5),
        _refuses("InternalFailure", 500, every=7),
        _refuses("ExpiredTokenException", every=37),
        _rule("answer", body='{"events": [], "nextToken": "stuck"}', every=23),
    ),
    _all_prepared,
    _all,
    "legacy",
    1200,
    "this machine's clock is 20 min ahead of AWS's",
    frozenset({"SSOTokenLoadError", "UnauthorizedSSOTokenError"}),
)
