"""A question about a flow that need not exist, as its asker writes it: who, to whom, on which port."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network

from tui.flows.portname import PORT_NAMES
from tui.flows.protocol import PROTOCOLS

TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58
_NUMBERS = {name: number for number, name in PROTOCOLS.items()} | {"icmpv6": ICMPV6, "ping": ICMP}
_PORTED = {TCP, UDP}
_PORTS = {name: port for port, name in sorted(PORT_NAMES.items(), reverse=True)}
_LONGEST = 300  # characters of an end: a Name tag has at most 256
_NUMBER = re.compile(r"[0-9]{1,6}")
_BRACKETED = re.compile(r"\[([^\[\]]*)\](?::(.*))?", re.DOTALL)


class QuestionError(ValueError):
    """What was asked makes no question: one sentence that says how to write it."""


@dataclass(frozen=True, slots=True)
class Service:
    """What is asked for at the target: a protocol by number, and its port, or its ICMP type and code.

    None where it is not said or the protocol has none.
    """

    protocol: int
    port: int | None = None
    icmp_type: int | None = None
    icmp_code: int | None = None

    def __str__(self) -> str:
        name = PROTOCOLS.get(self.protocol, f"protocol {self.protocol}")
        if self.port is not None:
            return f"{self.port}/{name}"
        numbers = [each for each in (self.icmp_type, self.icmp_code) if each is not None]
        return "/".join((name, *map(str, numbers)))


@dataclass(frozen=True, slots=True)
class Question:
    """May `source` open a connection to `service` of `target`?

    An end is an address as Python writes it (RFC 5952 for IPv6), an id (`eni-… i-… vpce-…`) or a name. `source_port` is
    None where the client chooses it, as it nearly always does.
    """

    source: str
    target: str
    service: Service
    source_port: int | None = None


def read_question(source: str, target: str, service: str = "", source_port: int | None = None) -> Question:
    """The question that words make.

    Args:
        source: an end, `10.0.1.7`, `web-1`, `[2001:db8::7]`; with `:40000` after it that is the source port.
        target: an end, with the service after a colon (`10.0.2.9:5432/tcp`) unless `service` has it.
        service: `443`, `443/udp`, `https`, `icmp`, `icmp/8`, `icmp/3/4`, `gre`; '' where the target has it.
        source_port: the client's port.

    Raises:
        QuestionError: an end or the service is not understood, or is missing.
    """
    client, tail = _end(source, "the source")
    if tail:
        port = _port_of(tail)
        if source_port not in {None, port}:
            raise QuestionError(f"the source port is {port} in {_short(source)} and {source_port} in --source-port")
        source_port = port
    server, asked = _end(target, "the target")
    if asked and service and read_service(asked) != read_service(service):
        raise QuestionError(f"the port is told twice: {_short(asked)} and {_short(service)}")
    wanted = asked or service
    if not wanted:
        written = f"[{server}]" if ":" in server else server
        raise QuestionError(f"say which port of the target, as in {_short(f'{written}:443')}, :53/udp or :icmp")
    found = read_service(wanted)
    if source_port is not None and found.protocol not in _PORTED:
        raise QuestionError(f"{PROTOCOLS.get(found.protocol, found.protocol)} has no source port")
    return Question(client, server, found, source_port)


def read_service(text: str) -> Service:
    """`443`, `443/tcp`, `tcp/443`, `https`, `53/udp`, `icmp`, `icmp/8`, `icmp/3/4`, `gre`; ICMP alone is a ping.

    Raises:
        QuestionError: it is none of these.
    """
    words = text.strip().lower().split("/")
    if words[0] in _NUMBERS and len(words) > 1 and _NUMBERS[words[0]] in _PORTED:
        words = [words[1], words[0], *words[2:]]  # tcp/443
    if words[0] in _NUMBERS:
        return _portless(text, _NUMBERS[words[0]], words[1:])
    protocol = _NUMBERS.get(words[1]) if len(words) > 1 else TCP
    port = _PORTS.get(words[0]) if words[0] in _PORTS else _whole(words[0], 65_535)
    if port and protocol in _PORTED and len(words) <= 2:
        return Service(protocol, port)
    raise QuestionError(
        f"{_short(text)} is no service: write a port from 1 to 65535 (443, 53/udp), a name (https), or icmp, icmp/8"
    )


def in_version(service: Service, version: int) -> Service:
    """The service as a version of IP has it: ICMPv6 is a protocol of its own, whose echo request is 128 (RFC 4443)."""
    if service.protocol == ICMP and version == 6:
        return replace(service, protocol=ICMPV6, icmp_type=128 if service.icmp_type == 8 else service.icmp_type)
    if service.protocol == ICMPV6 and version == 4:
        return replace(service, protocol=ICMP, icmp_type=8 if service.icmp_type == 128 else service.icmp_type)
    return service


def _portless(text: str, protocol: int, words: list[str]) -> Service:
    if protocol in _PORTED:
        raise QuestionError(f"{_short(text)} needs a port: 443/{PROTOCOLS[protocol]}")
    if protocol not in {ICMP, ICMPV6}:
        if words:
            raise QuestionError(f"{PROTOCOLS[protocol]} has no ports")
        return Service(protocol)
    numbers = [_whole(word, 255) for word in words]
    if None in numbers or len(numbers) > 2:
        raise QuestionError(f"{_short(text)} is no ICMP type and code: write icmp, icmp/8 or icmp/3/4")
    first = numbers[0] if numbers else 8 if protocol == ICMP else 128
    # The code of an echo is always 0: RFC 792, RFC 4443.
    second = numbers[1] if len(numbers) > 1 else 0 if first in {0, 8, 128, 129} else None
    return Service(protocol, None, first, second)


def _end(text: str, which: str) -> tuple[str, str]:
    """An end and what stands after its colon, '' for nothing."""
    text = text.strip()
    if not text or len(text) > _LONGEST:
        raise QuestionError(f"{which} is {'empty' if not text else 'too long'}: give an address, an id or a Name tag")
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed:
        address = _address(bracketed[1])
        if not address or ":" not in bracketed[1]:
            raise QuestionError(f"{_short(text)} is no IPv6 address in brackets")
        return address, _tail(text, bracketed[2])
    if address := _address(text):  # an IPv6 address without brackets has no port
        return address, ""
    name, colon, tail = text.rpartition(":")
    if not colon:
        return _name(text), ""
    if address := _address(name):
        return address, _tail(text, tail)
    if _is_service(tail):
        return _name(name), tail
    return _name(text), ""  # a Name tag may hold colons


def _tail(text: str, tail: str | None) -> str:
    if tail is not None and not tail.strip():
        raise QuestionError(f"nothing follows the colon of {_short(text)}")
    return (tail or "").strip()


def _name(text: str) -> str:
    text = text.strip()
    if not text or any(mark in text for mark in "*?"):
        raise QuestionError(f"{_short(text)} is no name of one thing" if text else "a name is missing before the colon")
    try:
        ip_network(text, strict=False)
    except ValueError:
        return text
    raise QuestionError(f"{_short(text)} is a network: give one address of it")


def _address(text: str) -> str:
    """The address as it is written everywhere; '' if it is none. IPv4 inside IPv6 is IPv4; a zone id says nothing here."""
    try:
        found = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)


def _is_service(text: str) -> bool:
    try:
        read_service(text)
    except QuestionError:
        return bool(_NUMBER.fullmatch(text.partition("/")[0]))  # a wrong port rather than part of a name
    return True


def _port_of(text: str) -> int:
    port = _whole(text, 65_535)
    if not port:
        raise QuestionError(f"{_short(text)} is no source port: write a number from 1 to 65535")
    return port


def _whole(text: str, most: int) -> int | None:
    return int(text) if _NUMBER.fullmatch(text) and int(text) <= most else None


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:59]}…")
