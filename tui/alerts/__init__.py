"""Alerts: rules in, alerts out. True on paper: no clock, no file, no call."""
