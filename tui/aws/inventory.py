"""The inventory as Amazon tells it: read in the background, in the order names need it, and again at its own pace."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from threading import Event
from types import MappingProxyType
from typing import Any

from tui.aws.inventory_call import LASTING, StoppedError
from tui.aws.inventory_read import Reader
from tui.aws.inventory_wanted import Wanted
from tui.aws.refusal import RefusedError
from tui.aws.rule import Trouble
from tui.aws.session import Access, Clients
from tui.network.change import RULED
from tui.network.inventory import PARTS, Inventory
from tui.network.merge import merged, with_found

log = logging.getLogger(__name__)

_LOOK = 1.0  # seconds between two looks at what is wanted
_DENIED_AGAIN = 600.0  # seconds: somebody may have granted it
_SHARE, _SLOWEST = 30.0, 3.0  # a reading is a 30th of its time at most, if that does not make it thrice as rare
_MOST_DNS = 25  # VPCs of a whole Region whose DNS attributes are read, two calls each
_FIRST_REST = 5.0  # seconds after a failure, doubled with each
_LONGEST_REST, _LONGEST_PART_REST = 60.0, 300.0  # where nothing can be read, and where a part cannot


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two readings of each part.

    Interfaces 2 to 5 minutes, rules and endpoints about one; the budget is EC2's token bucket:
    https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
    """

    interfaces: float = 120.0
    instances: float = 120.0
    subnets: float = 300.0
    vpcs: float = 300.0
    peerings: float = 300.0
    groups: float = 60.0
    endpoints: float = 60.0
    prefix_lists: float = 300.0
    acls: float = 60.0
    route_tables: float = 60.0
    owned_services: float = 120.0
    connections: float = 60.0
    vpc_dns: float = 120.0
    services: float = 60.0  # those that are new; each is asked for once a day


# Peerings first, since they tell which VPCs there are to read; then in the order names need it.
_ORDER = ("peerings", *(part for part in PARTS if part != "peerings"))
# These are of the Region, whichever VPCs are read; or of VPCs by themselves.
_OF_REGION = {"peerings", "prefix_lists", "owned_services", "connections", "services"}
_OF_ENDPOINTS = ("endpoints", "route_tables", "interfaces", "connections")
# After these the reader has something new to look at, also while the rest is still read for the first time.
_TELLING = {"interfaces", "vpcs", _ORDER[-1]}


