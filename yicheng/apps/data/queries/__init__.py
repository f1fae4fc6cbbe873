"""Reads, one file per subject. The first argument is the viewer: rows outside the scopes of the right are not there."""
