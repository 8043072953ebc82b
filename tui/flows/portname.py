"""Well-known ports by name; light, so that the screen and the filter language need no polars for it."""

from __future__ import annotations

# https://www.iana.org/assignments/service-names-port-numbers, and what AWS's own services listen on.
PORT_NAMES: dict[int, str] = {
    20: "ftp-data", 21: "ftp", 22: "ssh", 23: "telnet", 25: "smtp", 53: "dns", 67: "dhcp", 68: "dhcp", 80: "http",
    88: "kerberos", 110: "pop3", 111: "rpcbind", 123: "ntp", 135: "msrpc", 137: "netbios", 139: "netbios", 143: "imap",
    161: "snmp", 179: "bgp", 389: "ldap", 443: "https", 445: "smb", 465: "smtps", 500: "ike", 514: "syslog",
    587: "submission", 636: "ldaps", 853: "dns-tls", 873: "rsync", 989: "ftps", 993: "imaps", 995: "pop3s",
    1194: "openvpn", 1433: "mssql", 1521: "oracle", 1883: "mqtt", 2049: "nfs", 2181: "zookeeper", 2375: "docker",
    2376: "docker-tls", 2379: "etcd", 3000: "http-dev", 3268: "ldap-gc", 3306: "mysql", 3389: "rdp", 4172: "pcoip",
    4195: "dcv", 4500: "ipsec-nat", 5000: "http-dev", 5060: "sip", 5432: "postgresql", 5439: "redshift",
    5671: "amqps", 5672: "amqp", 5900: "vnc", 5985: "winrm", 5986: "winrm-tls", 6081: "geneve", 6379: "redis",
    6443: "k8s-api", 8000: "http-alt", 8080: "http-alt", 8081: "http-alt", 8182: "neptune", 8443: "https-alt",
    8883: "mqtts", 8888: "http-alt", 9000: "http-alt", 9090: "prometheus", 9092: "kafka", 9094: "kafka-tls",
    9098: "kafka-iam", 9100: "node-exporter", 9200: "opensearch", 10250: "kubelet", 11211: "memcached",
    15672: "rabbitmq", 27017: "mongodb", 61613: "stomp",
}  # fmt: skip
