"""Fires the timers that are due, in batches: processes go on, the escalation ladder is climbed.

Each case is its own transaction: its row is locked, then its due timers are taken. Two
workers at once share the work (``SKIP LOCKED``); one that is killed leaves its timers due.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from yicheng.core.cases import store
from yicheng.core.cases.actions.complete import wake_case
from yicheng.core.cases.actions.progress import line, subject
from yicheng.core.cases.current import Rung, Settings
from yicheng.core.cases.events import TaskEscalated
from yicheng.core.cases.models import Case, CaseStep, StartedOnce, Task, Timer
from yicheng.core.cases.registry import kinds_by_key
from yicheng.core.cases.steps import ladder
from yicheng.core.events.public import publish
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Refusal
from yicheng.core.notices.public import notify
from yicheng.core.people.declare import RIGHTS
from yicheng.core.people.models import Appointment, Organisation
from yicheng.core.people.public import SYSTEM, account_ids_holding

log = logging.getLogger(__name__)

BATCH = 200
ATTEMPTS = 5
KEY_DAYS = 30

_DUE_CASES = """
SELECT DISTINCT t.case_id FROM (
  SELECT case_id FROM cases_timer WHERE due_at <= %s AND attempts < %s ORDER BY due_at LIMIT %s
) t JOIN cases_case c ON c.id = t.case_id WHERE c.status = 'open'
"""


def fire_due_timers(*, limit: int = BATCH) -> int:
    """Let the timers of up to ``limit`` fire that are due; returns for how many cases something fired."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_DUE_CASES, [now, ATTEMPTS, limit])
        case_ids = [row[0] for row in cursor.fetchall()]
    return sum(_fire_safely(case_id, now) for case_id in case_ids)


def _fire_safely(case_id: int, now: datetime) -> bool:
    try:
        return _fire(case_id, now)
    except Refusal as refusal:
        log.warning("timer of case %d: %s", case_id, refusal)
    except Exception:  # the outermost loop over every case: one fault must not stop the others
        log.exception("timer of case %d failed", case_id)
    _count_attempt(case_id, now)
    return False


def _count_attempt(case_id: int, now: datetime) -> None:
    """Try again a little later each time; after the last attempt the timer stays for an operator to see."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_timer SET attempts = attempts + 1, due_at = %s + interval '5 minutes' * (attempts + 1)"
            " WHERE case_id = %s AND due_at <= %s",
            [now, case_id, now],
        )


def _fire(case_id: int, now: datetime) -> bool:
    """Whoever moves the case right now goes first: it is skipped and comes with the next batch."""
    with transaction.atomic():
        free = Case.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=case_id, status="open")
        if not free.values_list("pk", flat=True).first():
            return False
        due = list(
            Timer.objects.filter(case_id=case_id, due_at__lte=now, attempts__lt=ATTEMPTS).order_by("due_at")
        )
        if not due:
            return False
        case, laid_down = store.lock_case(case_id)
        Timer.objects.filter(pk__in=[timer.pk for timer in due]).delete()
        ladders = [timer for timer in due if timer.kind == Timer.Kind.ESCALATION]
        _escalate(case, ladders, laid_down, now=now)
        if any(timer.kind == Timer.Kind.PROCESS for timer in due):
            wake_case(case_id)
    return True


# ── the ladder ──────────────────────────────────────────────────────────────


def _escalate(case: Case, timers: Sequence[Timer], laid_down: Settings, *, now: datetime) -> None:
    tasks = Task.objects.in_bulk([timer.task_id for timer in timers])
    for timer in timers:
        task = tasks.get(timer.task_id or 0)
        if task and task.status == Task.Status.OPEN:
            _climb(case, task, timer.key, laid_down, now=now)


def _climb(case: Case, task: Task, level: str, laid_down: Settings, *, now: datetime) -> None:
    """From this rung on, all that are reached; the next one waits. A rung no longer laid down is skipped."""
    rungs = ladder(task, case, laid_down)
    levels = [rung.level for _at, rung in rungs]
    for at, rung in rungs[levels.index(level) if level in levels else 0 :]:
        if at > now:
            Timer.objects.create(case=case, task=task, kind="escalation", key=rung.level, due_at=at)
            return
        if level in levels:
            _tell(case, task, rung)


def _tell(case: Case, task: Task, rung: Rung) -> None:
    people = told(task, rung)
    kind = kinds_by_key().get(task.kind)
    title = str(kind.title) if kind else task.kind
    if people:
        late = rung.leg.amount >= 0
        notify(
            "cases.task_late" if late else "cases.task_due_soon",
            people,
            subject=f"task/{task.pk}/{rung.level}",
            link=f"/desk/cases/{case.pk}/",
            values={"number": case.number, "title": case.title, "task": title},
        )
    written = line(SYSTEM, "escalated", note=rung.level, kind=task.kind)
    CaseStep.objects.create(
        case_id=case.pk, at=clock.now(), action=written.action, task_kind=task.kind, stage=case.stage,
        note=written.note, is_public=False,
    )  # fmt: skip
    publish(
        "cases.task_escalated",
        TaskEscalated(case.pk, case.number, task.pk, task.kind, rung.level),
        subject=subject(case),
        division=case.division_code,
    )


def told(task: Task, rung: Rung) -> list[int]:
    """Who is told at this rung: the assignee (else all who may do it), or holders of a role or right, at a level."""
    if rung.tell == "assignee" and task.assignee_id:
        return [task.assignee_id]
    organisation_id = _body(task.organisation_id, rung.where)
    bodies = None if organisation_id is None else [organisation_id]
    if rung.tell == "assignee":
        return account_ids_holding(kinds_by_key()[task.kind].right, organisation_ids=bodies)
    if rung.tell in RIGHTS:
        return account_ids_holding(rung.tell, organisation_ids=bodies)
    return _in_role(rung.tell, organisation_id)


def _in_role(code: str, organisation_id: int | None) -> list[int]:
    """Active accounts appointed to a role, those of the body only where one is given."""
    rows = Appointment.objects.filter(role__code=code, ended_at=None, account__is_active=True)
    if organisation_id is not None:
        rows = rows.filter(account__organisation_id=organisation_id)
    return list(rows.values_list("account_id", flat=True).distinct())


def _body(organisation_id: int | None, where: str) -> int | None:
    if organisation_id is None or where == "city":
        return None
    if where == "above":
        return Organisation.objects.filter(pk=organisation_id).values_list("parent_id", flat=True).first()
    return organisation_id


def forget_old_keys() -> None:
    """Idempotency keys older than a month are of no use."""
    StartedOnce.objects.filter(at__lt=clock.now() - timedelta(days=KEY_DAYS)).delete()
