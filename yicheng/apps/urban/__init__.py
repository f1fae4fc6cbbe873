"""Digital urban management over the city's unit grid (GB/T 30428)."""
