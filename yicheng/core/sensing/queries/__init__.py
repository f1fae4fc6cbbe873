"""Reads of devices, series and readings; the first argument is who asks."""
