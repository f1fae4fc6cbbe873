"""What rules remember of series, read and written for a whole batch at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from yicheng.core.alerts.evaluation.memory import Memory
from yicheng.core.kernel.arrays import array

_LOCK = 7_305_121
#: columns of ``_SAVE`` that hold texts: subject, about, window
_TEXTS = (2, 3, 9)
#: (rule, series, subject of a combination or "")
Key = tuple[int, int, str]
_COLUMNS = 'rule_id, series_id, subject, about, is_met, is_raised, since, due_at, value, "window"'
_OF_SERIES = f"""
SELECT {_COLUMNS} FROM alerts_rulestate
WHERE series_id = ANY(%s::bigint[]) AND NOT is_quiet
"""  # noqa: S608
_OF_SUBJECTS = f"""
SELECT {_COLUMNS} FROM alerts_rulestate
WHERE series_id = 0 AND rule_id = ANY(%s) AND subject = ANY(%s)
"""  # noqa: S608
_DUE = f"""
SELECT {_COLUMNS} FROM alerts_rulestate WHERE due_at <= %s ORDER BY due_at LIMIT %s
"""  # noqa: S608
_SAVE = f"""
INSERT INTO alerts_rulestate ({_COLUMNS}, is_quiet)
SELECT rule_id, series_id, subject, about, is_met, is_raised, since, due_at, value, "window"::float8[], is_quiet
FROM unnest(%s::bigint[], %s::bigint[], %s::varchar[], %s::varchar[], %s::bool[], %s::bool[], %s::timestamptz[],
            %s::timestamptz[], %s::float8[], %s::text[], %s::bool[])
  AS new (rule_id, series_id, subject, about, is_met, is_raised, since, due_at, value, "window", is_quiet)
ON CONFLICT (rule_id, series_id, subject) DO UPDATE SET
    about = EXCLUDED.about, is_met = EXCLUDED.is_met, is_raised = EXCLUDED.is_raised, since = EXCLUDED.since,
    due_at = EXCLUDED.due_at, value = EXCLUDED.value, "window" = EXCLUDED."window", is_quiet = EXCLUDED.is_quiet
"""  # noqa: S608
_FORGET = """
DELETE FROM alerts_rulestate USING unnest(%s::bigint[], %s::bigint[], %s::varchar[]) AS gone (rule_id, series_id, subject)
WHERE alerts_rulestate.rule_id = gone.rule_id AND alerts_rulestate.series_id = gone.series_id
  AND alerts_rulestate.subject = gone.subject
"""
_STILL_RAISED = """
SELECT rule_id, about, series_id FROM alerts_rulestate
WHERE is_raised AND rule_id = ANY(%s) AND about = ANY(%s)
"""


class States:
    """The memories of one batch: those that were read, those that came up, those that changed.

    Whoever works with memories holds one lock until its transaction ends, instead of one for each row: readings,
    facts and the clock wait for each other for milliseconds, and reading rows writes nothing.
    """

    def __init__(self) -> None:
        self._is_locked = False
        self._memories: dict[Key, Memory] = {}
        self._before: dict[Key, tuple[Any, ...]] = {}
        self._about: dict[Key, str] = {}
        self._quiet: set[Key] = set()
        self.by_series: dict[int, list[int]] = {}

    def load_series(self, series_ids: Iterable[int]) -> None:
        """What is remembered of these series; armed silences are left where they are."""
        self._load(_OF_SERIES, [array(series_ids)])

    def load_subjects(self, rule_ids: Iterable[int], subjects: Iterable[str]) -> None:
        """What combinations remember of these subjects."""
        self._load(_OF_SUBJECTS, [list(rule_ids), list(subjects)])

    def load_due(self, now: Any, *, limit: int) -> list[Key]:
        """What waits for the clock, the longest due first."""
        return self._load(_DUE, [now, limit])

    def _load(self, sql: str, arguments: list[Any]) -> list[Key]:
        keys = []
        with connection.cursor() as cursor:
            if not self._is_locked:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
                self._is_locked = True
            cursor.execute(sql, arguments)
            for rule_id, series_id, subject, about, *values in cursor.fetchall():
                key = (rule_id, series_id, subject)
                memory = Memory(*values)
                memory.window = list(memory.window)
                self._memories[key], self._before[key], self._about[key] = memory, _face(memory), about
                self.by_series.setdefault(series_id, []).append(rule_id)
                keys.append(key)
        return keys

    def is_loaded(self, rule_id: int, subject: str) -> bool:
        """Whether a combination's memory is at hand already."""
        return (rule_id, 0, subject) in self._memories

    def memory(self, key: Key, *, about: str) -> Memory:
        """What is remembered under a key; blank where nothing is. ``about``: the subject of its alert."""
        if key not in self._memories:
            self._memories[key] = Memory()
        self._about.setdefault(key, about)
        return self._memories[key]

    def about(self, key: Key) -> str:
        """The subject of the alert that a memory may have raised."""
        return self._about[key]

    def move(self, key: Key, *, about: str) -> None:
        """Its alert is about something else now."""
        self._about[key] = about
        self._before.pop(key, None)

    def quieten(self, key: Key) -> None:
        """Nothing is to be done with the next reading: batches need not read this row."""
        self._quiet.add(key)

    def save(self) -> None:
        """Write what changed, forget what is blank: at most two statements."""
        changed = {
            key: memory for key, memory in self._memories.items() if self._before.get(key) != _face(memory)
        }
        blank = [key for key, memory in changed.items() if memory.is_blank]
        kept = {key: memory for key, memory in changed.items() if not memory.is_blank}
        with connection.cursor() as cursor:
            gone = [key for key in blank if key in self._before]
            if gone:
                cursor.execute(_FORGET, [list(column) for column in zip(*gone, strict=True)])
            if kept:
                rows = (self._row(key, memory) for key, memory in kept.items())
                columns = zip(*rows, strict=True)
                cursor.execute(
                    _SAVE,
                    [list(column) if i in _TEXTS else array(column) for i, column in enumerate(columns)],
                )

    def _row(self, key: Key, memory: Memory) -> tuple[Any, ...]:
        window = "{" + ",".join(map(repr, memory.window)) + "}"
        return (
            *key, self._about[key], memory.is_met, memory.is_raised, memory.since, memory.due_at,
            memory.value, window, key in self._quiet,
        )  # fmt: skip


def _face(memory: Memory) -> tuple[Any, ...]:
    """What makes a memory worth writing: not the value alone."""
    return (memory.is_met, memory.is_raised, memory.since, memory.due_at, tuple(memory.window))


def still_raised(pairs: Iterable[tuple[int, str]]) -> dict[tuple[int, str], set[int]]:
    """(rule, subject) → the series that hold it raised. One query, none for none."""
    wanted = set(pairs)
    found: dict[tuple[int, str], set[int]] = {pair: set() for pair in wanted}
    if not wanted:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_STILL_RAISED, [[rule for rule, _ in wanted], [subject for _, subject in wanted]])
        for rule_id, about, series_id in cursor.fetchall():
            found.setdefault((rule_id, about), set()).add(series_id)
    return found
