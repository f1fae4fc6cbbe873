"""Seals on PDF: the picture, the signature under it (PAdES), and what a reader can find out about both."""
