"""Verdicts: which security-group rule or network-ACL entry refused a flow, with evidence and doubt."""
