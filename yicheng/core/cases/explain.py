"""One sentence that explains any due date: what the limit is, by which line, and what moved it."""

from __future__ import annotations


from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yicheng.core.cases.calendar import Leg, Pause
from yicheng.core.cases.current import leg_of, read_hours, settings_now
from yicheng.core.cases.models import Case, CaseClass, ClockChange, Limit, Task, WorkingHours


def explain_due(case: Case, task: Task | None = None) -> str:
    """Why a case (or one of its tasks) is due when it is, in the reader's language."""
    limit = _limit(case, task)
    due = task.due_at if task else case.due_at
    begin = (task.opened_at if task and task.limit_id else None) or case.counted_from or case.opened_at
    if due is None or limit is None:
        return _("No time limit is laid down for this class, place and severity, so nothing is due.")
    parts = [
        _("Due %(due)s: %(amount)s from %(begin)s, laid down for %(scope)s (limits of version %(version)s)")
        % {
            "due": _moment(due),
            "amount": amount_text(leg_of(limit.amount, limit.unit)),
            "begin": _moment(begin),
            "scope": _scope(limit),
            "version": limit.table.version,
        }
    ]
    parts += _working(limit)
    parts += _changes(case, begin)
    text = _("; ").join(parts)
    if case.status == Case.Status.SUSPENDED:
        return _("%(text)s; the clock stands still now.") % {"text": text}
    return _("%(text)s.") % {"text": text}


def _limit(case: Case, task: Task | None) -> Limit | None:
    limit_id = (task.limit_id if task else None) or case.limit_id
    return Limit.objects.select_related("table").filter(pk=limit_id).first() if limit_id else None


def amount_text(leg: Leg) -> str:
    """An amount of time in words: 2 working days."""
    number = int(leg.amount) if leg.amount == int(leg.amount) else leg.amount
    count = int(leg.amount) if number == int(leg.amount) else 2
    texts = {
        "hour": ngettext("%(number)s hour", "%(number)s hours", count),
        "day": ngettext("%(number)s day", "%(number)s days", count),
        "work_hour": ngettext("%(number)s working hour", "%(number)s working hours", count),
        "work_day": ngettext("%(number)s working day", "%(number)s working days", count),
    }
    return texts[leg.unit] % {"number": formats.number_format(number)}


def _scope(limit: Limit) -> str:
    names = []
    if limit.class_code:
        found = CaseClass.objects.filter(pk=limit.class_code).first()
        names.append(_("class “%(name)s”") % {"name": found.name if found else limit.class_code})
    if limit.zone:
        names.append(_("zone %(zone)s") % {"zone": limit.zone})
    if limit.severity is not None:
        names.append(_("severity %(severity)s") % {"severity": limit.severity})
    if limit.task:
        names.append(_("the step “%(task)s”") % {"task": _task_title(limit.task)})
    return _(", ").join(names) or _("all cases")


def _task_title(key: str) -> str:
    from yicheng.core.cases.registry import kinds_by_key

    kind = kinds_by_key().get(key)
    return str(kind.title) if kind else key


def _working(limit: Limit) -> list[str]:
    if not limit.unit.startswith("work"):
        return [_("every hour counts, day and night")]
    hours = _hours_of_week()
    return [_("only working hours count (%(hours)s)") % {"hours": hours}]


def _hours_of_week() -> str:
    """The hours of an ordinary working day."""
    row = WorkingHours.objects.filter(day=None).exclude(hours="").order_by("weekday").first()
    if row is not None:
        parts = read_hours(row.hours)
    else:
        week = settings_now().calendar.week
        parts = tuple(next(part for part in week.values() if part))
    return _(", ").join(f"{part.begin:%H:%M}–{part.end:%H:%M}" for part in parts)


def _changes(case: Case, begin: datetime) -> list[str]:
    rows = list(
        ClockChange.objects.filter(case_id=case.pk, status__in=["granted", "ended"]).order_by("decided_at")
    )
    texts = [
        _pause_text(Pause(row.decided_at, row.ended_at), row.reason) for row in rows if _is_pause(row, begin)
    ]
    texts += [
        _extension_text(row) for row in rows if row.kind == "extension" and _after(row.decided_at, begin)
    ]
    return texts


def _is_pause(row: ClockChange, begin: datetime) -> bool:
    return row.kind == ClockChange.Kind.PAUSE and (row.ended_at is None or row.ended_at > begin)


def _after(moment: datetime | None, begin: datetime) -> bool:
    return moment is not None and moment >= begin


def _pause_text(pause: Pause, reason: str) -> str:
    if pause.end is None:
        return _("stopped since %(begin)s (%(reason)s)") % {"begin": _moment(pause.begin), "reason": reason}
    return _("stopped from %(begin)s to %(end)s (%(reason)s)") % {
        "begin": _moment(pause.begin),
        "end": _moment(pause.end),
        "reason": reason,
    }


def _extension_text(row: ClockChange) -> str:
    return _("extended by %(amount)s (%(reason)s)") % {
        "amount": amount_text(leg_of(row.amount, row.unit)),
        "reason": row.reason,
    }


def _moment(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
