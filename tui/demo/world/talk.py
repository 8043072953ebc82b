"""Who talks to whom in the demo, as a table: the conversations that the topology was built for."""

from __future__ import annotations

from typing import NamedTuple

TCP, UDP, ICMP = 6, 17, 1


class Talk(NamedTuple):
    """One kind of conversation.

    `clients` and `servers` are patterns of interface names (`app-*`) or groups of addresses outside (`@s3`).
    `share` is how often one begins, relative to the others; a `standing` talk instead keeps that many
    connections open per client. `seconds`, `sent`, `got` are medians: duration, bytes from and to the client;
    for a standing talk, bytes per second. `retries` is how often a refused client tries again.
    """

    name: str
    clients: str
    servers: str
    port: int
    share: float = 0.0
    seconds: float = 0.3
    sent: int = 900
    got: int = 4000
    protocol: int = TCP
    standing: float = 0.0
    retries: int = 0


TALKS = (
    Talk("web", "@internet", "alb-web-*", 443, 11, 2.5, 1900, 24_000),
    Talk("web6", "@internet6", "alb-web-*", 443, 1.2, 2.5, 1900, 24_000),
    Talk("redirect", "@internet", "alb-web-*", 80, 0.5, 0.2, 420, 380),
    Talk("web-targets", "alb-web-*", "web-*", 8080, 7, 1.2, 2100, 18_000),
    Talk("web-health", "alb-web-*", "web-*", 8080, 0.8, 0.1, 260, 310),
    Talk("web-api", "web-*", "alb-internal-*", 443, 5, 0.8, 2400, 6_000),
    Talk("app-targets", "alb-internal-*", "app-*", 8443, 5, 0.6, 2300, 5_500),
    Talk("app-health", "alb-internal-*", "app-*", 8443, 0.8, 0.1, 240, 260),
    Talk("partner-api", "@internet", "nlb-api-*", 443, 2, 3.0, 3800, 5_200),
    Talk("partner-targets", "nlb-api-*", "app-*", 9000, 2, 3.0, 3800, 5_200),
    Talk("orders", "app-*", "db-writer", 5432, 2.6, 0.5, 3_000, 9_000, retries=7),
    Talk("reports", "app-*", "db-reader", 5432, 0.9, 1.8, 1_600, 64_000, retries=7),
    Talk("order-pool", "app-*", "db-writer", 5432, 0, 900, 900, 2600, standing=5),
    Talk("session-pool", "app-*", "cache-*", 6379, 0, 1500, 700, 1900, standing=3),
    Talk("sessions", "app-*", "cache-*", 6379, 1.2, 0.05, 700, 900, retries=4),
    Talk("settlement", "lambda-settle", "db-proxy", 5432, 0.7, 1.5, 2_800, 7_000, retries=3),
    Talk("proxy-pool", "db-proxy", "db-writer", 5432, 0, 1200, 1500, 4200, standing=8),
    Talk("replica", "db-writer", "db-reader", 5432, 0, 4000, 52_000, 900, standing=1),
    Talk("cache-replica", "cache-1", "cache-[23]", 6379, 0, 4000, 9_000, 400, standing=2),
    Talk("decrypt", "app-*", "kms-*", 443, 1.6, 0.2, 2_300, 5_100),
    Talk("assume", "app-*", "sts-*", 443, 0.6, 0.25, 2_900, 6_400),
    Talk("secrets", "app-*", "secretsmanager-*", 443, 0.4, 0.2, 2_100, 5_700),
    Talk("function-secrets", "lambda-*", "secretsmanager-*", 443, 0.3, 0.2, 2_100, 5_700),
    Talk("app-logs", "app-*", "logs-*", 443, 0, 600, 4_400, 260, standing=1),
    Talk("image-pull", "batch-*", "ecr-*", 443, 0.2, 0.8, 2_600, 19_000),
    Talk("receipts", "app-*", "@s3", 443, 1.0, 0.6, 48_000, 5_300),
    Talk("ledger", "batch-*", "@s3", 443, 1.4, 9.0, 7_400_000, 41_000),
    Talk("exports", "batch-*", "@s3", 443, 0.7, 6.0, 24_000, 5_200_000),
    Talk("idempotency", "app-*", "@dynamodb", 443, 1.3, 0.3, 2_700, 6_100),
    Talk("copy", "redshift-*", "@s3", 443, 0.6, 14.0, 16_000, 9_800_000),
    Talk("warehouse", "redshift-leader", "redshift-node-*", 5439, 0, 3000, 21_000, 34_000, standing=2),
    Talk("load", "batch-*", "redshift-leader", 5439, 0.2, 4.0, 6_000, 3_200),
    Talk("scoring", "app-*", "@partners", 443, 1.2, 0.7, 3_100, 6_800),
    Talk("capture", "lambda-webhooks", "@partners", 443, 0.6, 0.7, 2_800, 5_900),
    Talk("updates", "batch-*", "@mirrors", 443, 0.25, 3.0, 4_000, 780_000),
    Talk("resolve", "app-*", "dns-*", 53, 2.2, 0, 74, 142, UDP),
    Talk("resolve-web", "web-*", "dns-*", 53, 1.0, 0, 71, 133, UDP),
    Talk("resolve-desk", "workspace-*", "dns-*", 53, 1.2, 0, 68, 151, UDP),
    Talk("clock", "app-*", "@ntp", 123, 0.15, 0, 76, 76, UDP),
    Talk("intranet", "workspace-*", "wiki", 443, 1.4, 6.0, 3_000, 88_000),
    Talk("logon", "workspace-*", "directory-*", 88, 0.3, 0.1, 1_900, 1_800),
    Talk("directory", "workspace-*", "directory-*", 389, 0.5, 0.3, 1_200, 3_900),
    Talk("desk-web", "workspace-*", "@web", 443, 1.2, 9.0, 4_200, 160_000),
    Talk("dashboards", "workspace-*", "prometheus", 9090, 0.3, 2.0, 2_000, 140_000),
    Talk("build-cache", "ci-*", "efs-ci", 2049, 0, 1800, 140_000, 320_000, standing=1),
    Talk("scrape", "prometheus", "app-*", 9100, 0, 2000, 40, 3_100, standing=6),
    Talk("scrape-web", "prometheus", "web-*", 9100, 0, 2000, 40, 2_800, standing=4),
    Talk("ping", "prometheus", "app-*", 0, 0, 3000, 84, 84, ICMP, standing=6),
    Talk("analysts", "@analysts", "redshift-leader", 5439, 0.4, 20.0, 4_200, 620_000),
    Talk("branches", "@branches", "wiki", 443, 0.5, 4.0, 2_600, 61_000),
    Talk("branch-api", "@branches", "alb-internal-*", 443, 0.5, 1.0, 2_300, 5_000),
    Talk("ssh", "@office", "bastion", 22, 0.06, 240.0, 31_000, 120_000),
    Talk("ssh-inside", "bastion", "app-*", 22, 0.05, 120.0, 24_000, 88_000),
    Talk("status", "@internet", "status-page", 443, 0.8, 0.6, 800, 7_000),
    # What is refused on any day: a report job in the wrong tier, a desktop, a forgotten metrics agent.
    Talk("misplaced-job", "web-3", "db-writer", 5432, 0.10, 3),
    Talk("curious-desk", "workspace-4", "db-reader", 5432, 0.05, 3),
    Talk("old-agent", "app-5", "@branches", 8125, 0.15, 0, 320, 0, UDP),
    Talk("remote-desktop", "@branches", "workspace-*", 3389, 0.08, 3),
)

# What knocks on any public address all day; 443 is there too, for some are let in.
SCANNED = (22, 23, 445, 3389, 8080, 5060, 1433, 3306, 6379, 5900, 2375, 25, 8443, 81, 443)
KNOCKS = 1.1  # share of the scanners, against the talks above
