"""Reads: alerts that stand and their history, rules and trials, statistics, warnings."""
