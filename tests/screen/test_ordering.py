"""Orders: confirmed by typing the endpoint's id, carried out in a thread, and told of until their end."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from tests.screen.changes_by_hand import GATEWAY, KNOWN, ByHand, changing_app
from tests.screen.picture import shows, until
from tui.network.order import DeleteEndpoint, Order, Progress, Stage
from tui.screen.app import VpcTop
from tui.screen.changer import READ_ONLY
from tui.screen.changing import Changing, OrderProgress

DELETE = DeleteEndpoint(GATEWAY)
DONE = Progress(Stage.DONE, "The endpoint is gone.", GATEWAY)


async def ask(app: VpcTop, pilot: Pilot[None], order: Order = DELETE) -> list[Progress]:
    """Have an order asked for; what is told of it."""
    told: list[Progress] = []
    app.ordering.confirm(
        "Delete the endpoint", order, [(("  s3 is no longer reached by it", ""),)], told.append, inventory=KNOWN
    )
    await until(pilot, lambda: shows(app, "Delete the endpoint"))
    return told


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_an_order_is_carried_out_once_its_id_is_typed(size: tuple[int, int]) -> None:
    """Another word changes nothing; the id sends the order off, and each step of it is on the page until it is done."""
    changes = ByHand()
    async with changing_app(changes, size=size) as (app, pilot):
        told = await ask(app, pilot)
        assert shows(app, "s3 is no longer reached by it")
        assert shows(app, f"Type {GATEWAY} and press Enter to do it.")
        await pilot.press(*"vpce-0a1b", "enter")
        await until(pilot, lambda: shows(app, "That is not it: nothing was changed."))
        assert changes.orders == []
        await pilot.press("ctrl+u", *GATEWAY, "enter")
        await until(pilot, lambda: changes.orders == [DELETE])
        changes.say(Progress(Stage.WAITING, "AWS asks to wait 3 s."), Progress(Stage.SENT, "AWS has taken it."))
        await until(pilot, lambda: shows(app, "sent      AWS has taken it."))
        assert shows(app, "waiting   AWS asks to wait 3 s.")
        changes.say(DONE)
        await until(pilot, lambda: shows(app, "done      The endpoint is gone."))
        assert [each.stage for each in told] == [Stage.WAITING, Stage.SENT, Stage.DONE]
        await pilot.press("enter")
        await until(pilot, lambda: len(app.screen_stack) == 1)


async def test_the_id_may_be_pasted() -> None:
    """The id in the clipboard is as good as typed."""
    from textual import events

    changes = ByHand()
    async with changing_app(changes) as (app, pilot):
        await ask(app, pilot)
        app.screen.post_message(events.Paste(f"{GATEWAY}\n"))
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: changes.orders == [DELETE])


async def test_leaving_without_the_id_changes_nothing() -> None:
    """Esc closes the page, and no order was given."""
    changes = ByHand()
    async with changing_app(changes) as (app, pilot):
        await ask(app, pilot)
        await pilot.press(*"vpce-", "escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        assert changes.orders == []


async def test_an_order_goes_on_when_its_page_is_closed() -> None:
    """Esc leaves the page of an order under way; its end is told in a notice, and another order waits till then."""
    changes = ByHand()
    async with changing_app(changes) as (app, pilot):
        told = await ask(app, pilot)
        await pilot.press(*GATEWAY, "enter")
        await until(pilot, lambda: changes.orders == [DELETE])
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        app.ordering.confirm("Delete again", DELETE, [])
        await until(pilot, lambda: shows(app, "Another change is under way"))
        changes.say(Progress(Stage.REFUSED, "AWS says no [/]: UnauthorizedOperation."))
        await until(pilot, lambda: shows(app, "UnauthorizedOperation"))
        assert told[-1].stage is Stage.REFUSED


async def test_an_error_of_ours_leaves_nobody_without_an_answer() -> None:
    """A carrier that breaks is told of as unsure, and the next order can be given."""
    changes = ByHand()
    async with changing_app(changes) as (app, pilot):
        told = await ask(app, pilot)
        await pilot.press(*GATEWAY, "enter")
        changes.say(ZeroDivisionError("division by zero"))
        await until(pilot, lambda: shows(app, "It may have been carried out or not: vpctop met an error"))
        assert told[-1].stage is Stage.UNSURE
        await pilot.press("escape")
        await ask(app, pilot)


async def test_quitting_wakes_what_waits() -> None:
    """The program ends at once while an order is under way; what carries it out is told to stop."""
    changes = ByHand()
    async with changing_app(changes) as (app, pilot):
        await ask(app, pilot)
        await pilot.press(*GATEWAY, "enter")
        await until(pilot, lambda: changes.orders == [DELETE])
    assert changes.is_stopped.wait(5)


async def test_without_leave_to_change_it_says_so() -> None:
    """Started without --allow-changes, the reader is told how to."""
    async with changing_app() as (app, pilot):
        assert not app.may_change()
        await until(pilot, lambda: shows(app, READ_ONLY[:30]))


def test_only_one_order_is_under_way() -> None:
    """A second order is not taken until the first one has ended; after stop none is."""
    changes, told = ByHand(), list[OrderProgress]()
    changing = Changing(changes, told.append)  # type: ignore[arg-type]  # only its own message is posted
    assert changing.order(DELETE)
    assert not changing.order(DELETE)
    changing.stop()
    assert changes.is_stopped.wait(5)
    assert not changing.order(DELETE)
