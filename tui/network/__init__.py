"""VPCs, subnets, interfaces and their owners; security groups, network ACLs and routes, as values."""
