"""What the watch costs: the default rules over batches of 10,000 records, with 1,000,000 records of 20,000 addresses seen."""

from __future__ import annotations

import random
import time
from ipaddress import ip_network
from statistics import median

from tui.alerts.engine import Watch
from tui.alerts.observation import Known, Observation, Place
from tui.alerts.reading import read_rules
from tui.flows.filter.value import Now
from tui.flows.logformat import layout_of
from tui.flows.parse import LineParser
from tui.flows.source import Records

RECORDS, PAGE, T0 = 1_000_000, 10_000, 1_790_000_040
LAYOUT = layout_of([
    "version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets", "bytes",
    "start", "end", "action", "log-status", "vpc-id", "tcp-flags",
])  # fmt: skip
SERVERS = [f"10.0.{net}.{host}" for net in range(4) for host in range(1, 251)]
CLIENTS = [f"10.0.{net}.{host}" for net in range(16, 40) for host in range(1, 251)]
OUTSIDE = [f"{first}.{net}.{host}.7" for first in (198, 203) for net in range(26) for host in range(250)]


def lines(pick: random.Random, start: int) -> list[str]:
    """A page: both directions of connections, a quarter of them from outside, every twelfth refused."""
    made = []
    for _ in range(PAGE // 2):
        inbound = pick.random() < 0.25
        client = pick.choice(OUTSIDE if inbound else CLIENTS)
        server = pick.choice(SERVERS)
        sport, dport = pick.randrange(32_768, 61_000), pick.choice((443, 443, 5432, 6379, 8080, 22))
        refused = pick.random() < 1 / 12
        eni, action = f"eni-{int(server.rsplit('.', 1)[1]):017x}", "REJECT" if refused else "ACCEPT"
        at = start + pick.randrange(30)
        flags = pick.choice((0, 0, 3, 2))
        for source, target, one, other, bits in (
            (client, server, sport, dport, 2 if refused else flags),
            (server, client, dport, sport, {0: 0, 3: 19, 2: 18}[flags]),
        ):
            made.append(
                f"2 123456789012 {eni} {source} {target} {one} {other} 6 {pick.randrange(1, 400)} "
                f"{pick.randrange(40, 90_000)} {at} {at + 59} {action} OK vpc-0a1b2c3d4e5f60718 {bits}"
            )
            if refused:
                break
    return made


def main() -> None:
    """Print the figures beside their budgets."""
    rules = [written.rule for written in read_rules((), {}, Now(T0)) if not written.off]
    watch = Watch(rules)
    places = {f"eni-{number:017x}": Place(f"web-{number}", "vpc-0a1b2c3d4e5f60718") for number in range(1, 251)}
    watch.observe(Observation(T0, known=Known(inside=(ip_network("10.0.0.0/16"),), places=places)))
    parser, pick = LineParser([LAYOUT]), random.Random(7)
    spent: list[float] = []
    cpu: list[float] = []
    seen = 0
    while seen < RECORDS:
        start = T0 + seen * 36 // PAGE
        layout, frame, _ = parser.parse(lines(pick, start)).records[0]
        begun, began = time.perf_counter(), time.process_time()
        watch.observe(Observation(start + 90, (Records(layout, frame),)))
        spent.append((time.perf_counter() - begun) * 1000 * PAGE / frame.height)
        cpu.append((time.process_time() - began) * 1000 * PAGE / frame.height)
        seen += frame.height
    tenth = len(spent) // 10
    print(
        f"observe {PAGE:,} records  {median(spent):.1f} ms under {len(rules)} rules (budget 20); {median(cpu):.1f} ms of CPU"
    )
    print(
        f"as it fills            {median(spent[1:tenth]):.1f} ms at first, {median(spent[-tenth:]):.1f} ms after {seen:,} records"
    )
    print(f"rows held              {watch.size:,}")
    begun = time.perf_counter()
    found = watch.alerts()
    print(f"alerts                 {len(found)} in {(time.perf_counter() - begun) * 1000:.1f} ms")
    for each in found[:8]:
        print("   ", each.state, each.id, each.sentence)


if __name__ == "__main__":
    main()
