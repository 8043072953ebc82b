"""The rules that there are before a reader has written any, in the words of the config file.

What they count was chosen so that the ordinary day of a busy VPC raises none of them. A default is switched off, or some
of its keys are changed, by an `[[alert]]` of its name.
"""

from __future__ import annotations

# The side that asks: a SYN, or where flags are not logged a port that clients have; not what answers too late.
_ASKS = "(flags ~ syn and not flags ~ ack or (flags = - or not proto tcp) and sport >= 1024 and dport < 32768)"
# Packets of a connection that is no more are refused too; they have no SYN, and without flags are few and come from a server.
_NOT_STALE = "(flags ~ syn or not proto tcp or flags = - and not (sport < 32768 and dport >= 32768 and packets < 4))"
_ADMIN = "dport in (22, 23, 3389, 5900, 5985, 5986)"

DEFAULTS: tuple[dict[str, object], ...] = (
    {
        "name": "own-refused",
        "say": "ever more of our traffic is refused: {server} port {port}",
        "filter": f"action = reject and {_NOT_STALE}",
        "from": "own",
        "by": ["server", "port"],
        "measure": "records",
        "threshold": 30,
        "critical": 300,
        "rise": 3,
        "window": "5m",
        "severity": "warning",
    },
    {
        "name": "new-refusal",
        "say": "refused for the first time, both ours: {client} to {server} port {port}",
        "filter": f"action = reject and {_ASKS}",
        "from": "own",
        "to": "own",
        "by": ["client", "server", "port"],
        "threshold": 3,
        "new": "15m",
        "window": "5m",
        "severity": "notice",
    },
    {
        "name": "port-scan",
        "say": "port after port of {target} is tried by {source}",
        "filter": f"action = reject and {_ASKS}",
        "by": ["source", "target"],
        "measure": "ports",
        "threshold": 25,
        "window": "5m",
        "severity": "warning",
    },
    {
        "name": "address-scan",
        "say": "address after address is tried at port {port} by {source}",
        "filter": f"action = reject and {_ASKS}",
        "by": ["source", "port"],
        "measure": "addresses",
        "threshold": 20,
        "window": "5m",
        "severity": "warning",
    },
    {
        "name": "scan-let-in",
        "say": "a scanner is let in: {source}",
        "filter": f"action = accept and {_ASKS}",
        "during": ["port-scan", "address-scan"],
        "by": ["source"],
        "threshold": 1,
        "window": "5m",
        "severity": "critical",
    },
    {
        "name": "brute-force",
        "say": "over and over, {client} connects to {server} port {port}",
        "filter": f"action = accept and proto tcp and {_ADMIN} and {_ASKS}",
        "to": "own",
        "by": ["client", "server", "port"],
        "measure": "connections",
        "threshold": 30,
        "critical": 300,
        "window": "5m",
        "severity": "warning",
    },
    {
        "name": "unanswered",
        "say": "let through, but nothing answers: {server} port {port}",
        "on": "unanswered",
        "filter": "action = accept and not service:nat and not service:tgw and not service:gwlb",
        "from": "own",  # the internet knocks at NAT gateways all day, which let it through and never answer
        "by": ["server", "port"],
        "threshold": 20,
        "window": "5m",
        "severity": "warning",
    },
    {
        "name": "new-destination",
        "say": "much is sent to a new address: {source} to {target}",
        "filter": "action = accept and sport >= 1024 and dport < 32768 and not flags ~ ack and not service:nat and not service:s3"
        " and not service:dynamodb",
        "from": "own",
        "to": "outside",
        "by": ["source", "target"],
        "measure": "bytes",
        "threshold": "100MB",
        "critical": "1GB",
        "new": "15m",
        "window": "10m",
        "severity": "warning",
    },
    {
        "name": "around-endpoint",
        "say": "{service} past its endpoint {endpoint}: traffic of {vpc} goes through a NAT or internet gateway",
        "filter": "(service:nat or path = 8) and (service:s3 or service:dynamodb) and external and action = accept",
        "gateway": "there",
        "by": ["service", "vpc"],
        "measure": "bytes",
        "threshold": "10MB",
        "window": "5m",
        "severity": "warning",
    },
    {
        "name": "no-endpoint",
        "say": "{service} without an endpoint: {vpc} pays for a NAT gateway where a gateway endpoint would be free",
        "filter": "service:nat and (service:s3 or service:dynamodb) and external and action = accept",
        "gateway": "absent",
        "by": ["service", "vpc"],
        "measure": "bytes",
        "threshold": "100MB",
        "window": "15m",
        "severity": "notice",
    },
    {
        "name": "skipped-data",
        "say": "AWS loses records again and again (SKIPDATA): {eni}",
        "filter": "status = skipdata",
        "by": ["eni"],
        "threshold": 3,
        "window": "15m",
        "severity": "notice",
    },
    {
        "name": "data-stopped",
        "say": "nothing comes any more",
        "on": "silence",
        "threshold": "20m",
        "severity": "critical",
    },
    {"name": "delivery-failed", "say": "a flow log cannot deliver", "on": "delivery", "severity": "critical"},
    {
        "name": "endpoint-changed",
        "say": "an endpoint has changed",
        "on": "endpoints",
        "cool-down": "30m",
        "severity": "warning",
    },
    {
        "name": "rules-changed",
        "say": "rules have changed",
        "on": "rules",
        "cool-down": "30m",
        "severity": "notice",
    },
)
