"""What people may read about seals and documents."""
