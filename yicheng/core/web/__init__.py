"""Page shell, components, the slots that faces read."""
