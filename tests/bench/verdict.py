"""How long the verdict on one refused flow takes, with 5,000 rules and 20,000 interfaces."""

from __future__ import annotations

import random
import time
from ipaddress import ip_network
from statistics import median, quantiles
from types import MappingProxyType

from tui.network.change import Change
from tui.network.inventory import PARTS, Inventory
from tui.network.place import Interface, Subnet, Vpc
from tui.network.rules import AclEntry, GroupRule, NetworkAcl, PrefixList, SecurityGroup
from tui.network.verdict.explain import explain
from tui.network.verdict.model import Flow

INTERFACES, RULES, FLOWS, T0 = 20_000, 5_000, 2_000, 1_790_000_040
VPC = "vpc-0aaaaaaaaaaaaaaa1"


def group(pick: random.Random, name: str, count: int, groups: int) -> SecurityGroup:
    """A security group of `count` rules: two in three name a network, the others a group or a prefix list."""
    rules = []
    for at in range(count):
        port = pick.randrange(1, 65_536)
        peer = pick.randrange(3)
        network = ip_network((pick.getrandbits(32) >> 8 << 8, 24)) if peer else None
        reference = f"sg-{pick.randrange(groups):017x}" if not peer and at % 2 else ""
        listed = "" if network or reference else f"pl-{pick.randrange(20):017x}"
        rules.append(
            GroupRule(f"sgr-{name}{at}", name, egress=at % 5 == 0, protocol=pick.choice(("tcp", "tcp", "udp")), first=port,
                      last=port, network=network, prefix_list=listed, peer_group=reference)
        )  # fmt: skip
    return SecurityGroup(name, f"group {name[-4:]}", VPC, rules=tuple(rules))


def world(per_group: int) -> Inventory:
    """RULES rules in groups of `per_group`, INTERFACES interfaces in 40 subnets, each under 40 ACL entries."""
    pick, groups = random.Random(7), RULES // per_group
    interfaces = []
    for at in range(INTERFACES):
        address = f"10.{at >> 9 & 255}.{at >> 8 & 1}.{at & 255}"
        mine = {f"sg-{pick.randrange(groups):017x}" for _ in range(min(5, groups))}
        interfaces.append(
            Interface(f"eni-{at:017x}", f"subnet-{at >> 9:017x}", VPC, address=address, addresses=(address,),
                      kind="interface", groups=tuple(sorted(mine)))
        )  # fmt: skip
    subnets = [
        Subnet(f"subnet-{at:017x}", VPC, f"s{at}", (ip_network(f"10.{at}.0.0/23"),))
        for at in range(INTERFACES // 512 + 1)
    ]
    entries = [
        AclEntry(number * 10, egress, allow=number % 4 > 0, protocol="6", network=ip_network((pick.getrandbits(32) >> 16 << 16, 16)),
                 first=1024, last=65_535)
        for egress in (False, True) for number in range(1, 20)
    ]  # fmt: skip
    for egress in (False, True):
        entries += [
            AclEntry(1000, egress, allow=True, network=ip_network("0.0.0.0/0")),
            AclEntry(32_767, egress, allow=False, network=ip_network("0.0.0.0/0")),
        ]
    acl = NetworkAcl("acl-1", VPC, "main", entries=tuple(entries), subnets=tuple(each.id for each in subnets))
    made = tuple(group(pick, f"sg-{at:017x}", per_group, groups) for at in range(groups))
    lists = tuple(
        PrefixList(f"pl-{at:017x}", f"list {at}", "1", tuple((ip_network((pick.getrandbits(32) >> 8 << 8, 24)), "") for _ in range(50)))
        for at in range(20)
    )  # fmt: skip
    return Inventory(
        T0, (VPC,), "1", "eu-west-1", tuple(interfaces), (), tuple(subnets), (Vpc(VPC, "payments", (ip_network("10.0.0.0/8"),)),),
        groups=made, acls=(acl,), prefix_lists=lists, changes=edits(made), read_at=MappingProxyType(dict.fromkeys(PARTS, T0)),
    )  # fmt: skip


def edits(groups: tuple[SecurityGroup, ...]) -> tuple[Change, ...]:
    """As many changes as there are groups, a hundred at most, before the flows, among them and after."""
    return tuple(
        Change(T0 - 6_000 + at * 60, T0 - 6_060 + at * 60, "groups", was.id, f"security group {was.id}: a rule added",
               SecurityGroup(was.id, was.name, was.vpc, rules=was.rules[1:]), was)
        for at in range(0, 100, 1 if len(groups) >= 100 else 20) for was in (groups[at % len(groups)],)
    )  # fmt: skip


def flows(pick: random.Random) -> list[tuple[Flow, tuple[Flow, ...]]]:
    """Refused records, half from inside, with the records that go with them."""
    found: list[tuple[Flow, tuple[Flow, ...]]] = []
    for _ in range(FLOWS):
        at, other = pick.randrange(INTERFACES), pick.randrange(INTERFACES)
        target = f"10.{at >> 9 & 255}.{at >> 8 & 1}.{at & 255}"
        inside = f"10.{other >> 9 & 255}.{other >> 8 & 1}.{other & 255}"
        source = inside if pick.random() < 0.5 else f"198.51.{pick.randrange(256)}.{pick.randrange(256)}"
        ports = (pick.randrange(32_768, 61_000), pick.randrange(1, 32_768))
        seen = T0 - pick.randrange(60, 6_000)
        record = Flow(source, target, 6, *ports, f"eni-{at:017x}", egress=False, flags=pick.choice((2, 2, 0)), action="REJECT",
                      start=seen, end=seen + 50, packets=3)  # fmt: skip
        back = Flow(target, source, 6, ports[1], ports[0], f"eni-{at:017x}", egress=True, flags=18, action="ACCEPT",
                    start=seen - 60, end=seen)  # fmt: skip
        found.append((record, (record, back) if pick.random() < 0.2 else (record,)))
    return found


def main() -> None:
    """Print the figures beside their budget."""
    asked = flows(random.Random(11))
    for per_group in (20, 1_000, RULES):
        inventory = world(per_group)
        begun = time.perf_counter()
        assert inventory.index
        built = time.perf_counter() - begun
        first, again = clocked(inventory, asked), clocked(inventory, asked)
        told = f"{median(again):.2f} ms median, {quantiles(again, n=100)[98]:.2f} ms the 99th (budget 1)"
        print(f"verdict, {RULES:,} rules in groups of {per_group:>5,}  {told}")
        print(
            f"{'':21}when asked first     {sum(first) / FLOWS:.2f} ms on average, {max(first):.0f} ms at most, as rules are laid out"
        )
    print(f"index of {INTERFACES:,} interfaces          {built * 1000:.0f} ms once")


def clocked(inventory: Inventory, asked: list[tuple[Flow, tuple[Flow, ...]]]) -> list[float]:
    """How long each verdict takes, in ms."""
    spent = []
    for flow, history in asked:
        begun = time.perf_counter()
        explain(flow, inventory, history)
        spent.append((time.perf_counter() - begun) * 1000)
    return spent


if __name__ == "__main__":
    main()
