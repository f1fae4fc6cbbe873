"""Commands about what the city signs."""
