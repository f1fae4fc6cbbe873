"""Writes, one file per subject: one function for each thing somebody can do, in one transaction."""
