"""OGC API - Features: open data with a place, for maps and GIS programs."""
