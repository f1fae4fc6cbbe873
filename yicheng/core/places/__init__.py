"""Administrative divisions, unit grid, addresses, datum conversion."""
