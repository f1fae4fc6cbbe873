"""What people do with seals and documents, each in one transaction."""
