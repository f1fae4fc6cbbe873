"""Commands of urban management."""
