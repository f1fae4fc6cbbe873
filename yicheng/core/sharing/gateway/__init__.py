"""The door for other departments' systems: each call checked, minimised, masked, metered, receipted."""
