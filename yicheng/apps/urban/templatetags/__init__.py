"""Template tags of urban management."""
