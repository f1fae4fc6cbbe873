"""Leaves out the journeys of an application that isn't here: they go through its pages and its test town."""

from __future__ import annotations

from importlib.util import find_spec

#: journey → the application it goes through, beside urban management, whose town all journeys walk in
GOES_THROUGH = {
    "test_apply_at_home.py": "government",
    "test_relic_watch.py": "heritage",
    "test_share_with_proof.py": "data",
}

collect_ignore = [] if find_spec("yicheng.apps.urban") else ["journeys"]
collect_ignore += [
    f"journeys/{journey}"
    for journey, application in GOES_THROUGH.items()
    if not find_spec(f"yicheng.apps.{application}")
]
