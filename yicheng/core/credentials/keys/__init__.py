"""Keys: made, sealed at rest, opened once per process, used, rotated, published."""
