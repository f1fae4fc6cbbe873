"""Files in: checked row by row and kept as they came; taken by a second, explicit step; or dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.actions.bulk import copy_rows
from yicheng.apps.urban.models import FileImport, ImportRow
from yicheng.core.journal import public as journal
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.kernel.sheets.records import Sheet
from yicheng.core.people.public import Viewer

SOUND, DOUBTFUL, REFUSED = ImportRow.Verdict.values
ROWS_KEPT = timedelta(days=30)
COLUMNS = ("file_import_id", "line", "verdict", "cells", "reasons")


class CheckedRow(Protocol):
    """What a reader says of a line, whatever it reads."""

    @property
    def line(self) -> int: ...
    @property
    def cells(self) -> tuple[str, ...]: ...
    @property
    def faults(self) -> tuple[str, ...]: ...
    @property
    def doubts(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows came from. ``keeps_sound``: sound rows are kept too, because they will be taken later."""

    kind: str
    name: str
    datum: str
    keeps_sound: bool = True


def keep_checked(viewer: Viewer, sheet: Sheet, rows: Iterable[CheckedRow], *, source: Source) -> FileImport:
    """Store a checked file with its rows, in the caller's transaction."""
    kept = begin_import(viewer, sheet, source=source)
    counted: Counter[str] = Counter()
    lines = kept_lines(kept.pk, rows, counted, keeps_sound=source.keeps_sound)
    copy_rows("urban_importrow", COLUMNS, lines)
    finish_import(kept, counted)
    return kept


def begin_import(viewer: Viewer, sheet: Sheet, *, source: Source) -> FileImport:
    """The row of a file whose lines are about to be kept."""
    return FileImport.objects.create(
        kind=source.kind,
        file_name=source.name[:200],
        file_format=sheet.format,
        encoding=sheet.encoding if sheet.format == "csv" else "",
        columns=list(sheet.columns),
        datum=source.datum,
        account_id=viewer.account_id,
        organisation_id=viewer.organisation_id,
        created_at=clock.now(),
    )


def finish_import(kept: FileImport, counted: Counter[str]) -> None:
    """Write the counts by verdict; the database refuses counts that lose a row."""
    kept.read_count = counted.total()
    kept.refused_count, kept.doubtful_count = counted[REFUSED], counted[DOUBTFUL]
    kept.sound_count = kept.read_count - kept.refused_count
    kept.save(update_fields=["read_count", "refused_count", "doubtful_count", "sound_count"])


def kept_lines(
    import_id: int, rows: Iterable[CheckedRow], counted: Counter[str], *, keeps_sound: bool
) -> Iterator[Sequence[object]]:
    """Rows for ``COLUMNS``, counted by verdict on the way."""
    for row in rows:
        verdict = REFUSED if row.faults else DOUBTFUL if row.doubts else SOUND
        counted[verdict] += 1
        if keeps_sound or verdict != SOUND:
            yield import_id, row.line, verdict, list(row.cells), [*row.faults, *row.doubts]


def counts_of(kept: FileImport) -> Mapping[str, object]:
    """What the audit trail keeps of an import."""
    names = ("read", "sound", "doubtful", "refused", "created", "changed", "unchanged")
    return {"file": kept.file_name} | {name: getattr(kept, f"{name}_count") for name in names}


def open_import(viewer: Viewer, import_id: int, *, kind: str, right: str) -> FileImport:
    """Lock a checked import of one's own organisation for taking or dropping. Raises what stands in the way."""
    viewer.require(right)
    found = FileImport.objects.select_for_update().filter(pk=import_id, kind=kind).first()
    if found is None or not is_own(viewer, found, right):
        raise NotFound(_("There is no such import, or none of your organisation."))
    if found.status != FileImport.Status.CHECKED:
        raise Conflict(_("This import was taken or dropped already."))
    return found


def is_own(viewer: Viewer, found: FileImport, right: str) -> bool:
    """Whether the import is the viewer's own, or of an organisation that the right covers."""
    if viewer.account_id is not None and found.account_id == viewer.account_id:
        return True
    return any(
        not scope.division
        and (scope.organisation_ids is None or found.organisation_id in scope.organisation_ids)
        for scope in viewer.scopes(right)
    )


def check_choice(found: FileImport, *, only_sound: bool) -> None:
    """All rows, or explicitly only the sound ones; never silently some."""
    if found.refused_count and not only_sound:
        raise Invalid(
            _(
                "%(refused)d of %(read)d rows are refused. Mend them and send the file again, "
                "or choose to take only the %(sound)d sound rows."
            ),
            refused=found.refused_count,
            read=found.read_count,
            sound=found.sound_count,
        )
    if not found.sound_count:
        raise Invalid(_("No row of this file can be taken. Mend it and send it again."))


def drop_import(viewer: Viewer, import_id: int, *, kind: str, right: str) -> None:
    """Forget a checked import; its rows are deleted."""
    with transaction.atomic():
        found = open_import(viewer, import_id, kind=kind, right=right)
        found.rows.all().delete()
        found.status = FileImport.Status.DROPPED
        found.save(update_fields=["status"])
        journal.record(viewer, action="urban.drop_import", subject=f"fileimport/{found.pk}")


def forget_rows() -> int:
    """Delete the rows of imports older than ``ROWS_KEPT``; what was counted stays."""
    old = FileImport.objects.filter(created_at__lt=clock.now() - ROWS_KEPT)
    with transaction.atomic():
        old.filter(status=FileImport.Status.CHECKED).update(status=FileImport.Status.DROPPED)
        deleted, _each = ImportRow.objects.filter(file_import__in=old).delete()
    return deleted
