"""The core's own routes, a file for each subject."""
