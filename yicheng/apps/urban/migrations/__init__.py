"""Urban management's migrations."""
