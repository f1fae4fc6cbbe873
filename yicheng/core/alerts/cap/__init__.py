"""The Common Alerting Protocol: OASIS CAP 1.2 and the national profile, read leniently, written strictly."""
