"""Slots, declarations, ids, clock, errors: no tables, no domain."""
