"""Outside standards and systems that urban management speaks with."""
