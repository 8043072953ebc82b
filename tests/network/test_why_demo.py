from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import product
from random import Random
from typing import Any

import pytest
from moto import mock_aws
from moto.ec2.models import ec2_backends

from tui.aws.inventory_once import read_once
from tui.aws.session import Access
from tui.demo.embedded import EmbeddedAws
from tui.demo.world.incident import ACTS
from tui.demo.world.plant import plant
from tui.demo.world.talk import ICMP, TALKS
from tui.demo.world.tap import Taps
from tui.demo.world.topology import Interface
from tui.demo.world.wiring import Wiring
from tui.network.end import ends_of
from tui.network.inventory import Inventory
from tui.network.leg import Fate
from tui.network.question import Question, Service
from tui.network.verdict.journey import Journey, journey_of

AT = 1_767_225_600.0
# One address of each kind that the demo talks to outside.
OUTSIDE = {
    "@internet": "198.51.100.7", "@internet6": "2001:db8:ffff::7", "@s3": "52.216.1.9", "@partners": "203.0.113.140",
    "@dynamodb": "52.94.5.9", "@mirrors": "203.0.113.226", "@ntp": "203.0.113.245", "@office": "198.51.100.241",
    "@analysts": "10.9.64.9", "@branches": "10.9.4.7", "@web": "192.0.2.130",
}  # fmt: skip
WIDE = ("alb", "nlb", "lambda", "nat")
_Demo = tuple[Wiring, Inventory]


@pytest.fixture(name="demo", scope="module")
def demo_fixture() -> Iterator[_Demo]:
    """The demo's rules twice: as its own judge holds them, in memory, and as they are read over the wire."""
    with EmbeddedAws(at=AT, history=60, rate=1.0) as running:
        key, secret = running.access_keys
        access = Access(
            region=running.region, endpoint_url=running.url, access_key=key, secret_key=secret, isolated=True
        )
        inventory = read_once(access, [], [running.scope])
        with mock_aws():
            topology = plant(7, running.account, running.region)
            backend = ec2_backends[running.account][running.region]
            for act in ACTS:
                if act.at <= 0:
                    act.apply(topology, backend)
            yield Wiring(topology, backend, Taps(topology, 0, iter([1 << 62]), Random(7))), inventory


def ask(inventory: Inventory, client: Any, server: Any, service: Service) -> Journey:
    """The answer about two ends, each an interface of the demo or an address outside."""
    six = isinstance(client, str) and ":" in client
    texts = [each if isinstance(each, str) else (each.address6 if six else each.address) for each in (client, server)]
    question = Question(texts[0], texts[1], service)
    return journey_of(question, *ends_of(question, inventory), inventory)


def passes(wiring: Wiring, client: Any, server: Any, service: Service) -> bool:
    """What the demo's own judge says: open for every port that such a client calls from."""
    path = wiring.path(client, server, service.protocol)
    if path is None:
        return False
    wide = not isinstance(client, Interface) or client.kind in WIDE
    ports = (1024, 32767, 32768, 65535) if wide else (32768, 60999)
    return all(path.outcome(port, service.port or 0, beyond).open for port in ports for beyond in (1024, 65535))


def test_the_demos_own_traffic_is_answered_as_the_demo_judges_it(demo: _Demo) -> None:
    """Every conversation of the demo's table: what is open there would pass here, and nothing else."""
    wiring, inventory = demo
    places = wiring.topology.interfaces
    wrong = []
    for talk in TALKS:
        service = Service(ICMP, None, 8, 0) if talk.protocol == ICMP else Service(talk.protocol, talk.port)
        sides: list[list[Any]] = [
            [OUTSIDE[each]] if each.startswith("@") else [i for name, i in places.items() if fnmatchcase(name, each)]
            for each in (talk.clients, talk.servers)
        ]
        for client, server in product(*sides):
            if client is not server:
                answer = ask(inventory, client, server, service)
                if (answer.fate is Fate.PASS) != passes(wiring, client, server, service):
                    wrong.append((talk.name, answer.sentence))
    assert wrong == [], "\n".join(str(each[0])[:300] for each in wrong)


def test_any_two_ends_are_answered_as_the_demo_judges_them(demo: _Demo) -> None:
    """The same of 1,500 questions that nobody in the demo asks, over interfaces and addresses outside."""
    wiring, inventory = demo
    random = Random(11)
    ends: list[Any] = [*wiring.topology.interfaces.values(), *(each for each in OUTSIDE.values() if ":" not in each)]
    services = [Service(protocol, port) for protocol in (6, 17) for port in (22, 53, 80, 443, 3389, 5432, 6379, 9100)]
    wrong, fates = [], Counter[Fate]()
    for _ in range(1500):
        client, server = random.sample(ends, 2)
        if isinstance(client, str) and (isinstance(server, str) or not has_way_in(client, server)):
            continue
        service = random.choice(services)
        answer = ask(inventory, client, server, service)
        fates[answer.fate] += 1
        if answer.fate is Fate.UNKNOWN:  # the demo's judge asks an ACL of what a transit gateway brings into the subnet
            assert "no network ACL sees" in answer.sentence
        if (answer.fate is Fate.PASS) != passes(wiring, client, server, service):
            wrong.append((answer.sentence, [(step.place, step.fate, step.sentence) for step in answer.steps]))
    assert wrong == [], "\n".join(str(each[0])[:300] for each in wrong)
    assert fates[Fate.PASS] > 100
    assert fates[Fate.UNKNOWN] < 20


def has_way_in(client: str, server: Interface) -> bool:
    """The demo asks no route tables for what comes from outside: only what has a way in can be compared."""
    return bool(server.public) if not client.startswith("10.") else True
