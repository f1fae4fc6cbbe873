"""The parts census: files in, parts changed one by one, cases bound to parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, BinaryIO

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.actions.bulk import copy_rows
from yicheng.apps.urban.actions.imports import (
    REFUSED,
    Source,
    check_choice,
    counts_of,
    keep_checked,
    open_import,
)
from yicheng.apps.urban.codes import LAYOUTS
from yicheng.apps.urban.imports.partrows import Checked, PartReader, PartRow
from yicheng.apps.urban.models import FileImport, Part, PartCase
from yicheng.apps.urban.queries.parts import KEEP, rules
from yicheng.core.cases.public import case_classes
from yicheng.core.journal import public as journal
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.kernel.sheets.files import open_sheet
from yicheng.core.kernel.sheets.records import Record, Sheet
from yicheng.core.people.public import Viewer, organisation_ids
from yicheng.core.places.public import Place, locate_many

COLUMNS = (
    "code",
    "class_code",
    "name",
    "state",
    "owner_id",
    "maintainer_id",
    "division_code",
    "cell_code",
    "lon",
    "lat",
    "datum",
    "address",
    "surveyed_on",
    "updated_at",
)
KIND = FileImport.Kind.PARTS.value


def stage_parts(viewer: Viewer, file: BinaryIO, *, name: str, datum: str = "cgcs2000") -> FileImport:
    """Check a census file (CSV, XLSX, GeoJSON) and keep what was found; changes no part. Raises ``Unreadable``."""
    viewer.require(KEEP)
    sheet = open_sheet(file)
    checked = _kept_in_scope(viewer, part_reader(datum).read(sheet))
    with transaction.atomic():
        staged = keep_checked(viewer, sheet, checked, source=Source(KIND, name, datum))
        journal.record(
            viewer,
            action="urban.check_parts_file",
            subject=f"fileimport/{staged.pk}",
            detail=counts_of(staged),
        )
    return staged


def take_parts(viewer: Viewer, import_id: int, *, only_sound: bool = False) -> FileImport:
    """Write a checked file's parts: all of them or none. Raises ``Invalid`` while rows are refused, unless
    ``only_sound``; ``Conflict`` when the city has changed since the check."""
    with transaction.atomic():
        staged = open_import(viewer, import_id, kind=KIND, right=KEEP)
        check_choice(staged, only_sound=only_sound)
        staged.created_count, staged.changed_count = _write(viewer, _sound_rows(viewer, staged))
        staged.unchanged_count = staged.sound_count - staged.created_count - staged.changed_count
        staged.status, staged.taken_at = FileImport.Status.TAKEN, clock.now()
        staged.save()
        journal.record(
            viewer, action="urban.import_parts", subject=f"fileimport/{staged.pk}", detail=counts_of(staged)
        )
    return staged


def part_reader(datum: str) -> PartReader:
    """A reader that knows the city as it is now; four queries."""
    classes = {
        one.code.lstrip("PE"): one.code for one in case_classes("urban") if one.kind == "part" and one.is_leaf
    }
    return PartReader(LAYOUTS[rules().part_code_layout], classes, organisation_ids(), _locate, datum)


def _locate(points: Sequence[tuple[float, float]], datum: str) -> Sequence[Place | None]:
    return locate_many(points, datum=datum)


def _sound_rows(viewer: Viewer, staged: FileImport) -> Iterator[PartRow]:
    """The kept rows, checked once more: what they name may be gone since."""
    rows = staged.rows.exclude(verdict=REFUSED).order_by("line").values_list("line", "cells")
    records = (Record(line, tuple(cells)) for line, cells in rows.iterator(chunk_size=5_000))
    sheet = Sheet("csv", tuple(staged.columns), records)
    for checked in _kept_in_scope(viewer, part_reader(staged.datum).read(sheet)):
        if checked.row is None:
            raise Conflict(
                _(
                    "Line %(line)d could be taken when the file was checked, and cannot any more: %(reason)s Send it again."
                ),
                line=checked.line,
                reason=checked.faults[0],
            )
        yield checked.row


def _kept_in_scope(viewer: Viewer, rows: Iterable[Checked]) -> Iterator[Checked]:
    """Refuse rows of bodies and districts that the viewer's right does not reach."""
    for checked in rows:
        row = checked.row
        if row and not viewer.may(KEEP, organisation_id=row.owner_id, division=row.place.division_code):
            reason = str(_("You may not keep parts of this organisation in this division."))
            yield replace(checked, row=None, faults=(reason,), doubts=())
        else:
            yield checked


