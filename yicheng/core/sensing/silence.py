"""Silence: a device that should have spoken and did not. One statement looks at all of them.

A device may miss ``MISSED`` of its intervals, and two minutes besides. While the platform itself did
not listen (no look for ``AWAY``), nobody was silent: everybody's time counts from when it listens
again. A silent device counts as back when it has spoken twice.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from yicheng.core.events.public import publish
from yicheng.core.kernel import clock
from yicheng.core.sensing.events import DEVICE_HEARD, DEVICE_SILENT, DeviceSpoke

MISSED = 3
SPOKEN_AGAIN = 2
MARGIN: Any = timedelta(minutes=2)
AWAY: Any = timedelta(minutes=2)
_LISTENING = """
INSERT INTO sensing_silencewatch AS w (id, checked_at, listening_since) VALUES (1, %(now)s, %(now)s)
ON CONFLICT (id) DO UPDATE SET
    checked_at = excluded.checked_at,
    listening_since = CASE WHEN w.checked_at < %(now)s - %(away)s THEN excluded.checked_at ELSE w.listening_since END
RETURNING listening_since
"""
_TOLD = "d.id, d.number, h.heard_at, d.bearer_kind, d.bearer_id, d.organisation_id, d.division_code"
_SILENT = f"""
UPDATE sensing_hearing h SET is_silent = true, heard_since = 0, changed_at = %(now)s
FROM sensing_device d JOIN sensing_devicemodel m ON m.code = d.model_id
WHERE h.device_id = d.id AND NOT h.is_silent AND d.status = 'in_service'
    AND coalesce(d.interval_s, m.interval_s) > 0
    AND greatest(h.heard_at, d.registered_at, %(since)s)
        < %(now)s - %(margin)s - make_interval(secs => coalesce(d.interval_s, m.interval_s) * {MISSED})
RETURNING {_TOLD}
"""  # noqa: S608
_HEARD = f"""
UPDATE sensing_hearing h SET is_silent = false, heard_since = 0, changed_at = %(now)s
FROM sensing_device d
WHERE h.device_id = d.id AND h.is_silent AND (h.heard_since >= {SPOKEN_AGAIN} OR d.status <> 'in_service')
RETURNING {_TOLD}
"""  # noqa: S608


def check_silence() -> tuple[int, int]:
    """Tell who fell silent and who is back; answers how many of each. Called by the clock."""
    now: Any = clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LISTENING, {"now": now, "away": AWAY})
        (since,) = cursor.fetchone()
        cursor.execute(_SILENT, {"now": now, "since": since, "margin": MARGIN})
        silent = cursor.fetchall()
        cursor.execute(_HEARD, {"now": now})
        heard = cursor.fetchall()
        for key, rows in ((DEVICE_SILENT, silent), (DEVICE_HEARD, heard)):
            for device_id, number, heard_at, kind, bearer_id, organisation_id, division in rows:
                fact = DeviceSpoke(
                    device_id,
                    number,
                    heard_at.isoformat() if heard_at else "",
                    kind,
                    bearer_id,
                    organisation_id,
                )
                publish(key, fact, subject=f"device/{device_id}", division=division)
    return len(silent), len(heard)
