"""Settings, addresses, WSGI entry: the only code that names the applications."""
