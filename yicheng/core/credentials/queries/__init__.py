"""What people may read about seals, documents and licences."""
