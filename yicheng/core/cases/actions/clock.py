"""Stops the clock and gives more time: asked for with a reason, decided by somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases import store
from yicheng.core.cases.actions.assign import add_lines
from yicheng.core.cases.actions.progress import (
    pauses_of,
    require_manage,
    require_part,
    require_running,
    subject,
    tell_change,
)
from yicheng.core.cases.calendar import UNITS, Leg, Pause, due_at
from yicheng.core.cases.current import Settings, leg_of
from yicheng.core.cases.models import Case, ClockChange, Limit, Task, Timer
from yicheng.core.cases.steps import next_rungs
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid
from yicheng.core.people.public import Viewer

LONGEST = 365


def ask_pause(viewer: Viewer, case_id: int, *, reason: str) -> ClockChange:
    """Ask that the clock of a case be stopped; it runs on until somebody grants it."""
    return _ask(viewer, case_id, ClockChange(kind=ClockChange.Kind.PAUSE, reason=reason))


def ask_extension(viewer: Viewer, case_id: int, *, amount: Decimal, unit: str, reason: str) -> ClockChange:
    """Ask for more time for a case and its open tasks."""
    if unit not in UNITS or not 0 < amount <= LONGEST:
        raise Invalid(
            _("More time is given as a number up to %(limit)s of hours or days."),
            fields={"amount": _("Give a number and a unit.")},
            limit=LONGEST,
        )
    wanted = ClockChange(kind=ClockChange.Kind.EXTENSION, reason=reason, amount=amount, unit=unit)
    return _ask(viewer, case_id, wanted)


def _ask(viewer: Viewer, case_id: int, wanted: ClockChange) -> ClockChange:
    if not wanted.reason.strip():
        raise Invalid(_("Say why."), fields={"reason": _("A reason is needed.")})
    moment = clock.now()
    with transaction.atomic():
        case, _laid_down = store.lock_case(case_id)
        require_running(case)
        require_part(viewer, case, store.open_tasks(case_id)[0])
        wanted.case_id, wanted.asked_by_id, wanted.asked_at = case_id, viewer.account_id, moment
        try:
            with transaction.atomic():
                wanted.save()
        except IntegrityError:
            raise Conflict(_("The same has been asked for and is not decided yet.")) from None
        _note(viewer, case, f"{wanted.kind}_asked", wanted.reason, moment=moment)
    return wanted


def decide_clock_change(viewer: Viewer, change_id: int, *, grant: bool, note: str = "") -> ClockChange:
    """Grant or refuse what somebody else asked for."""
    moment = clock.now()
    with transaction.atomic():
        asked = ClockChange.objects.filter(pk=change_id).first()
        case, laid_down = store.lock_case(asked.case_id if asked else 0)
        require_manage(viewer, case, "cases.decide_clock")
        asked = ClockChange.objects.get(pk=change_id)
        _require_decidable(viewer, asked)
        require_running(case)
        asked.status = ClockChange.Status.GRANTED if grant else ClockChange.Status.REFUSED
        asked.decided_by_id, asked.decided_at, asked.decision_note = viewer.account_id, moment, note
        asked.save()
        if grant:
            _apply(case, asked, laid_down)
        _note(viewer, case, f"{asked.kind}_{asked.status}", note, moment=moment)
    return asked


def _require_decidable(viewer: Viewer, asked: ClockChange) -> None:
    if asked.status != ClockChange.Status.ASKED:
        raise Conflict(_("This has been decided already."))
    if asked.asked_by_id == viewer.account_id:
        raise Forbidden(_("Somebody else must decide on what you asked for."))


def _apply(case: Case, granted: ClockChange, laid_down: Settings) -> None:
    if granted.kind == ClockChange.Kind.PAUSE:
        case.status = Case.Status.SUSPENDED
        Case.objects.filter(pk=case.pk).update(status=case.status)
    else:
        recount(case, laid_down)


def resume_case(viewer: Viewer, case_id: int, *, note: str = "") -> Case:
    """Let the clock of a suspended case run again; due times move by the time it stood."""
    moment = clock.now()
    with transaction.atomic():
        case, laid_down = store.lock_case(case_id)
        require_part(viewer, case, store.open_tasks(case_id)[0])
        if case.status != Case.Status.SUSPENDED:
            raise Conflict(_("Case %(number)s is not suspended."), number=case.number)
        ClockChange.objects.filter(case_id=case_id, kind="pause", status="granted").update(
            status=ClockChange.Status.ENDED, ended_at=moment
        )
        case.status = Case.Status.OPEN
        recount(case, laid_down)
        _note(viewer, case, "resumed", note, moment=moment)
    return case


def recount(case: Case, laid_down: Settings) -> None:
    """Count the due times of a locked case and its open tasks anew, with all pauses and extensions."""
    pauses, more = pauses_of(case), extensions_of(case)
    tasks = store.open_tasks(case.pk)[0]
    limits = Limit.objects.in_bulk(
        {limit for limit in [case.limit_id, *(t.limit_id for t in tasks)] if limit}
    )
    begin = case.counted_from or case.opened_at
    case.due_at = _due(laid_down, begin, own_limit(case) or limits.get(case.limit_id or 0), pauses, more)
    Case.objects.filter(pk=case.pk).update(status=case.status, due_at=case.due_at)
    for task in tasks:
        if task.limit_id:
            task.due_at = _due(laid_down, task.opened_at, limits.get(task.limit_id), pauses, more)
        else:
            task.due_at = case.due_at
    Task.objects.bulk_update(tasks, ["due_at"])
    _renew_rungs(case, tasks, laid_down)


def own_limit(case: Case) -> Limit | None:
    """The case's own working days as a limit; None where the table counts."""
    if case.limit_days is None:
        return None
    return Limit(amount=Decimal(case.limit_days), unit="work_day")


def extensions_of(case: Case) -> list[tuple[datetime, Leg]]:
    """The extensions granted since the case's clock began, with their moments."""
    rows = ClockChange.objects.filter(case_id=case.pk, kind="extension", status="granted").order_by(
        "decided_at"
    )
    return [(row.decided_at, leg_of(row.amount, row.unit)) for row in rows if row.decided_at]


def _due(
    laid_down: Settings,
    begin: datetime,
    limit: Limit | None,
    pauses: Sequence[Pause],
    more: Sequence[tuple[datetime, Leg]],
) -> datetime | None:
    if limit is None:
        return None
    legs = [leg_of(limit.amount, limit.unit), *(leg for at, leg in more if at >= begin)]
    return due_at(laid_down.calendar, begin, legs, pauses)


def _renew_rungs(case: Case, tasks: Sequence[Task], laid_down: Settings) -> None:
    """The ladder moves with the due time; rungs that were reached are not reached again."""
    Timer.objects.filter(case_id=case.pk, kind=Timer.Kind.ESCALATION).delete()
    by_engine = {task.engine_id: task.pk for task in tasks}
    Timer.objects.bulk_create(
        Timer(
            case_id=case.pk,
            task_id=by_engine[row["engine_id"]],
            kind="escalation",
            key=row["key"],
            due_at=row["due_at"],
        )
        for row in next_rungs(tasks, case, laid_down, after=clock.now())
    )


def _note(viewer: Viewer, case: Case, action: str, note: str, *, moment: datetime) -> None:
    add_lines(viewer, case, [(action, note, "")], moment=moment)
    record(viewer, action=f"cases.{action}", subject=subject(case), division=case.division_code)
    tell_change(case, action)
