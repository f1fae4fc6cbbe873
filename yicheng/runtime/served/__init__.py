"""Django's PostgreSQL backend over the server that ``DATABASE_URL`` names."""
