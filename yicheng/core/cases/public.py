"""What applications and faces may call about cases. Bodies live in ``actions`` and ``queries``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from yicheng.core.cases.classes import ClassInfo, case_classes
from yicheng.core.cases.drawn import (
    Answer,
    case_course,
    limit_lines,
    limit_tables,
    limits_file,
    process_drawing,
    process_version,
    process_versions,
    processes,
    publish_process,
    put_limits,
    save_process,
    try_process,
)
from yicheng.core.cases.exchange import Done, NewCase, Reading
from yicheng.core.cases.maps import CaseCluster, CaseFilter, CaseMap, Corners
from yicheng.core.cases.outside import BulkCase, BulkStep

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import Promise

    from yicheng.core.cases.models import Case, Task
    from yicheng.core.cases.queries import CaseDetail as CaseDetail
    from yicheng.core.cases.queries.lists import Desk as Desk
    from yicheng.core.people.public import Viewer

__all__ = [
    "Answer",
    "BulkCase",
    "BulkStep",
    "CaseCluster",
    "CaseFilter",
    "CaseMap",
    "ClassInfo",
    "Corners",
    "Done",
    "NewCase",
    "Reading",
    "ask_extension",
    "ask_pause",
    "assign_task",
    "bulk_insert_cases",
    "cancel_case",
    "case_classes",
    "case_course",
    "case_detail",
    "case_diagram",
    "cases_for",
    "cases_in_box",
    "claim_task",
    "complete_task",
    "count_anew",
    "decide_clock_change",
    "desks",
    "dispatch_table",
    "explain_due",
    "fire_due_timers",
    "in_class",
    "in_division",
    "limit_lines",
    "limit_tables",
    "limits_file",
    "map_cases",
    "may_view",
    "merge_case",
    "narrow_tasks",
    "open_tasks",
    "process_drawing",
    "process_version",
    "process_versions",
    "processes",
    "publish_process",
    "put_limits",
    "release_task",
    "reopen_case",
    "responsible_bodies",
    "responsible_body",
    "resume_case",
    "save_process",
    "send_back",
    "split_task",
    "start_case",
    "task_counts",
    "task_to_do",
    "tasks_for",
    "transfer_task",
    "try_process",
    "with_words",
    "working_calendar",
]


def start_case(viewer: Viewer, new: NewCase, *, idempotency_key: str = "") -> Done:
    """Open a case and run its published process to the first tasks. Raises ``Invalid``, ``Forbidden``."""
    from yicheng.core.cases import actions

    return actions.start_case(viewer, new, idempotency_key=idempotency_key)


def complete_task(
    viewer: Viewer,
    task_id: int,
    *,
    outcome: str,
    data: Mapping[str, Any] | Reading | None = None,
    note: str = "",
) -> Done:
    """End a task and run the process on. Raises ``NotFound``, ``Forbidden``, ``Conflict`` when done already.

    ``data`` may be a function: it is told the task, locked and found to be the viewer's to do, and answers
    the data and the note (a form that depends on the task needs no query of its own); what it raises ends all.
    """
    from yicheng.core.cases import actions

    return actions.complete_task(viewer, task_id, outcome=outcome, data=data or {}, note=note)


def reopen_case(viewer: Viewer, case_id: int, *, element_id: str = "", note: str) -> Done:
    """Open a closed case again at a step passed before ("": the last one); its time is counted anew."""
    from yicheng.core.cases import actions

    return actions.reopen_case(viewer, case_id, element_id=element_id, note=note)


def merge_case(viewer: Viewer, case_id: int, *, into_id: int, note: str = "") -> Done:
    """End an open case as a duplicate of another one, which may be closed already."""
    from yicheng.core.cases import actions

    return actions.merge_case(viewer, case_id, into_id=into_id, note=note)


def ask_pause(viewer: Viewer, case_id: int, *, reason: str) -> int:
    """Ask that the clock of a case be stopped; answers the id to decide on. It runs on until somebody grants it."""
    from yicheng.core.cases import actions

    return actions.ask_pause(viewer, case_id, reason=reason).pk


def ask_extension(viewer: Viewer, case_id: int, *, amount: Decimal, unit: str, reason: str) -> int:
    """Ask for more time (unit: hour, day, work_hour, work_day); answers the id to decide on."""
    from yicheng.core.cases import actions

    return actions.ask_extension(viewer, case_id, amount=amount, unit=unit, reason=reason).pk


def decide_clock_change(viewer: Viewer, change_id: int, *, grant: bool, note: str = "") -> None:
    """Grant or refuse what somebody else asked for."""
    from yicheng.core.cases import actions

    actions.decide_clock_change(viewer, change_id, grant=grant, note=note)


def resume_case(viewer: Viewer, case_id: int, *, note: str = "") -> Case:
    """Let the clock of a suspended case run again; due times move by the time it stood."""
    from yicheng.core.cases import actions

    return actions.resume_case(viewer, case_id, note=note)


def count_anew(case: Case) -> None:
    """Let the clock of a case begin now: for the ``done`` of a task, which stores what it sets on the case."""
    from yicheng.core.cases.current import settings_now
    from yicheng.core.cases.steps import set_case_due
    from yicheng.core.kernel import clock

    case.counted_from = clock.now()
    set_case_due(case, settings_now())


def open_tasks(case_id: int) -> Sequence[Task]:
    """The open tasks of a case, in order. The caller has checked that the viewer may see it. One query."""
    from yicheng.core.cases import store

    return store.open_tasks(case_id)[0]


def may_view(viewer: Viewer, case: Case) -> bool:
    """Whether this viewer may see this case: by right, or because a task of it is theirs."""
    from yicheng.core.cases import queries

    return queries.may_view(viewer, case)


def responsible_body(class_code: str, division: str) -> int | None:
    """The organisation that the dispatch table names for a class in a division. One query, none in the same step."""
    from yicheng.core.cases.current import settings_now

    return settings_now().responsible(class_code, division)


def dispatch_table() -> Callable[[str, str], int | None]:
    """The dispatch table as it stands now, to be asked for many classes and divisions. One query."""
    from yicheng.core.cases.current import settings_now

    return settings_now().responsible


def responsible_bodies(application: str) -> Sequence[int]:
    """Every organisation that the dispatch table names for the application's classes."""
    from yicheng.core.cases.current import settings_now

    own = {one.code for one in case_classes(application)}
    return sorted(
        {body for (code, _zone), body in settings_now().dispatch.items() if not code or code in own}
    )


