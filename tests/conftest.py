"""What the tests of all rooms share: an embedded AWS to talk to, and a machine that is nobody's account."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tui.demo.embedded import EmbeddedAws, isolate_from_reader

Client = Callable[..., Any]
LIMIT = 10.0  # seconds until a thread that was stopped has ended: its call in flight is answered by then


@pytest.fixture(scope="session", autouse=True)
def _isolated() -> None:
    """No test sees the AWS settings or proxies of whoever runs it."""
    isolate_from_reader()


@pytest.fixture(scope="session")
def embedded(_isolated: None) -> Iterator[EmbeddedAws]:
    """The one embedded AWS of the session, empty. Tests take `aws`."""
    with EmbeddedAws(empty=True) as running:
        yield running


@pytest.fixture
def aws(embedded: EmbeddedAws) -> Iterator[EmbeddedAws]:
    """An empty embedded AWS: no resources, no log groups, no faults, no calls yet. The hiccups of paging are off.

    What a test began ends with it: a thread left behind would go on calling, in the middle of another test.
    """
    embedded.reset()
    embedded.configure(hiccups=False)
    before = set(threading.enumerate())
    yield embedded
    left = set(threading.enumerate()) - before
    for thread in left:
        thread.join(LIMIT)
    assert not [thread.name for thread in left if thread.is_alive()], "threads that outlive their test"


@pytest.fixture(scope="session")
def client(embedded: EmbeddedAws) -> Client:
    """Makes boto3 clients for the embedded AWS: `client("ec2")`. Each call is tried once, unless `retries` says more.

    `timeout` is how many seconds an answer may take.
    """
    made: dict[tuple[str, str, int, float], Any] = {}
    connect: Any = boto3.client  # its hundred overloads want the service spelled out

    def make(service: str, region: str = embedded.region, retries: int = 0, timeout: float = 10.0) -> Any:
        if (service, region, retries, timeout) not in made:
            made[service, region, retries, timeout] = connect(
                service,
                region_name=region,
                endpoint_url=embedded.url,
                aws_access_key_id=embedded.access_keys[0],
                aws_secret_access_key=embedded.access_keys[1],
                config=Config(
                    retries={"total_max_attempts": retries + 1, "mode": "standard"},
                    connect_timeout=3,
                    read_timeout=timeout,
                    proxies={},
                    inject_host_prefix=False,
                ),
            )
        return made[service, region, retries, timeout]

    return make
