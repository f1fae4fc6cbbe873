"""Writes: raising and clearing, answering and shelving, rules, warnings."""
