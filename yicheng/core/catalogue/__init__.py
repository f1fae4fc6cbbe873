"""Resource types and how they are listed, searched and exported."""
