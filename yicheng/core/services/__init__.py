"""Service items, applications for them, and how people rate what they got."""
