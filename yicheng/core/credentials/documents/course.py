"""The names under which documents go their way as cases."""

PROCESS = "credentials.document"
CASE_CLASS = "document"
