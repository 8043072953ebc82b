"""CloudWatch Logs as the demo and the tests need it: in memory, bounded, and as awkward as the real one."""
