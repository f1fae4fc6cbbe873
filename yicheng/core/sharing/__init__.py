"""Data shared between departments: asked for, granted, used, followed up, and proven."""
