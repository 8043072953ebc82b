"""The demo's security groups and network ACLs, as tables.

A rule is one line: `tcp 5432 group:app`, protocol, port or range (`-` for all), and the peer: a CIDR,
`group:NAME` or `list:NAME`. An ACL entry begins with its number: `100 allow tcp 443 0.0.0.0/0`.
"""

from __future__ import annotations

from typing import NamedTuple


class GroupPlan(NamedTuple):
    """One security group. `egress` None leaves the rule that every group is born with: everything may leave."""

    vpc: str
    description: str
    ingress: str
    egress: str | None = None


GROUPS = {
    "alb-web": GroupPlan(
        "payments",
        "HTTPS from the internet to the web tier",
        "tcp 443 0.0.0.0/0; tcp 80 0.0.0.0/0; tcp 443 ::/0",
        "tcp 8080 group:web",
    ),
    "nlb-api": GroupPlan("payments", "Partner API", "tcp 443 0.0.0.0/0", "tcp 9000 group:app"),
    "status": GroupPlan("payments", "Status page", "tcp 443 0.0.0.0/0; tcp 9100 10.1.16.0/20"),
    "bastion": GroupPlan(
        "payments", "SSH from the office", "tcp 22 list:office; icmp - 10.0.0.0/8; tcp 9100 10.1.16.0/20"
    ),
    "web": GroupPlan(
        "payments",
        "Web tier",
        "tcp 8080 group:alb-web; tcp 22 group:bastion; tcp 9100 10.1.16.0/20; icmp - 10.0.0.0/8",
    ),
    "alb-internal": GroupPlan(
        "payments",
        "Internal load balancer",
        "tcp 443 group:web; tcp 443 group:lambda; tcp 443 10.9.0.0/16",
        "tcp 8443 group:app",
    ),
    "app": GroupPlan(
        "payments",
        "Application tier",
        "tcp 8443 group:alb-internal; tcp 9000 group:nlb-api; tcp 22 group:bastion; tcp 9100 10.1.16.0/20; "
        "icmp - 10.0.0.0/8",
        "tcp 5432 group:db; tcp 5432 group:db-proxy; tcp 6379 group:cache; tcp 443 group:endpoints; "
        "tcp 443 list:s3; tcp 443 list:dynamodb; tcp 443 list:partners; udp 53 10.1.16.0/20; udp 123 0.0.0.0/0; "
        "icmp - 10.0.0.0/8",
    ),
    "batch": GroupPlan(
        "payments",
        "Nightly and continuous batch",
        "tcp 22 group:bastion; tcp 9100 10.1.16.0/20; icmp - 10.0.0.0/8",
    ),
    "lambda": GroupPlan(
        "payments",
        "Functions",
        "",
        "tcp 5432 group:db-proxy; tcp 443 group:endpoints; tcp 443 group:alb-internal; tcp 443 0.0.0.0/0",
    ),
    "db": GroupPlan(
        "payments",
        "Aurora PostgreSQL",
        "tcp 5432 group:app; tcp 5432 group:batch; tcp 5432 group:db-proxy; tcp 5432 group:db",
    ),
    "db-proxy": GroupPlan("payments", "RDS Proxy", "tcp 5432 group:lambda; tcp 5432 group:app", "tcp 5432 group:db"),
    "cache": GroupPlan("payments", "Session cache", "tcp 6379 group:app; tcp 6379 group:web; tcp 6379 group:cache"),
    "redshift": GroupPlan(
        "payments",
        "Warehouse",
        "tcp 5439 list:analysts; tcp 5439 group:batch; tcp 5431-5455 group:redshift",
    ),
    "endpoints": GroupPlan("payments", "Interface endpoints", "tcp 443 10.0.0.0/16", ""),
    "workspaces": GroupPlan("shared", "Desktops", "icmp - 10.0.0.0/8"),
    "dns": GroupPlan("shared", "Own resolvers", "udp 53 10.0.0.0/8; tcp 53 10.0.0.0/8; icmp - 10.0.0.0/8"),
    "wiki": GroupPlan(
        "shared", "Internal web", "tcp 443 group:workspaces; tcp 443 10.9.0.0/16; tcp 9100 group:monitoring"
    ),
    "monitoring": GroupPlan("shared", "Prometheus", "tcp 9090 group:workspaces"),
    "ci": GroupPlan("shared", "Build agents", "tcp 9100 group:monitoring; icmp - 10.0.0.0/8"),
    "directory": GroupPlan(
        "shared", "Directory", "tcp 389 10.1.0.0/16; tcp 88 10.1.0.0/16; tcp 445 10.1.0.0/16; udp 53 10.1.0.0/16"
    ),
    "efs": GroupPlan("shared", "Build cache", "tcp 2049 group:ci"),
}


class AclPlan(NamedTuple):
    """The numbered entries of one tier's network ACL, by direction; `32767 deny` ends each as on every ACL."""

    vpc: str
    ingress: str
    egress: str


# Replies need the client's ephemeral range, both ways, for an ACL keeps no state:
# https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html#nacl-ephemeral-ports
ACLS = {
    "public": AclPlan(
        "payments",
        "90 deny all - 192.0.2.64/28; 100 allow tcp 443 0.0.0.0/0; 101 allow tcp 443 ::/0; 110 allow tcp 80 0.0.0.0/0; "
        "120 allow tcp 22 198.51.100.240/28; 130 allow tcp 1024-65535 0.0.0.0/0; 140 allow udp 1024-65535 0.0.0.0/0; "
        "200 allow all - 10.0.0.0/8",
        "90 deny all - 192.0.2.64/28; 100 allow tcp 443 0.0.0.0/0; 110 allow tcp 80 0.0.0.0/0; "
        "120 allow tcp 1024-65535 0.0.0.0/0; 121 allow tcp 1024-65535 ::/0; 130 allow udp 123 0.0.0.0/0; "
        "200 allow all - 10.0.0.0/8",
    ),
    "private": AclPlan(
        "payments",
        "100 allow all - 10.0.0.0/8; 110 allow tcp 1024-65535 0.0.0.0/0; 120 allow udp 1024-65535 0.0.0.0/0",
        "100 allow all - 10.0.0.0/8; 110 allow tcp 443 0.0.0.0/0; 120 allow tcp 80 0.0.0.0/0; "
        "130 allow udp 123 0.0.0.0/0",
    ),
    "data": AclPlan(
        "payments",
        "100 allow tcp 5432 10.0.0.0/16; 110 allow tcp 6379 10.0.0.0/16; 120 allow tcp 5439 10.0.0.0/8; "
        "130 allow tcp 32768-65535 0.0.0.0/0",
        "100 allow tcp 1024-65535 10.0.16.0/20; 110 allow tcp 1024-65535 10.0.32.0/20; "
        "120 allow tcp 1024-65535 10.1.0.0/16; 130 allow tcp 1024-65535 10.9.0.0/16; 140 allow tcp 443 0.0.0.0/0",
    ),
    "shared": AclPlan(
        "shared",
        "90 deny tcp 3389 0.0.0.0/0; 100 allow all - 0.0.0.0/0",
        "100 allow all - 0.0.0.0/0",
    ),
}
