"""What has been seen lately: the rolling cache, the gap ledger, the views."""
