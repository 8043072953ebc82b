"""What may be wrong with a policy, one theme a file; each check takes a Case and yields findings.

Where IAM Access Analyzer has a check of the same kind, the code is its title, and the severity is as there unless it
says otherwise beside it: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
"""
