"""Writes over devices: each checks the right, writes, records, tells, in one transaction."""
