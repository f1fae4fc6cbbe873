"""Event types, outbox, reactions, background jobs."""
