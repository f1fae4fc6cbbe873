"""The desk's pages about alerts: what stands, rules and their trial, figures, warnings to the public."""
