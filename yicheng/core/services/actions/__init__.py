"""Writes of government services: one module a subject."""
