"""What a part may declare about what the city signs."""
