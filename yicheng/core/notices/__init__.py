"""Inbox and delivery, receipts, dead letters."""
