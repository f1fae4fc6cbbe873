"""What people do with seals, documents and licences, each in one transaction."""
