"""What a reader goes without where a Describe action is denied, a sentence each."""

from __future__ import annotations

# What is not known when an action is denied.
EFFECTS = {
    "DescribeNetworkInterfaces": "addresses have no names, and whose an interface is is not known",
    "DescribeInstances": "instances are called by their ids",
    "DescribeSubnets": "subnets have no names",
    "DescribeVpcs": "VPCs have no names, and which addresses are inside is not known",
    "DescribeVpcPeeringConnections": "peered VPCs are not looked at",
    "DescribeSecurityGroups": "rejects cannot be explained by security groups",
    "DescribeSecurityGroupRules": "rules of security groups have no ids",
    "DescribeVpcEndpoints": "endpoints are not known",
    "DescribeManagedPrefixLists": "AWS services and prefix lists are not told by their addresses",
    "DescribePrefixLists": "AWS services are not told by their addresses",
    "GetManagedPrefixListEntries": "prefix lists are known by name only",
    "DescribeNetworkAcls": "rejects cannot be explained by network ACLs",
    "DescribeRouteTables": "where traffic goes is not known",
    "DescribeVpcEndpointServices": "whether a service takes endpoint policies is not known",
    "DescribeVpcEndpointServiceConfigurations": "endpoint services of this account are not known",
    "DescribeVpcEndpointConnections": "who is connected to endpoint services of this account is not known",
    "DescribeVpcAttribute": "whether VPCs have the DNS attributes that private DNS needs is not known",
}