def explain_due(case: Case, task: Task | None = None) -> str:
    """One sentence that says why a case (or one of its tasks) is due when it is, in the reader's language."""
    from yicheng.core.cases.explain import explain_due

    return explain_due(case, task)


def escalation_texts(levels: Iterable[str]) -> Mapping[str, str]:
    """What the rungs of the escalation ladder with these levels say: who is told, and when."""
    from yicheng.core.cases import ladder

    return ladder.escalation_texts(levels)


def fire_due_timers(*, limit: int = 200) -> int:
    """Let timers fire that are due by ``clock.now()``; returns for how many cases something fired."""
    from yicheng.core.cases import firing

    return firing.fire_due_timers(limit=limit)


def desks() -> Mapping[Desk, str | Promise]:
    """The desks of a work list with their titles, in order of the page."""
    from yicheng.core.cases import queries

    return queries.DESKS


def tasks_for(viewer: Viewer, *, desk: Desk = "department") -> QuerySet[Task]:
    """Open tasks this viewer may do, with case, class, body and assignee; order by ``sort_at, id``."""
    from yicheng.core.cases import queries

    return queries.tasks_for(viewer, desk=desk)


def task_counts(viewer: Viewer, *, most: int) -> Mapping[Desk, int]:
    """How many open tasks each desk has, counted up to ``most``: one query."""
    from yicheng.core.cases import queries

    return queries.task_counts(viewer, most=most)


def narrow_tasks(rows: QuerySet[Task], **wanted: str) -> QuerySet[Task]:
    """Tasks by class_code, division, severity, stage, source, status, kind, words; ``ValueError`` for nonsense."""
    from yicheng.core.cases import queries

    return queries.narrow_tasks(rows, **wanted)


def cases_for(viewer: Viewer) -> QuerySet[Case]:
    """The cases this viewer may see, with class and body; order by ``-id``."""
    from yicheng.core.cases import queries

    return queries.cases_for(viewer)


