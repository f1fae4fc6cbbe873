"""Tests of sensing."""
