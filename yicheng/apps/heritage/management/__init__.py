"""Commands of heritage."""
