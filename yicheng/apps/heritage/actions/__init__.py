"""Writes: check the right, validate, write, record, publish — one action, one transaction."""