_CHANGING = tuple(name for name in COLUMNS if name not in ("code", "updated_at"))
_TEMPORARY = "DROP TABLE IF EXISTS pg_temp.urban_part_in; CREATE TEMPORARY TABLE urban_part_in (LIKE urban_part) ON COMMIT DROP"
_NO_ID = "ALTER TABLE urban_part_in DROP COLUMN id"
_MOVED = """
SELECT p.code, p.owner_id, p.division_code FROM urban_part p JOIN urban_part_in i USING (code)
 WHERE p.owner_id <> i.owner_id OR p.division_code <> i.division_code
"""
_MERGE = f"""
WITH merged AS (
    INSERT INTO urban_part ({", ".join(COLUMNS)}) SELECT {", ".join(COLUMNS)} FROM urban_part_in ORDER BY code
    ON CONFLICT (code) DO UPDATE SET {", ".join(f"{name} = EXCLUDED.{name}" for name in COLUMNS[1:])}
     WHERE ({", ".join(f"urban_part.{name}" for name in _CHANGING)})
           IS DISTINCT FROM ({", ".join(f"EXCLUDED.{name}" for name in _CHANGING)})
    RETURNING (xmax = 0) AS is_new
)
SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM merged
"""  # noqa: S608 (the names are the module's own)


def _write(viewer: Viewer, rows: Iterator[PartRow]) -> tuple[int, int]:
    """COPY into a temporary table, then one merge; answers how many parts are new and how many changed."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_TEMPORARY)
        cursor.execute(_NO_ID)
        copy_rows("urban_part_in", COLUMNS, (_columns(row, now) for row in rows))
        cursor.execute(_MOVED)
        for code, owner_id, division in cursor.fetchall():
            if not viewer.may(KEEP, organisation_id=owner_id, division=division):
                raise Invalid(
                    _("The part %(given)s belongs to an organisation or division that you may not change."),
                    given=code,
                )
        cursor.execute(_MERGE)
        created, changed = cursor.fetchone()
    return created, changed


def _columns(row: PartRow, now: datetime) -> Sequence[Any]:
    return (
        str(row.code),
        row.class_code,
        row.name,
        row.state,
        row.owner_id,
        row.maintainer_id,
        row.place.division_code,
        row.place.cell_code,
        row.place.lon,
        row.place.lat,
        row.datum,
        row.address,
        row.surveyed_on,
        now,
    )


def change_part(viewer: Viewer, code: str, *, state: str, name: str, address: str) -> Part:
    """Correct what is seen of one part in the street. Raises ``NotFound``, ``Forbidden``, ``Invalid``."""
    if state not in Part.State.values:
        raise Invalid(_("Choose a state."), fields={"state": _("Choose a state.")})
    with transaction.atomic():
        part = Part.objects.select_for_update().filter(code=code).first()
        if part is None:
            raise NotFound(
                _("There is no part with the code %(given)s, or none that you may see."), given=code[:16]
            )
        viewer.require(KEEP, organisation_id=part.owner_id, division=part.division_code)
        before = {"state": part.state, "name": part.name, "address": part.address}
        part.state, part.name, part.address = state, name.strip()[:80], address.strip()[:200]
        part.updated_at = clock.now()
        part.save(update_fields=["state", "name", "address", "updated_at"])
        journal.record(
            viewer,
            action="urban.change_part",
            subject=f"part/{part.pk}",
            division=part.division_code,
            detail={
                "code": part.code,
                "before": before,
                "after": {name: getattr(part, name) for name in before},
            },
        )
    return part


def bind_case(case_id: int, part_id: int) -> None:
    """Say which part a case is about, in the caller's transaction; the caller has checked the right over the case.

    Binding again to the same part changes nothing. Raises ``Invalid`` when there is no such part.
    """
    if not Part.objects.filter(pk=part_id).exists():
        raise Invalid(
            _("There is no such part. Choose one from the list."), fields={"part": _("Choose a part.")}
        )
    PartCase.objects.update_or_create(case_id=case_id, defaults={"part_id": part_id})
