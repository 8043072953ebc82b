from __future__ import annotations

from dataclasses import replace

import pytest

from tests.network.two_vpcs import DB, EDGE, WORLD, ask, interface
from tui.network.inventory import Inventory
from tui.network.leg import Fate
from tui.network.rules import ANY, AclEntry
from tui.network.verdict.journey import REPLY
from tui.network.verdict.model import Confidence, Flow
from tui.network.verdict.portion import refused_portion

LAMBDA = interface("lambda", "subnet-private", "10.0.1.50", kind="lambda")


def with_entries(*entries: AclEntry) -> Inventory:
    """The world whose ACL has these entries out, and no other but the closing one."""
    acl = WORLD.acls[0]
    kept = tuple(each for each in acl.entries if not each.egress or each.number > 32_000)
    acls = (replace(acl, entries=(*kept, *entries)), *WORLD.acls[1:])
    return replace(WORLD, interfaces=(*WORLD.interfaces, LAMBDA), acls=acls)


def out(number: int, first: int, last: int, *, allow: bool = True) -> AclEntry:
    """An entry out, for TCP to anywhere."""
    every = next(each.network for each in WORLD.acls[0].entries if each.network)
    return AclEntry(
        number,
        egress=True,
        allow=allow,
        protocol="tcp" if first != ANY else "-1",
        network=every,
        first=first,
        last=last,
    )


ALL_OUT = out(100, ANY, ANY)


@pytest.mark.parametrize(
    ("source", "entries", "fate", "says"),
    [
        # Load balancers, NAT gateways and functions call from 1024 and above: half of the ports is not enough.
        ("lambda", (out(50, 443, 443), out(100, 1024, 32767)), Fate.REFUSED, ""),
        ("lambda", (out(50, 443, 443), out(100, 32768, 65535)), Fate.REFUSED, ""),
        ("lambda", (out(50, 443, 443), out(100, 1024, 65535)), Fate.PASS, ""),
        # A port that is denied for what calls it a service is the exception among those a client may choose.
        ("lambda", (out(90, 3389, 3389, allow=False), ALL_OUT), Fate.PASS, "of the 64,512 ports the client may call from, 1 (3389) may get no reply"),
        ("lambda", (out(90, 1024, 9999, allow=False), ALL_OUT), Fate.REFUSED, ""),
        # Instances call from 32768 and above.
        ("web", (out(50, 443, 443), out(100, 32768, 65535)), Fate.PASS, ""),
        ("web", (out(90, 3389, 3389, allow=False), ALL_OUT), Fate.PASS, ""),
        ("web", (out(50, 443, 443), out(100, 1024, 32767)), Fate.REFUSED, ""),
        # Of a stranger's system nothing is known; most call from 32768 and above.
        ("8.8.8.8", (out(100, 32768, 65535),), Fate.PASS, "a client that calls from one of the ports 1024-32767, as through NAT, gets no reply"),
        ("8.8.8.8", (out(100, 1024, 32767),), Fate.REFUSED, ""),
    ],
)  # fmt: skip
def test_a_reply_passes_if_nearly_all_ports_of_its_client_do(
    source: str, entries: tuple[AclEntry, ...], fate: Fate, says: str
) -> None:
    """By the ports that such a client calls from; the exception makes it likely, and is told.

    https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
    """
    answer = ask(source, "edge:443" if source == "8.8.8.8" else "db:443", with_entries(*entries))
    assert answer.fate is fate, answer.sentence
    if fate is Fate.REFUSED:
        assert (answer.decided.trip, answer.decided.by) == (REPLY, "network ACL")
        assert answer.fixes
        return
    assert answer.confidence is (Confidence.LIKELY if says else Confidence.CERTAIN)
    assert [doubt for step in answer.steps for doubt in step.doubts] == ([says] if says else [])
    assert answer.fixes == ()


def test_a_port_that_is_told_is_judged_alone() -> None:
    """With --source-port there is but one to pass; ICMP has none."""
    world = with_entries(out(100, 1024, 32767))
    assert refused_portion(Flow("10.0.2.9", "10.0.1.50", 6, 443, 40000), world, DB, egress=True) is None
    assert refused_portion(Flow("10.0.2.9", "10.0.1.50", 1), world, DB, egress=True) is None
    found = refused_portion(Flow("10.0.0.5", "10.0.1.50", 6, 443, None), world, EDGE, egress=True)
    assert found is not None
    assert (found.refused, found.total, found.first, found.last, found.stranger) == (32768, 64512, 32768, 65535, False)
    assert ask("lambda:1500", "db:443", with_entries(out(50, 443, 443), out(100, 1024, 32767))).fate is Fate.PASS
    assert ask("lambda:40000", "db:443", with_entries(out(50, 443, 443), out(100, 1024, 32767))).fate is Fate.REFUSED
