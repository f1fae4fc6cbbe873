"""What an alert is about: ``<kind>/<id>`` in words, with whose it is and where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from yicheng.core.alerts.declare import ALERT_SUBJECTS, Described


def described(subjects: Iterable[str]) -> Mapping[str, Described]:
    """Subject → what it is; those of kinds that nobody describes are missing. One call for each kind."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for subject in set(subjects):
        kind, _slash, key = subject.partition("/")
        by_kind[kind].append(key)
    return {
        f"{kind}/{key}": one
        for kind, keys in by_kind.items()
        if kind in ALERT_SUBJECTS
        for key, one in ALERT_SUBJECTS.get(kind).describe(sorted(keys)).items()
    }
