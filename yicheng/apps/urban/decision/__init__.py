"""Decisions with data (综合决策): where, what, who is late, what recurs, what to expect."""
