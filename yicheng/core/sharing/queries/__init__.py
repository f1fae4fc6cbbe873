"""Reads of sharing: what I asked, what is asked of me, what I gave, what I use."""
