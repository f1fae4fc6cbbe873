"""Keeps the rows that a check refused, with their reasons, until they are mended or their time is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import connection, transaction

from yicheng.apps.data.intake.checking import Checked
from yicheng.apps.data.models import KeptFile, Load, LoadReason, RefusedRow
from yicheng.core.kernel import clock

#: of a load with more refused rows only so many are kept: its source must be mended, not its rows
MOST_KEPT = 20_000
ROWS_KEPT = timedelta(days=30)


def keep_refused(load: Load, checked: Checked) -> None:
    """In place of those kept before."""
    load.refused.all().delete()
    _copy(load, checked)
    _count(load, checked.reasons)


def replace_refused(load: Load, checked: Checked, rows: Sequence[int]) -> None:
    """These rows were sent again: those still refused stay, with new cells and reasons; the others leave."""
    load.refused.filter(row__in=rows).delete()
    _copy(load, checked)
    counted = Counter(
        reason for reasons in load.refused.values_list("reasons", flat=True) for reason in reasons
    )
    _count(load, counted)


def forget_old() -> int:
    """Delete refused rows and kept files of loads older than ``ROWS_KEPT``; what was counted stays."""
    old = Load.objects.filter(created_at__lt=clock.now() - ROWS_KEPT)
    with transaction.atomic():
        KeptFile.objects.filter(load__in=old).delete()
        deleted, _each = RefusedRow.objects.filter(load__in=old).delete()
    return deleted


def _copy(load: Load, checked: Checked) -> None:
    statement = "COPY data_refusedrow (load_id, row, cells, reasons) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for one in checked.refused(most=MOST_KEPT):
            copy.write_row((load.pk, one.row, list(one.cells), list(one.reasons)))


def _count(load: Load, reasons: Mapping[str, int]) -> None:
    load.reasons.all().delete()
    LoadReason.objects.bulk_create(
        LoadReason(load=load, reason=reason[:100], count=count) for reason, count in reasons.items()
    )