def with_words(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Cases, or tasks of cases, in which the words occur."""
    from yicheng.core.cases import queries

    return queries.with_words(rows, text)


def scan_words(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """``with_words`` looked at row by row, no index asked: for the first rows of a list."""
    from yicheng.core.cases import queries

    return queries.scan_words(rows, text)


def in_class(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    """Of a class or one below it."""
    from yicheng.core.cases import queries

    return queries.in_class(rows, code)


def in_division(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    """In a division and what lies in it."""
    from yicheng.core.cases import queries

    return queries.in_division(rows, code)


def case_detail(viewer: Viewer, case_id: int) -> CaseDetail:
    """Everything about a case for its page; ``NotFound`` unless this viewer may know of it."""
    from yicheng.core.cases import queries

    return queries.case_detail(viewer, case_id)


def case_diagram(viewer: Viewer, case_id: int) -> str:
    """The BPMN source that a case runs on, "" where it follows none; raises ``NotFound``."""
    from yicheng.core.cases.queries.detail import visible_case
    from yicheng.core.cases.queries.processes import main_source

    version = visible_case(viewer, case_id).version
    return main_source(version.files) if version else ""


def claim_task(viewer: Viewer, task_id: int) -> Task:
    """Take an open task that nobody has; ``Conflict`` when somebody was faster."""
    from yicheng.core.cases.actions import assign

    return assign.claim_task(viewer, task_id)


def release_task(viewer: Viewer, task_id: int) -> Task:
    """Put a task back on the body's common desk."""
    from yicheng.core.cases.actions import assign

    return assign.release_task(viewer, task_id)


def assign_task(viewer: Viewer, task_id: int, account_id: int, *, note: str = "") -> Task:
    """Hand a task to a colleague of the same body."""
    from yicheng.core.cases.actions import assign

    return assign.assign_task(viewer, task_id, account_id, note=note)


def transfer_task(viewer: Viewer, task_id: int, organisation_id: int, *, note: str) -> Task:
    """Pass a task to another body, with the reason."""
    from yicheng.core.cases.actions import assign

    return assign.transfer_task(viewer, task_id, organisation_id, note=note)


def send_back(viewer: Viewer, task_id: int, *, element_id: str = "", note: str) -> Done:
    """Take the case back from an open task to a step passed before ("": the newest one)."""
    from yicheng.core.cases.actions import course

    return course.send_back(viewer, task_id, element_id=element_id, note=note)


def split_task(viewer: Viewer, task_id: int, organisation_ids: Sequence[int], *, note: str = "") -> Done:
    """Give each of these bodies a part of an open task; its owner ends it when all are done."""
    from yicheng.core.cases.actions import split

    return split.split_task(viewer, task_id, organisation_ids, note=note)


def cancel_case(viewer: Viewer, case_id: int, *, note: str) -> Done:
    """End a case before its process does, with the reason."""
    from yicheng.core.cases.actions import course

    return course.cancel_case(viewer, case_id, note=note)


def bulk_insert_cases(viewer: Viewer, rows: Iterable[BulkCase]) -> int:
    """Bring in cases of another system by COPY, all or none; answers how many. Needs ``cases.manage_case`` everywhere.

    Open ones get the first tasks of their process. No events, notices or timers: what happened elsewhere is over.
    """
    from yicheng.core.cases import bulk

    return bulk.bulk_insert_cases(viewer, rows)


def task_to_do(viewer: Viewer, task_id: int) -> Task:
    """An open task that this viewer may do, with its case; ``NotFound``, or ``Conflict`` when it is not open any more."""
    from yicheng.core.cases import queries

    return queries.task_to_do(viewer, task_id)


def working_calendar() -> Callable[[date], bool]:
    """The city's calendar as it is now: whether it works on a day. One query, however many days are asked."""
    from yicheng.core.cases.current import settings_now

    return settings_now().calendar.is_working_day


def map_cases(
    viewer: Viewer, corners: Corners, *, cell_deg: float, wanted: CaseFilter, with_cases: bool = True
) -> CaseMap:
    """Cases of a viewport in clusters ``cell_deg`` wide, a lone one with its row (unless not wanted).

    At most three queries, each reading some ten thousand rows however many cases there are; where that does not
    count all of them, ``sample`` says of how many cases one was counted.
    """
    from yicheng.core.cases.queries import mapped

    return mapped.map_cases(viewer, corners, cell_deg=cell_deg, wanted=wanted, with_cases=with_cases)


def cases_in_box(viewer: Viewer, corners: Corners, *, wanted: CaseFilter, limit: int = 50) -> Sequence[Case]:
    """The newest cases of a viewport: what its map shows, as a list. Two queries."""
    from yicheng.core.cases.queries import mapped

    return mapped.cases_in_box(viewer, corners, wanted=wanted, limit=limit)
