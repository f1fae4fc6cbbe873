"""Leaves out the journeys of an application that isn't here: they go through its pages and its test town."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore = [] if find_spec("yicheng.apps.urban") else ["journeys"]
if not find_spec("yicheng.apps.heritage"):
    collect_ignore.append("journeys/test_relic_watch.py")
