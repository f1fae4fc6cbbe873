"""Begins the processes of many open cases at once: what they have in common is worked out once.

Cases with the same drawing and the same routing variables begin alike; who gets their
tasks and until when is asked case by case, of facts that the application has read ahead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models.base import ModelState
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases import copying
from yicheng.core.cases.actions.progress import case_variables
from yicheng.core.cases.calendar import due_at
from yicheng.core.cases.current import Rung, Settings
from yicheng.core.cases.declare import TaskKind
from yicheng.core.cases.engine.running import Run
from yicheng.core.cases.models import Case
from yicheng.core.cases.outside import BulkCase
from yicheng.core.cases.registry import kind_of, process_type, specification
from yicheng.core.cases.steps import assignment, rung_at, rung_concerns, set_case_due
from yicheng.core.kernel.errors import Conflict

MOST_KEPT = 20_000
#: the timer that takes a case up which was brought in while a drawn timer of its process ran
WAKE = "begin"

TASK_COLUMNS = [
    "id",
    "case_id",
    "kind",
    "element_id",
    "engine_id",
    "status",
    "application",
    "class_code",
    "severity",
    "division_code",
    "organisation_id",
    "assignee_id",
    "opened_at",
    "due_at",
    "outcome",
    "limit_id",
]
TIMER_COLUMNS = ["case_id", "task_id", "kind", "key", "element_id", "due_at", "attempts"]


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a process begins: the steps that wait, as (kind, element, number in the process), and the stage."""

    steps: tuple[tuple[TaskKind, str, str], ...]
    stage: str
    has_timers: bool
    is_finished: bool


