"""The demo's incident raises exactly the alerts it should, in order; its ordinary day raises none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto.ec2.models import EC2Backend

from tests.alerts.demo_world import START, DemoWorld
from tests.alerts.made import T0
from tui.alerts.engine import Watch
from tui.alerts.model import Alert, Severity, State
from tui.alerts.reading import read_rules
from tui.cache.observing import Observer
from tui.flows.filter.value import Now

STEP = 15  # seconds between two looks at the log groups


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """What a server of moto's changes in this process is changed back."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(EC2Backend, "create_default_vpc", EC2Backend.create_default_vpc)
        patch.setenv("MOTO_ACCOUNT_ID", "123456789012")
        yield


def played(world: DemoWorld, until: int, looks: tuple[int, ...]) -> tuple[list[Alert], tuple[Alert, ...]]:
    """Who called, in order, and what there is in the end; the network is read over the wire at these times."""
    watch = Watch([each.rule for each in read_rules((), {}, Now(float(T0)))])
    observer = Observer()
    watch.observe(observer.learn(world.inventory()))
    called: list[Alert] = []
    at = int(world.now)
    while at < START + until:
        at += STEP
        for batch in world.batches(at):
            watch.observe(observer.see(batch))
            called += watch.calls()
        if at - START in looks:
            watch.observe(observer.learn(world.inventory()))
            called += watch.calls()
    return called, watch.alerts()


def test_the_incident_raises_its_alerts_and_no_other() -> None:
    """The ACL, the route, the scan and who let it in, S3 at the NAT gateway, the policy, and who is cut off: nothing else."""
    world = DemoWorld(calm=False, rate=100.0, history=900)
    called, alerts = played(world, 240, (-15, 15, 60, 120))
    topology = world.topology
    named = {each.address: name for name, each in topology.interfaces.items()} | {
        each: name
        for names in (topology.acls, topology.route_tables, topology.endpoints, topology.vpcs)
        for name, each in names.items()
    }

    def short(alert: Alert) -> str:
        """Rule and subject, by the names of the demo."""
        words = alert.subject.replace(":", " ").split()
        return " ".join([alert.rule, *(named.get(word, word) for word in words if not word.startswith("payments-"))])

    cut_off = [
        f"own-refused {name}"
        for name in ("db-writer 5432", "db-reader 5432", "cache-1 6379", "cache-2 6379", "cache-3 6379")
    ]
    in_order = [short(each) for each in called if each.rule != "own-refused"]
    assert in_order == [
        "rules-changed data",
        "rules-changed private-b",
        "scan-let-in 192.0.2.201",
        "port-scan 192.0.2.201 → bastion",
        "endpoint-changed kms",
        "around-endpoint s3 payments",
    ]
    assert [short(each) for each in called][2] == "own-refused db-reader 5432"  # in the first minute
    refused = [short(each) for each in alerts if each.rule == "own-refused"]
    assert set(refused) >= set(cut_off)
    assert set(refused) <= {*cut_off, "own-refused db-proxy 5432", "own-refused redshift-leader 5439"}
    assert sorted(map(short, alerts)) == sorted({*in_order, *refused})
    assert {each.state for each in alerts} == {State.FIRING}
    worst = {short(each) for each in alerts if each.severity is Severity.CRITICAL}
    assert worst == {"own-refused db-writer 5432", "scan-let-in 192.0.2.201"}
    said = next(each.sentence for each in alerts if each.rule == "endpoint-changed")
    assert said.startswith("KMS endpoint policy: 47 actions no longer allowed for some callers (kms:")
    assert all(each.first >= START - 20 for each in alerts if each.rule != "own-refused")


def test_an_ordinary_day_raises_none() -> None:
    """Twenty minutes with scanners, a forgotten agent, a misplaced job, skipped records and late ones."""
    called, alerts = played(DemoWorld(calm=True, rate=100.0, history=1200), 0, (-900, -300))
    assert (called, alerts) == ([], ())
