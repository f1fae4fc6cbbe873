"""Rules over readings and facts, the life of an alert from raised to closed, warnings to the public."""
