"""What is kept how long: readings by series and by month, odd ones, refused payloads, counters; clocks that came right."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import connection

from yicheng.core.kernel import clock
from yicheng.core.sensing import partitions
from yicheng.core.sensing.models import OddReading, RefusedPayload, SeenSequence

REFUSED_DAYS, ODD_DAYS, SEQUENCE_DAYS = 30, 180, 30
#: a clock counts as right when it sent no impossible time for so long
RIGHT_AGAIN = timedelta(hours=1)
_OLD_READINGS = """
DELETE FROM sensing_reading r USING sensing_series s
WHERE s.keep_days IS NOT NULL AND r.division_code = s.division_code AND r.series_id = s.id
    AND r.time < %s - make_interval(days => s.keep_days)
"""
_RIGHT_CLOCKS = """
UPDATE sensing_device d SET has_wrong_clock = false
WHERE d.has_wrong_clock AND NOT EXISTS (
    SELECT 1 FROM sensing_oddreading o JOIN sensing_series s ON s.id = o.series_id
    WHERE s.device_id = d.id AND o.kind = 'clock' AND o.received_at > %s)
"""


def forget_old() -> None:
    """Delete what is past its time; whole months when ``SENSING_MONTHS`` says how many to keep."""
    now = clock.now()
    RefusedPayload.objects.filter(received_at__lt=now - timedelta(days=REFUSED_DAYS)).delete()
    OddReading.objects.filter(received_at__lt=now - timedelta(days=ODD_DAYS)).delete()
    SeenSequence.objects.filter(received_at__lt=now - timedelta(days=SEQUENCE_DAYS)).delete()
    with connection.cursor() as cursor:
        cursor.execute(_OLD_READINGS, [now])
    if settings.SENSING_MONTHS is not None:
        oldest = partitions.name_of(partitions.month_after(now.date(), -settings.SENSING_MONTHS))
        for name in partitions.partitions():
            if name < oldest:
                partitions.drop_month(name)


def mend_clocks() -> int:
    """Devices whose clock came right; answers how many."""
    with connection.cursor() as cursor:
        cursor.execute(_RIGHT_CLOCKS, [clock.now() - RIGHT_AGAIN])
        return int(cursor.rowcount)
