"""Starts and stops the platform: embedded database, web, worker, command line."""
