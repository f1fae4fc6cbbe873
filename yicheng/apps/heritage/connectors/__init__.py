"""Outside standards of heritage."""
