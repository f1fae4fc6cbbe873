"""What every page and every route of every part must hold."""
