"""A department's table of new cases: checked first, then each line begins its life as a report, all or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.actions.imports import (
    REFUSED,
    Source,
    check_choice,
    counts_of,
    keep_checked,
    open_import,
)
from yicheng.apps.urban.actions.report import Report, report
from yicheng.apps.urban.imports.newcaserows import CheckedNew, NewCaseReader
from yicheng.apps.urban.models import FileImport
from yicheng.core.cases.public import case_classes
from yicheng.core.journal import public as journal
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict
from yicheng.core.kernel.sheets.files import open_sheet
from yicheng.core.kernel.sheets.records import Record, Sheet, Unreadable
from yicheng.core.people.public import Viewer
from yicheng.core.places.public import Place, divisions, locate_many

RIGHT = "urban.import_cases"
KIND = FileImport.Kind.CASES.value
MOST_AT_ONCE = 500


def stage_cases(viewer: Viewer, file: BinaryIO, *, name: str, datum: str = "wgs84") -> FileImport:
    """Check a table of new cases (CSV, XLSX, GeoJSON) and keep what was found; opens no case."""
    viewer.require(RIGHT)
    sheet = open_sheet(file)
    checked = list(islice(case_reader(viewer, datum).read(sheet), MOST_AT_ONCE + 1))
    if len(checked) > MOST_AT_ONCE:
        raise Unreadable(
            _("The file has more than %(limit)d lines: send it in parts. Each line becomes a case at once."),
            limit=MOST_AT_ONCE,
        )
    with transaction.atomic():
        staged = keep_checked(viewer, sheet, checked, source=Source(KIND, name, datum))
        journal.record(
            viewer,
            action="urban.check_cases_file",
            subject=f"fileimport/{staged.pk}",
            detail=counts_of(staged),
        )
    return staged


def take_cases(viewer: Viewer, import_id: int, *, only_sound: bool = False) -> FileImport:
    """Open a case for each kept line, all or none; taking twice opens none twice."""
    with transaction.atomic():
        staged = open_import(viewer, import_id, kind=KIND, right=RIGHT)
        check_choice(staged, only_sound=only_sound)
        for checked in _sound(viewer, staged):
            report(viewer, _report(checked), idempotency_key=f"import:{staged.pk}:{checked.line}")
            staged.created_count += 1
        staged.status, staged.taken_at = FileImport.Status.TAKEN, clock.now()
        staged.save()
        journal.record(
            viewer,
            action="urban.take_cases_file",
            subject=f"fileimport/{staged.pk}",
            detail=counts_of(staged),
        )
    return staged


def case_reader(viewer: Viewer, datum: str) -> NewCaseReader:
    """A reader that knows the city as it is now, and where this viewer may import."""
    leaves = [one for one in case_classes("urban") if one.is_leaf]
    classes = {word: one.code for one in leaves for word in (one.name_zh, one.name_en) if word}
    names: dict[str, str] = {}
    for level in (4, 3, 2, 1):
        for one in divisions(level):
            names |= {one.name: one.code, one.code: one.code}
    return NewCaseReader(
        classes | {one.code: one.code for one in leaves},
        names,
        _locate,
        lambda division: viewer.may(RIGHT, organisation_id=viewer.organisation_id, division=division),
        datum,
    )


def _locate(points: Sequence[tuple[float, float]], datum: str) -> Sequence[Place | None]:
    return locate_many(points, datum=datum)


def _sound(viewer: Viewer, staged: FileImport) -> Iterator[CheckedNew]:
    """The kept lines, checked once more: what they name may be gone since."""
    rows: Iterable[tuple[int, list[str]]] = (
        staged.rows.exclude(verdict=REFUSED).order_by("line").values_list("line", "cells")
    )
    sheet = Sheet("csv", tuple(staged.columns), iter([Record(line, tuple(cells)) for line, cells in rows]))
    for checked in case_reader(viewer, staged.datum).read(sheet):
        if checked.row is None:
            raise Conflict(
                _(
                    "Line %(line)d could be taken when the file was checked, and cannot any more: %(reason)s Send it again."
                ),
                line=checked.line,
                reason=checked.faults[0],
            )
        yield checked


def _report(checked: CheckedNew) -> Report:
    row = checked.row
    assert row is not None
    return Report(
        class_code=row.class_code,
        words=row.words,
        lon=row.lon,
        lat=row.lat,
        datum=row.datum,
        division=row.division,
        address=row.address,
        source="import",
        severity=row.severity,
        contact_name=row.contact_name,
        contact_phone=row.contact_phone,
    )
