"""一图: everything that has a place, on one map."""
