"""Whole histories of other systems: their cases come in with their own times, all or none, and never twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import BinaryIO

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.actions.bulk import copy_rows
from yicheng.apps.urban.actions.imports import (
    COLUMNS,
    Source,
    begin_import,
    counts_of,
    finish_import,
    kept_lines,
)
from yicheng.apps.urban.imports.caserows import CaseReader, CheckedCase, OutsideCase
from yicheng.apps.urban.imports.mapping import CaseMapping, read_mapping
from yicheng.apps.urban.models import FileImport
from yicheng.apps.urban.queries.imports import known_outside, used_numbers
from yicheng.core.cases.public import BulkCase, BulkStep, bulk_insert_cases, case_classes
from yicheng.core.journal import public as journal
from yicheng.core.kernel import clock
from yicheng.core.kernel.sheets.files import open_sheet
from yicheng.core.people.public import Viewer, organisation_ids
from yicheng.core.places.public import divisions

RIGHT = "urban.import_cases"
BLOCK = 5_000
PROCESS = "urban.case"


@dataclass(slots=True)
class Replay:
    """What became of a file. ``timeliness`` counts the cases that came in: on_time, late, unknown."""

    kept: FileImport
    timeliness: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)


def replay_cases(viewer: Viewer, file: BinaryIO, *, mapping: str, name: str) -> Replay:
    """Bring in another system's cases. A case that is here already stays as it is.

    Needs the right to import, and to manage cases everywhere. Raises ``Unreadable``. Refused and doubtful
    lines are kept with their reasons; lines read = cases new + here already + refused.
    """
    viewer.require(RIGHT)
    rules = read_mapping(mapping)
    sheet = open_sheet(file)
    reader = case_reader(rules)
    with transaction.atomic():
        replay = Replay(
            begin_import(viewer, sheet, source=Source("cases", name, rules.datum, keeps_sound=False))
        )
        with connection.cursor() as cursor:
            cursor.execute(_TEMPORARY)
        work = _Work(rules, replay)
        bulk_insert_cases(viewer, work.cases(reader.read(sheet)))
        _link(rules)
        finish_import(replay.kept, work.counted)
        replay.kept.created_count, replay.kept.unchanged_count = work.created, work.here_already
        replay.kept.status, replay.kept.taken_at = FileImport.Status.TAKEN, clock.now()
        replay.kept.save()
        journal.record(
            viewer,
            action="urban.import_cases",
            subject=f"fileimport/{replay.kept.pk}",
            detail=counts_of(replay.kept),
        )
    return replay


def case_reader(mapping: CaseMapping) -> CaseReader:
    """A reader that knows the city as it is now."""
    classes: dict[str, str] = {}
    for one in case_classes("urban"):
        if one.is_leaf:
            classes |= {word: one.code for word in (one.name_zh, one.name_en) if word and word not in classes}
    classes |= {one.code: one.code for one in case_classes("urban") if one.is_leaf}
    codes = frozenset(one.code for level in (1, 2, 3, 4) for one in divisions(level))
    (city,) = divisions(1)
    return CaseReader(mapping, classes, organisation_ids(), codes, city.code)


_TEMPORARY = """
DROP TABLE IF EXISTS pg_temp.urban_outside;
CREATE TEMPORARY TABLE urban_outside (number varchar(30), outside_id varchar(80)) ON COMMIT DROP
"""
_LINK = """
INSERT INTO urban_importedcase (system, outside_id, case_id, is_judged_there)
SELECT %s, o.outside_id, c.id, %s FROM urban_outside o JOIN cases_case c USING (number)
"""
_OWN = """
INSERT INTO urban_urbancase (case_id, contact_sealed, refusal, supporters_count)
SELECT c.id, '', '', 0 FROM urban_outside o JOIN cases_case c USING (number)
"""


def _link(rules: CaseMapping) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE urban_outside")
        cursor.execute(_OWN)
        cursor.execute(_LINK, [rules.system, "timeliness" in rules.fields])


class _Work:
    """Draws checked rows in blocks, keeps what is refused or doubtful, hands on what is new."""

    def __init__(self, mapping: CaseMapping, replay: Replay) -> None:
        self.mapping, self.replay = mapping, replay
        self.counted: Counter[str] = Counter()
        self.created = self.here_already = 0

    def cases(self, rows: Iterator[CheckedCase]) -> Iterator[BulkCase]:
        while block := list(islice(rows, BLOCK)):
            known = known_outside(self.mapping.system, [row.case.outside_id for row in block if row.case])
            block = _without_used_numbers(block, known)
            self._keep(block)
            sound = [row.case for row in block if row.case]
            fresh = [one for one in sound if one.outside_id not in known]
            copy_rows(
                "urban_outside", ("number", "outside_id"), ((one.number, one.outside_id) for one in fresh)
            )
            self.created += len(fresh)
            self.here_already += len(sound) - len(fresh)
            self.replay.timeliness.update(_TIMELINESS[one.is_on_time] for one in fresh)
            yield from (_bulk(one, self.mapping) for one in fresh)

    def _keep(self, block: Sequence[CheckedCase]) -> None:
        lines = list(kept_lines(self.replay.kept.pk, block, self.counted, keeps_sound=False))
        copy_rows("urban_importrow", COLUMNS, lines)
        for row in block:
            self.replay.reasons.update(row.faults or row.doubts)


def _without_used_numbers(block: Sequence[CheckedCase], known: frozenset[str]) -> list[CheckedCase]:
    """Refuse new cases whose number another case has."""
    used = used_numbers([row.case.number for row in block if row.case and row.case.outside_id not in known])
    reason = str(_("Another case has the number %(number)s already."))
    return [
        replace(row, case=None, faults=(reason % {"number": row.case.number},), doubts=())
        if row.case and row.case.number in used and row.case.outside_id not in known
        else row
        for row in block
    ]


_TIMELINESS = {True: "on_time", False: "late", None: "unknown"}


def _bulk(one: OutsideCase, mapping: CaseMapping) -> BulkCase:
    return BulkCase(
        number=one.number,
        process=PROCESS,
        class_code=one.class_code,
        title=one.title,
        source=one.channel,
        opened_at=one.opened_at,
        closed_at=one.closed_at,
        due_at=one.due_at,
        description=one.description,
        organisation_id=one.organisation_id,
        division_code=one.division_code,
        lon=one.lon,
        lat=one.lat,
        datum=mapping.datum,
        address=one.address,
        is_public=mapping.is_public,
        is_on_time=one.is_on_time,
        states_timeliness="timeliness" in mapping.fields,
        history=tuple(_history(one)),
    )


def _history(one: OutsideCase) -> Iterator[BulkStep]:
    yield BulkStep(one.opened_at, "started", stage="collect")
    if one.closed_at:
        yield BulkStep(one.closed_at, "completed", "urban.close", "close", "close", one.note)
