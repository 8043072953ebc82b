"""One million records of 20,000 addresses, a quarter of them refused: how long the Rejects pane's answers take."""

from __future__ import annotations

import random

from tests.bench.cache import PAGE, RECORDS, clocked, fill
from tests.network.small_inventory import many
from tui.cache.judging import Judging
from tui.cache.rejected import RejectsAsk, RejectTable
from tui.cache.rejects import rejects
from tui.cache.rolling import Held
from tui.cache.view import NO_NAMES, Ask
from tui.cache.views import answer
from tui.network.inventory import Inventory
from tui.network.verdict.explain import explain

OWN, OUTSIDE = 10_000, 10_000  # addresses
INVENTORY = many(OWN)
# Of ten refused records: three of the reader's own, on a port that is closed; seven of the internet's knocking.
PORTS = (22, 23, 445, 3389, 5432, 6379, 8080, 9200)


def lines(pick: random.Random, start: int) -> list[str]:
    """A page of default records."""
    made = []
    for _ in range(PAGE):
        server = pick.randrange(OWN)
        target = f"10.0.{server >> 8}.{server & 255}"
        is_refused, is_own = pick.random() < 0.25, pick.random() < 0.3
        number = pick.randrange(OWN if is_own or not is_refused else OUTSIDE)
        source = f"{'10.0' if is_own or not is_refused else '198.18'}.{number >> 8}.{number & 255}"
        port = pick.choice(PORTS) if is_refused else pick.choice((443, 5432))
        made.append(
            f"2 123456789012 eni-{server:017x} {source} {target} {pick.randrange(32_768, 61_000)} {port} 6 1 "
            f"{pick.randrange(40, 9_000)} {start} {start + 59} {'REJECT' if is_refused else 'ACCEPT'} OK"
        )
    return made


def main() -> None:
    """Print the figures beside their budgets."""
    cache, _, _ = fill(lines)
    held = cache.held()
    folded, unfolded = (Ask(names=INVENTORY, rejects=RejectsAsk(each)) for each in (False, True))
    table = rejects(held, folded)
    print(
        f"held                 {RECORDS:,} records of {OWN + OUTSIDE:,} addresses, {table.mine.count + table.noise.count:,} refused"
    )
    print(f"rows                 {table.mine.rows:,} of the reader's own, {table.noise.rows:,} of noise")
    print(f"noise folded         {clocked(lambda: rejects(held, folded)):.0f} ms (budget 150)")
    print(f"noise unfolded       {clocked(lambda: rejects(held, unfolded)):.0f} ms (budget 150)")
    by_address = Ask(names=NO_NAMES, rejects=RejectsAsk())
    print(f"without an inventory {clocked(lambda: rejects(held, by_address)):.0f} ms (budget 150)")
    flows = clocked(lambda: answer(held, Ask(names=INVENTORY)))
    print(f"for comparison       {flows:.0f} ms for the Flows pane's conversations")
    judging(held, INVENTORY, table)


def judging(held: Held, inventory: Inventory, table: RejectTable) -> None:
    """Print how long verdicts take."""
    print(
        f"32 verdicts more     {clocked(lambda: Judging(explain).judged(held, inventory, table)):.0f} ms, their records looked for among all"
    )
    known = Judging(explain)
    while known.judged(held, inventory, table).waiting:
        pass
    print(f"none to judge        {clocked(lambda: known.judged(held, inventory, table)):.1f} ms")
    serial = table.rows[0].serial
    print(f"one explanation      {clocked(lambda: known.explained(held, inventory, serial)):.0f} ms")
