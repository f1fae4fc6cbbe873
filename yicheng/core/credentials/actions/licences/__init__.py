"""What is done with licences: issued, renewed, changed, suspended, revoked, opened by staff, shown."""
