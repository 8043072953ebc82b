from __future__ import annotations

import re
from ipaddress import ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.network.question import Question, QuestionError, Service, in_version, read_question, read_service


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("443", Service(6, 443)),
        ("443/tcp", Service(6, 443)),
        ("TCP/443", Service(6, 443)),
        ("53/udp", Service(17, 53)),
        ("https", Service(6, 443)),
        ("dns/udp", Service(17, 53)),
        ("icmp", Service(1, None, 8, 0)),
        ("ping", Service(1, None, 8, 0)),
        ("icmp/8", Service(1, None, 8, 0)),
        ("icmp/3", Service(1, None, 3, None)),
        ("icmp/3/4", Service(1, None, 3, 4)),
        ("icmpv6", Service(58, None, 128, 0)),
        ("icmp6/136", Service(58, None, 136, None)),
        ("gre", Service(47)),
        ("esp", Service(50)),
    ],
)
def test_a_service_is_written_as_people_write_it(text: str, expected: Service) -> None:
    """Ports with and without a protocol, names of ports, ICMP with type and code, protocols without ports."""
    assert read_service(text) == expected


@pytest.mark.parametrize("text", ["", "0", "65536", "tcp", "udp/", "443/icmp", "icmp/256", "icmp/a", "icmp/1/2/3", "gre/1", "-1", "\u0664\u0664\u0663", "443/tcp/x"])  # fmt: skip
def test_what_is_no_service_is_told_in_one_sentence(text: str) -> None:
    """Ports out of range, protocols without their port, and other digits than ASCII's are refused."""
    with pytest.raises(QuestionError) as told:
        read_service(text)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 200


@pytest.mark.parametrize(
    ("source", "target", "service", "expected"),
    [
        ("10.0.1.7", "10.0.2.9:5432/tcp", "", Question("10.0.1.7", "10.0.2.9", Service(6, 5432))),
        ("10.0.1.7", "10.0.2.9", "5432", Question("10.0.1.7", "10.0.2.9", Service(6, 5432))),
        ("10.0.1.7:40000", "10.0.2.9:443", "", Question("10.0.1.7", "10.0.2.9", Service(6, 443), 40000)),
        ("2001:DB8::7", "[2001:db8:0::9]:443", "", Question("2001:db8::7", "2001:db8::9", Service(6, 443))),
        ("[2001:db8::7]:40000", "[2001:db8::9]", "53/udp", Question("2001:db8::7", "2001:db8::9", Service(17, 53), 40000)),
        ("::ffff:10.0.1.7", "10.0.2.9:icmp/8", "", Question("10.0.1.7", "10.0.2.9", Service(1, None, 8, 0))),
        ("eni-0a1b2c3d4e5f60718", "i-0a1b2c3d4e5f60718:22", "", Question("eni-0a1b2c3d4e5f60718", "i-0a1b2c3d4e5f60718", Service(6, 22))),
        ("web 1", "team:db writer:5432", "", Question("web 1", "team:db writer", Service(6, 5432))),
        ("web", "team:db", "https", Question("web", "team:db", Service(6, 443))),
        ("a", "b:443", "443/tcp", Question("a", "b", Service(6, 443))),
    ],
)  # fmt: skip
def test_a_question_is_two_ends_and_a_service(source: str, target: str, service: str, expected: Question) -> None:
    """Addresses of both versions, ids and names; the service after the colon or alone; a source port."""
    assert read_question(source, target, service) == expected


@pytest.mark.parametrize(
    ("source", "target", "service", "says"),
    [
        ("10.0.1.7", "10.0.2.9", "", "'10.0.2.9:443'"),
        ("a", "2001:db8::7", "", "'[2001:db8::7]:443'"),
        ("a", "b:443", "80", "told twice"),
        ("a", "10.0.2.0/24", "443", "is a network"),
        ("a", "10.0.2.9:70000", "", "from 1 to 65535"),
        ("a", "b:70000/tcp", "", "from 1 to 65535"),
        ("a", "[::1]:", "", "nothing follows the colon"),
        ("a", "[10.0.1.7]:443", "", "no IPv6 address in brackets"),
        ("", "b:443", "", "the source is empty"),
        ("a" * 400, "b:443", "", "too long"),
        ("web-*", "b:443", "", "no name of one thing"),
        ("a:40000", "b:icmp", "", "icmp has no source port"),
        ("a:0", "b:443", "", "no source port"),
    ],
)
def test_what_is_no_question_says_how_to_write_it(source: str, target: str, service: str, says: str) -> None:
    """Each mistake has its sentence."""
    with pytest.raises(QuestionError, match=re.escape(says)):
        read_question(source, target, service)


def test_a_source_port_is_told_once() -> None:
    """The option and the colon may say the same, not two things."""
    assert read_question("a:40000", "b:443", source_port=40000).source_port == 40000
    with pytest.raises(QuestionError, match="40000 in 'a:40000' and 40001"):
        read_question("a:40000", "b:443", source_port=40001)


def test_a_ping_is_the_ping_of_its_version() -> None:
    """`icmp` to an IPv6 address is ICMPv6, whose echo request is 128."""
    assert in_version(read_service("icmp"), 6) == Service(58, None, 128, 0)
    assert in_version(read_service("icmpv6"), 4) == Service(1, None, 8, 0)
    assert in_version(read_service("icmp"), 4) == Service(1, None, 8, 0)
    assert in_version(read_service("443"), 6) == Service(6, 443)


_TEXT = st.one_of(st.text(max_size=40), st.text("0123456789abcdef.:[]/%*-tcpudi", max_size=30))


@given(_TEXT, _TEXT, _TEXT, st.none() | st.integers(1, 65535))
@example("a", "b:²", "", None)
@example("[", "]:1", "", None)
@example("1.2.3.4%5", "::%eth0", "1", None)
def test_no_text_is_more_than_a_wrong_question(source: str, target: str, service: str, port: int | None) -> None:
    """Whatever is written is a question or a QuestionError; ports are in range and addresses written one way."""
    try:
        found = read_question(source, target, service, port)
    except QuestionError:
        return
    assert found.source
    assert found.target
    assert found.service.port is None or 1 <= found.service.port <= 65535
    for end in (found.source, found.target):
        try:
            parsed = ip_address(end)
        except ValueError:
            continue
        assert str(parsed) == end


@given(st.ip_addresses(), st.ip_addresses(), st.integers(1, 65535), st.sampled_from(["tcp", "udp"]))
def test_every_address_and_port_can_be_asked_about(source: object, target: object, port: int, protocol: str) -> None:
    """Both versions of IP, in brackets and without."""
    asked = f"[{target}]" if ":" in str(target) else str(target)
    found = read_question(str(source), f"{asked}:{port}/{protocol}")
    assert found.service == Service({"tcp": 6, "udp": 17}[protocol], port)
    assert ip_address(found.target) == (getattr(target, "ipv4_mapped", None) or target)
