"""Whole ways through the platform, in a browser, as people go them."""
