"""Files that came in, as those who sent them may look at them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.models import FileImport, ImportedCase, ImportRow, UrbanCase
from yicheng.core.kernel.errors import NotFound
from yicheng.core.kernel.sheets.records import REPORT_COLUMNS, REPORT_LINE, REPORT_REASON
from yicheng.core.people.public import Viewer

RIGHTS = {FileImport.Kind.PARTS.value: "urban.keep_parts", FileImport.Kind.CASES.value: "urban.import_cases"}


def imports_of(viewer: Viewer, kind: str) -> QuerySet[FileImport]:
    """One's own imports and those of the organisations that the right covers, newest first."""
    right = RIGHTS[kind]
    viewer.require(right)
    own = Q(account_id=viewer.account_id) if viewer.account_id is not None else Q()
    for scope in viewer.scopes(right):
        if not scope.division:
            own |= Q() if scope.organisation_ids is None else Q(organisation_id__in=scope.organisation_ids)
            if scope.organisation_ids is None:
                return FileImport.objects.filter(kind=kind).order_by("-pk")
    return FileImport.objects.filter(own, kind=kind).order_by("-pk")


def import_of(viewer: Viewer, import_id: int, *, kind: str) -> FileImport:
    """One of them. Raises ``NotFound``."""
    found = imports_of(viewer, kind).filter(pk=import_id).first()
    if found is None:
        raise NotFound(_("There is no such import, or none of your organisation."))
    return found


def rows_of(found: FileImport, *, verdicts: Sequence[str]) -> QuerySet[ImportRow]:
    """Its rows of these verdicts, by line."""
    return found.rows.filter(verdict__in=verdicts).order_by("line")


def report_of_refused(found: FileImport) -> Iterator[Sequence[str]]:
    """The refused rows as a table: line and reasons before what was sent, ready to be mended and sent again."""
    places = [at for at, name in enumerate(found.columns) if name not in REPORT_COLUMNS]
    yield REPORT_LINE, REPORT_REASON, *(found.columns[at] for at in places)
    for row in rows_of(found, verdicts=[ImportRow.Verdict.REFUSED]).iterator(chunk_size=2_000):
        cells = [row.cells[at] if at < len(row.cells) else "" for at in places]
        beyond = row.cells[len(found.columns) :]
        yield str(row.line), " ".join(row.reasons), *cells, *beyond


def known_outside(system: str, outside_ids: Collection[str]) -> frozenset[str]:
    """Which of these outside numbers are here already."""
    rows = ImportedCase.objects.filter(system=system, outside_id__in=outside_ids)
    return frozenset(rows.values_list("outside_id", flat=True))


def used_numbers(numbers: Collection[str]) -> frozenset[str]:
    """Which of these numbers another urban case has."""
    return frozenset(
        UrbanCase.objects.filter(case__number__in=numbers).values_list("case__number", flat=True)
    )
