"""Readings that come through an MQTT broker: acknowledged only after they are stored."""
