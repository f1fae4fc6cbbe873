"""The ways a notice leaves the platform: one protocol, adapters named in the settings, none on by default."""
