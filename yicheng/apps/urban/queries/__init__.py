"""Reads, one file per subject: the viewer first, rights checked here."""
