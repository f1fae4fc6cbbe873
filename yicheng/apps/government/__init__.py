"""Government services: joins items, licences and shared records."""
