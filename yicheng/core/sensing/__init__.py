"""Devices, what they observe, and how it comes in."""