class AwsInventory:
    """An InventorySource of the VPCs that `resources` are in, and of those they peer with.

    Args:
        access: how to reach AWS.
        resources: ids of the scope and of its flow logs' resources (`vpc-… subnet-… eni-… i-… vpce-…`); where none of
            them tells a VPC, the whole Region is read.
        clock: Unix seconds, for `at`; the demo has its own.
        pace: how often.
    """

    def __init__(
        self,
        access: Access,
        resources: Sequence[str] = (),
        clock: Callable[[], float] = time.time,
        pace: Pace | None = None,
    ) -> None:
        self._access = access
        self._resources = tuple(dict.fromkeys(resources))
        self._clock = clock
        self._pace = pace or Pace()
        self._asked: SimpleQueue[str] = SimpleQueue()
        self._wanted = Wanted()
        self._known = Inventory()
        self._told: tuple[Any, ...] = ()
        self._due = dict.fromkeys(_ORDER, 0.0)  # by the monotonic clock
        self._scope: tuple[str, ...] | None = None  # not yet looked up
        self._rest = _FIRST_REST
        self._troubles: dict[str, tuple[str, float]] = {}  # by part: why it could not be read, and how long it rests
        self._reader: Reader | None = None

    def wanted(self, names: Iterable[str]) -> None:
        """Interface ids and addresses to look for, from any thread: soon, but no more often than every 15 seconds.

        For an endpoint's id (vpce-…) all that tells of endpoints is read again now.
        """
        for name in names:
            self._asked.put(name)

    def inventories(self, stop: Event) -> Iterator[Inventory]:
        """See InventorySource. It goes on through every refusal: `missing` and `trouble` tell of them.

        Raises:
            SourceError: there are no credentials, no Region, no such profile.
        """
        if self._reader is None:
            self._reader = Reader(Clients(self._access), stop)
        self._reader.stop = self._reader.clients.stop = stop
        while not stop.is_set():
            try:
                yield from self._round(self._reader)
                rest, self._rest = 0.0, _FIRST_REST
            except StoppedError:
                return
            except RefusedError as error:  # nothing can be read: the network, the credentials
                self._troubles[""] = (error.reason, 0.0)
                yield from self._news()
                rest, self._rest = self._rest, min(2 * self._rest, _LONGEST_REST)
            stop.wait(rest or self._until_due())

    def _round(self, reader: Reader) -> Iterator[Inventory]:
        """Whatever is due, and what was asked for; an inventory when it brought something."""
        if self._scope is None:
            self._find_scope(reader)
        self._look_for_wanted(reader)
        for part in _ORDER:
            if time.monotonic() < self._due[part]:
                continue
            self._read(reader, part)
            if part in _TELLING:
                yield from self._news()
            self._look_for_wanted(reader)
        yield from self._news()

    def _find_scope(self, reader: Reader) -> None:
        """The VPCs to read; all of the Region where they cannot be told."""
        try:
            self._scope = reader.vpcs_of(self._resources)
        except RefusedError as error:
            if error.trouble not in LASTING:
                raise
            reader.lacks(reader.operation, error)
            self._scope = ()
        reader.scope = self._scope
        self._known = replace(self._known, scope=self._scope, region=reader.clients.region)

    def _read(self, reader: Reader, part: str) -> None:
        """One part, into what is known; where it is refused it rests for a while, and the others go on.

        Raises:
            RefusedError: the others would be refused too.
        """
        begin = time.monotonic()
        try:
            found = self._call(reader, part)
        except RefusedError as error:
            self._refused(reader, part, error)
            if error.trouble in {Trouble.EXPIRED, Trouble.UNREACHED}:
                raise
            return
        self._troubles.pop(part, None)
        self._troubles.pop("", None)
        self._due[part] = time.monotonic() + _pause(getattr(self._pace, part), time.monotonic() - begin)
        at = self._clock()
        now = replace(Inventory(at), **{part: found}, read_at=MappingProxyType({part: at}))  # type: ignore[arg-type]  # by their names
        self._known = merged(self._known, now)
        if part == "peerings":
            self._widen(reader)
        elif part in {"endpoints", "owned_services"} and not self._lacks_services(reader):
            self._due["services"] = 0.0  # nothing is asked if none of them is new
        elif part == "vpcs" and not self._known.account:
            accounts = [vpc.account for vpc in self._known.vpcs if vpc.id in (self._scope or (vpc.id,))]
            self._known = replace(self._known, account=accounts[0] if accounts else "")

    def _lacks_services(self, reader: Reader) -> bool:
        return "DescribeVpcEndpointServices" in reader.missing or "services" in self._troubles

    def _refused(self, reader: Reader, part: str, error: RefusedError) -> None:
        """What is denied is not asked for soon; what failed rests twice as long each time."""
        rest = _DENIED_AGAIN
        if error.trouble in LASTING:
            reader.lacks(reader.operation, error)
        else:
            rest = min(2 * self._troubles.get(part, ("", _FIRST_REST / 2))[1], _LONGEST_PART_REST)
            self._troubles[part] = (error.reason, rest)
        if error.trouble is Trouble.THROTTLED:
            reader.budget.throttled()
        self._due[part] = time.monotonic() + rest

    def _call(self, reader: Reader, part: str) -> tuple[Any, ...]:
        if part == "peerings":
            return reader.peerings(self._scope or ())
        if part == "vpc_dns":
            return reader.vpc_dns(self._scope or _with_endpoints_first(self._known))
        if part == "prefix_lists":
            return reader.prefix_lists(time.monotonic())
        if part == "services":
            return reader.services(self._known.endpoints, self._known.owned_services, time.monotonic())
        if part == "connections" and self._known.has("owned_services") and not self._known.owned_services:
            return ()  # to no service
        read: Callable[[], tuple[Any, ...]] = getattr(reader, part)
        return read()

    def _widen(self, reader: Reader) -> None:
        """Read the peers too: those of this Region; a filter finds nothing of a VPC of another account."""
        if not self._scope:
            return
        sides = [side for each in self._known.peerings for side in (each.requester, each.accepter)]
        peers = [vpc for vpc, _, region in sides if vpc and region in {"", reader.clients.region}]
        self._aim(reader, tuple(dict.fromkeys((*self._scope, *peers))))

    def _aim(self, reader: Reader, vpcs: tuple[str, ...]) -> None:
        """Read these VPCs from now on; where they are others than before, everything is due.

        What is read of the rules then is compared with nothing: that a VPC came into sight is no change of its rules.
        """
        if set(vpcs) == set(reader.scope):
            return
        reader.scope = vpcs
        self._due.update((part, 0.0) for part in _ORDER if part not in _OF_REGION)
        of_vpcs = set(RULED) - {"prefix_lists"}
        read_at = {part: at for part, at in self._known.read_at.items() if part not in of_vpcs}
        self._known = replace(self._known, read_at=MappingProxyType(read_at))

    def _look_for_wanted(self, reader: Reader) -> None:
        """Look for interfaces that are unknown, if it is time to. One of a VPC that is not read yet brings it in."""
        names = []
        while True:
            try:
                names.append(self._asked.get_nowait())
            except Empty:
                break
        if any(name.startswith("vpce-") for name in names):
            self._due |= dict.fromkeys(_OF_ENDPOINTS, 0.0)
        self._wanted.add(names)
        if not self._known.has("interfaces"):
            return
        filters = self._wanted.due(self._known, time.monotonic())
        if not filters:
            return
        try:
            found = reader.interfaces(filters)
            ids = {each.instance for each in found} - {"", *self._known.index.instances}
            instances = reader.instances({"instance-id": sorted(ids)}) if ids and self._known.has("instances") else ()
        except RefusedError as error:
            log.warning("unknown interfaces not looked for: %s", error.reason)
            self._wanted.again(filters)
            return
        self._known = with_found(self._known, found, instances, self._clock())
        new = {each.vpc for each in found} - {"", *reader.scope}
        if self._scope and new:
            self._scope = (*self._scope, *sorted(new))
            self._known = replace(self._known, scope=self._scope)
            self._aim(reader, (*reader.scope, *sorted(new)))
            self._due["peerings"] = 0.0

    def _news(self) -> Iterator[Inventory]:
        """What is known, if it says something that was not told yet. Its lookups are built here, in this thread."""
        assert self._reader is not None
        notes = tuple(note for part in _ORDER for note in self._reader.notes.get(part, ()))[:100]
        missing = tuple(self._reader.missing.values())
        trouble = next((reason for reason, _ in self._troubles.values()), "")
        if (missing, notes, trouble) != (self._known.missing, self._known.notes, self._known.trouble):
            self._known = replace(self._known, missing=missing, notes=notes, trouble=trouble)
        told = (
            *(getattr(self._known, part) for part in PARTS),
            tuple(self._known.read_at),
            missing,
            notes,
            trouble,
        )
        if told == self._told or (not self._known.read_at and not missing and not trouble):
            return
        self._told = told
        self._known.index  # noqa: B018  # built now
        yield self._known

    def _until_due(self) -> float:
        """Seconds to the next part that is due, or to the next look at what is wanted."""
        return min(_LOOK, max(0.0, min(self._due.values()) - time.monotonic()))


def _with_endpoints_first(known: Inventory) -> tuple[str, ...]:
    """The VPCs of the Region, as many as have their DNS attributes read; those that have private DNS before others."""
    private = [each.vpc for each in known.endpoints if each.private_dns]
    return tuple(dict.fromkeys((*private, *(each.id for each in known.vpcs))))[:_MOST_DNS]


def _pause(pace: float, took: float) -> float:
    """Seconds to the next reading: a large account, whose pages take long to fetch and to take apart, is read less often."""
    return min(max(pace, _SHARE * took), _SLOWEST * pace)
