"""Ratings of services at the desk: what came in, what is done about it, and what the months say."""
