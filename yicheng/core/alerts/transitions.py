"""Writes the history of alerts: one line for each change of state, never changed afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from yicheng.core.alerts.models import Alert

_INSERT = """
INSERT INTO alerts_transition
    (division_code, alert_id, happened_at, before, after, cause, account_id, note, value)
SELECT * FROM unnest(%s::varchar[], %s::bigint[], %s::timestamptz[], %s::varchar[], %s::varchar[],
                     %s::varchar[], %s::bigint[], %s::varchar[], %s::float8[])
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One change of an alert's state."""

    alert: Alert
    before: str
    after: str
    cause: str
    at: datetime
    account_id: int | None = None
    note: str = ""
    value: float | None = None


def write(steps: Sequence[Step]) -> None:
    """Add lines to the history, in one statement."""
    if not steps:
        return
    columns = zip(
        *(
            (
                step.alert.division_code,
                step.alert.pk,
                step.at,
                step.before,
                step.after,
                step.cause,
                step.account_id,
                step.note[:500],
                step.value,
            )
            for step in steps
        ),
        strict=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [list(column) for column in columns])
