"""The seeded world behind the demo: two VPCs, their rules, their traffic and one incident."""
