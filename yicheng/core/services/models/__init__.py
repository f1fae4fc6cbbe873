"""Tables of government services: one module a subject."""
