"""The fleet of kiosks at the desk: which are heard, which run out of paper; putting up new ones."""
