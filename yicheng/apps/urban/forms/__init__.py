"""What people fill in: the resident's report, and each step of a case."""
