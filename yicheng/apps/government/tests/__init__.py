"""Tests of government."""