class Beginnings:
    """Packs the first tasks and timers of open cases, batch by batch."""

    def __init__(self, laid_down: Settings, *, moment: datetime) -> None:
        self.laid_down, self.moment = laid_down, moment
        self.tasks: list[bytes] = []
        self.timers: list[bytes] = []
        self._kept: dict[Any, Beginning] = {}
        self._rungs: dict[tuple[str, str, int], list[Rung]] = {}
        self._past: dict[str, datetime] = {}

    def begin(self, batch: Sequence[tuple[BulkCase, int]]) -> list[Case]:
        """The cases as they stand after their processes began; fills ``tasks`` and ``timers`` anew."""
        self.tasks, self.timers = [], []
        cases = [self._case(row, case_id) for row, case_id in batch]
        begun = [self._beginning(case) for case in cases]
        _read_ahead(cases, begun)
        task_ids = iter(_task_ids(sum(len(one.steps) for one in begun)))
        for case, one in zip(cases, begun, strict=True):
            self._enter(case, one)
            for kind, element_id, number in one.steps:
                self._task(case, next(task_ids), kind=kind, element_id=element_id, number=number)
        return cases

    def _case(self, row: BulkCase, case_id: int) -> Case:
        """The case as a row of its own, made as Django unpickles one: its constructor would take most of the time."""
        declared = process_type(row.process)
        version = self.laid_down.published.get(row.process)
        if version is None:
            raise Conflict(_("The process “%(process)s” is not published yet. Publish a drawing first."),
                           process=declared.title)  # fmt: skip
        case = Case.__new__(Case)
        case._state = ModelState()  # noqa: SLF001
        case.__dict__.update(
            _BLANK,
            id=case_id,
            number=row.number,
            application=declared.application,
            process=row.process,
            version_id=version,
            case_class_id=row.class_code,
            title=row.title[:200],
            description=row.description,
            source=row.source,
            severity=row.severity,
            stage=next(iter(declared.stages)),
            organisation_id=row.organisation_id,
            division_code=row.division_code,
            cell_code=row.cell_code,
            lon=row.lon,
            lat=row.lat,
            datum=row.datum,
            address=row.address[:200],
            opened_at=row.opened_at,
            due_at=row.due_at,
            counted_from=row.opened_at,
            is_public=row.is_public,
        )
        if row.counts_limit:
            set_case_due(case, self.laid_down)
        return case

    def _beginning(self, case: Case) -> Beginning:
        variables = case_variables(case)
        version = case.version_id or 0
        reads = specification(version).reads
        key = (version, *(value for name, value in variables.items() if name in reads))
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            found = self._kept[key] = _begin(case, variables)
        return found

    def _enter(self, case: Case, one: Beginning) -> None:
        """Where the case stands; one whose process has drawn timers is taken up by the timers' job."""
        if one.is_finished:
            case.status, case.closed_at = Case.Status.CLOSED, case.opened_at
        if one.stage:
            case.stage = one.stage
        if one.has_timers:
            self._timer(case.pk, None, kind="process", key=WAKE, at=self.moment)

    def _task(self, case: Case, task_id: int, *, kind: TaskKind, element_id: str, number: str) -> None:
        to = assignment(kind, case, self.laid_down, element_id=element_id)
        line = self.laid_down.limit(
            process=case.process,
            task=kind.key,
            class_code=case.case_class_id,
            division=case.division_code,
            severity=case.severity,
        )
        due = due_at(self.laid_down.calendar, case.opened_at, [line.leg]) if line else case.due_at
        self.tasks.append(
            copying.row(
                copying.int8(task_id),
                copying.int8(case.pk),
                copying.word(kind.key),
                copying.word(element_id),
                copying.word(number),
                _OPEN,
                copying.word(case.application),
                copying.word(case.case_class_id),
                copying.int2(case.severity),
                copying.word(case.division_code),
                copying.int8(to.organisation_id),
                copying.int8(to.assignee_id),
                copying.moment(case.opened_at),
                copying.moment(due),
                _NOTHING,
                copying.int8(line.id if line else None),
            )
        )
        if due is not None:
            self._ladder(case, task_id, kind.key, due)

    def _ladder(self, case: Case, task_id: int, kind: str, due: datetime) -> None:
        """The next rung to come. A later due time never has an earlier rung: what is past need not be counted."""
        key = (case.process, kind, case.severity)
        rungs = self._rungs.get(key)
        if rungs is None:
            rungs = [
                rung
                for rung in self.laid_down.rungs
                if rung_concerns(rung, process=case.process, task=kind, severity=case.severity)
            ]
            self._rungs[key] = rungs
        coming: tuple[datetime, str] | None = None
        for rung in rungs:
            past = self._past.get(rung.level)
            if past is not None and due <= past:
                continue
            at = rung_at(self.laid_down, due, rung)
            if at <= self.moment:
                self._past[rung.level] = due
            elif coming is None or at < coming[0]:
                coming = at, rung.level
        if coming is not None:
            self._timer(case.pk, task_id, kind="escalation", key=coming[1], at=coming[0])

    def _timer(self, case_id: int, task_id: int | None, *, kind: str, key: str, at: datetime) -> None:
        self.timers.append(
            copying.row(
                copying.int8(case_id),
                copying.int8(task_id),
                copying.word(kind),
                copying.word(key),
                _NOTHING,
                copying.moment(at),
                _NO_ATTEMPT,
            )
        )


def _begin(case: Case, variables: Mapping[str, Any]) -> Beginning:
    run = Run.begin(specification(case.version_id or 0), variables, moment=case.opened_at)
    progress = run.progress()
    steps = tuple(
        (kind_of(case.process, step.element_id), step.element_id, str(step.id)) for step in progress.steps
    )
    stages = list(process_type(case.process).stages)
    stage = min((kind.stage for kind, _element, _number in steps), key=stages.index, default="")
    return Beginning(steps, stage, bool(progress.timers), progress.is_finished)


def _read_ahead(cases: Sequence[Case], begun: Sequence[Beginning]) -> None:
    """Let each kind of task read for all its cases at once what deciding on one of them needs."""
    asked: dict[str, tuple[TaskKind, list[Case]]] = {}
    for case, one in zip(cases, begun, strict=True):
        for kind, _element, _number in one.steps:
            if kind.assign_many is not None:
                asked.setdefault(kind.key, (kind, []))[1].append(case)
    for kind, those in asked.values():
        assert kind.assign_many is not None
        kind.assign_many(those)


def _task_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('cases_task', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]


_BLANK: dict[str, Any] = {
    field.attname: field.get_default() if field.has_default() else None
    for field in Case._meta.concrete_fields  # noqa: SLF001
}
_OPEN = copying.word("open")
_NOTHING = copying.word("")
_NO_ATTEMPT = copying.int2(0)
