"""How much the connections of a conversation carry, drawn once: a sample of loads to pick from."""

from __future__ import annotations

from math import exp, log
from random import Random

from tui.demo.world.flow import SYN_BYTES, Load
from tui.demo.world.talk import TCP, Talk

SAMPLE = 128
SEGMENT = 1420  # bytes of payload of a full packet, with the headers of the usual options
HEADERS = 52


def loads_of(talk: Talk, random: Random) -> list[Load]:
    """Loads of connections of this kind, log-normal around its medians."""
    return [_load(talk, random) for _ in range(SAMPLE)]


def _load(talk: Talk, random: Random) -> Load:
    """One connection: handshake, payload both ways, acknowledgements of every other packet, close."""
    spread = random.lognormvariate(0, 0.45 if talk.protocol == TCP else 0.08)
    if talk.standing:
        seconds = max(60, int(talk.seconds * random.lognormvariate(0, 0.6)))
        spread *= seconds
    else:
        # Most connections are short; what lasts less than a second begins and ends in the same one, or the next.
        seconds = int(talk.seconds * exp(random.gauss(0, 0.6)) + random.random())
    sent, got = int(talk.sent * spread), int(talk.got * spread)
    if talk.protocol != TCP:
        each = max(1, seconds // 5) if talk.standing else 1
        return (
            Load(seconds, each, each * talk.sent, each, each * talk.got) if talk.standing else Load(0, 1, sent, 1, got)
        )
    sent_packets = 4 + sent // SEGMENT + got // (2 * SEGMENT)
    got_packets = 3 + got // SEGMENT + sent // (2 * SEGMENT)
    return Load(seconds, sent_packets, sent + HEADERS * sent_packets, got_packets, got + HEADERS * got_packets)


def attempt(protocol: int, usual: Load, answered: bool) -> Load:
    """What a refused connection carries: SYN again after 1, 2 and 4 seconds, and a SYN-ACK for each, if it got there."""
    if protocol != TCP:
        return Load(0, 1, max(28, usual.sent // usual.sent_packets), 1, max(28, usual.got // usual.got_packets))
    got = 4 if answered else 0
    return Load(7, 4, 4 * SYN_BYTES, got, got * SYN_BYTES)


def stalled(seconds: int) -> Load:
    """What goes on in a connection whose replies are refused: both sides send the same again, ever more rarely."""
    again = 3 + int(log(1 + seconds))
    return Load(seconds, again, again * 310, again, again * 580)
