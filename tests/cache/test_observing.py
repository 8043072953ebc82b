"""What the watch is told of batches and inventories."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

from tests.alerts.made import LAYOUT, PLAIN, T0, record, records
from tui.alerts.observation import Aspect
from tui.cache.observing import Observer, known_of
from tui.flows.source import About, Batch, FlowLogState, Status
from tui.network.change import Change
from tui.network.inventory import Inventory
from tui.network.place import Interface, Vpc
from tui.network.rules import Endpoint, NetworkAcl, PrefixList

S3 = Endpoint("vpce-1", "Gateway", "com.amazonaws.eu-west-1.s3", "vpc-1", "available", route_tables=("rtb-1", "rtb-2"))
KMS = Endpoint("vpce-2", "Interface", "com.amazonaws.eu-west-1.kms", "vpc-1", "available", "payments-kms", policy="{}")
ACL = NetworkAcl("acl-1", "vpc-1", "data")
ROWS = [record(n, "10.0.1.7", "10.0.2.9", 5432) for n in range(3)]


def told(*changes: Change) -> list[tuple[Aspect, str, str, bool]]:
    """What is told of changes."""
    known = known_of(Inventory(changes=changes))
    return [(each.aspect, each.id, each.name, each.grave) for each in known.changes]


def test_a_second_flow_log_over_the_same_interfaces_counts_for_nothing() -> None:
    """In another log group, with another layout: its records are marked, those of the first are not."""
    observer = Observer()
    first = observer.see(Batch(T0 + 60, (records(ROWS, LAYOUT, again=False),)))
    second = observer.see(Batch(T0 + 60, (records(ROWS, PLAIN, "/vpc/public-a", again=False),)))
    (kept,), (spare,) = first.records, second.records
    assert not (kept.again is not None and kept.again.any())
    assert spare.again is not None
    assert spare.again.all()
    others = [record(n, "10.0.1.7", "10.0.2.9", 5432, eni="eni-0ffff") for n in range(2)]
    (mixed,) = observer.see(Batch(T0 + 60, (records([*ROWS, *others], PLAIN, "/vpc/public-a", again=False),))).records
    assert mixed.again is not None
    assert mixed.again.to_list() == [True, True, True, False, False]


def test_what_the_source_marks_stays_marked() -> None:
    """A record that the tail knows from another flow log is told so."""
    (found,) = Observer().see(Batch(T0, (records(ROWS, again=True),))).records
    assert found.again is not None
    assert found.again.all()


def test_time_never_goes_back_and_catching_up_is_told() -> None:
    """The newest clock counts; the past is being read while less of it is read than wanted."""
    observer = Observer()
    states = (FlowLogState("fl-1", "/vpc/payments", "vpc-1"),)
    first = observer.see(
        Batch(T0 + 60, status=Status(read=10, wanted=3600), about=About("1", "r", "vpc-1", states=states))
    )
    second = observer.see(Batch(T0, status=None))
    third = observer.see(Batch(T0, status=Status()))
    assert [each.at for each in (first, second, third)] == [T0 + 60] * 3
    assert [each.catching_up for each in (first, second, third)] == [True, True, False]
    assert (first.flow_logs, second.flow_logs) == (states, None)


def test_an_inventory_is_known_by_what_alerts_need() -> None:
    """Own networks, names of interfaces, networks of S3, and where its gateway endpoint is."""
    listed = PrefixList("pl-1", "com.amazonaws.eu-west-1.s3", "AWS", ((ip_network("3.5.140.0/22"), ""),))
    known = known_of(
        Inventory(
            vpcs=(Vpc("vpc-1", "payments", (ip_network("10.0.0.0/16"),)),),
            interfaces=(Interface("eni-1", vpc="vpc-1", address="10.0.1.7", addresses=("10.0.1.7",), name="app-1"),),
            prefix_lists=(listed,),
            endpoints=(S3, KMS),
        )
    )
    assert known.inside == (ip_network("10.0.0.0/16"),)
    assert (known.places["eni-1"].label, known.places["eni-1"].vpc) == ("app-1", "vpc-1")
    assert known.services == ((ip_network("3.5.140.0/22"), "s3"),)
    assert known.gateways == {("vpc-1", "s3"): "vpce-1"}
    assert known.vpcs == {"vpc-1": "payments"}
    assert known_of(Inventory(endpoints=(replace(S3, state="deleted"),))).gateways == {}


def test_changes_are_told_by_what_they_are_of() -> None:
    """Rules and endpoints apart; an endpoint that fails is grave; routes are told by their tables, Amazon's lists by nobody."""
    policy = Change(T0, T0 - 60, "endpoints", "vpce-2", "policy changed", KMS, replace(KMS, policy="[]"))
    failed = Change(T0, T0 - 60, "endpoints", "vpce-2", "failed", KMS, replace(KMS, state="failed"))
    gone = Change(T0, T0 - 60, "endpoints", "vpce-2", "gone", KMS, None)
    routes = Change(T0, T0 - 60, "endpoints", "vpce-1", "rtb-2 removed", S3, replace(S3, route_tables=("rtb-1",)))
    acl = Change(T0, T0 - 60, "acls", "acl-1", "100 removed", ACL, ACL)
    ours = PrefixList("pl-2", "office", "123456789012")
    amazons = PrefixList("pl-1", "com.amazonaws.eu-west-1.s3", "AWS")
    assert told(policy, failed, gone, routes, acl) == [
        (Aspect.ENDPOINT, "vpce-2", "payments-kms", False),
        (Aspect.ENDPOINT, "vpce-2", "payments-kms", True),
        (Aspect.ENDPOINT, "vpce-2", "payments-kms", True),
        (Aspect.RULES, "acl-1", "data", False),
    ]
    assert [
        each[1] for each in told(*(Change(T0, T0, "prefix_lists", each.id, "", each, each) for each in (ours, amazons)))
    ] == ["pl-2"]
