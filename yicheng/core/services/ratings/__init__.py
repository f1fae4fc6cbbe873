"""Ratings (好差评): five levels once a transaction; the two low ones open a rectification that is answered."""
