"""Audit trail, attachments, numbering."""
