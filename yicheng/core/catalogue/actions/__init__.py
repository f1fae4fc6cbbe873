"""Everything that is written to the catalogue, and taking data away from it."""
