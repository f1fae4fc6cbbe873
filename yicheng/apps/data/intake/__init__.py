"""From a file as departments really send it to checked columns: no tables, no viewer, nothing of the platform."""
