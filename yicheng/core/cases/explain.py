"""One sentence that explains any due date: what the limit is, by which line, and what moved it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yicheng.core.cases.calendar import Leg
from yicheng.core.cases.current import Settings, leg_of, settings_now
from yicheng.core.cases.models import Case, ClockChange, Limit, Task
from yicheng.core.cases.registry import kinds_by_key


def explain_due(case: Case, task: Task | None = None) -> str:
    """Why a case (or one of its tasks) is due when it is, in the reader's language."""
    changes = list(ClockChange.objects.filter(case_id=case.pk).order_by("id"))
    case_text, task_texts = explain_case(case, [task] if task else [], changes)
    return task_texts[task.pk] if task else case_text


def explain_case(
    case: Case, tasks: Sequence[Task], changes: Sequence[ClockChange]
) -> tuple[str, Mapping[int, str]]:
    """The sentence of a case and those of its tasks by id: two queries however many."""
    wanted = {limit_id for limit_id in (case.limit_id, *(task.limit_id for task in tasks)) if limit_id}
    limits = Limit.objects.select_related("table").in_bulk(wanted)
    told = _Told(case, settings_now(), [one for one in changes if one.status in ("granted", "ended")])
    begin = case.counted_from or case.opened_at
    whole = told.sentence(case.due_at, limits.get(case.limit_id or 0), begin)
    return whole, {
        task.pk: told.sentence(
            task.due_at,
            limits.get(task.limit_id or case.limit_id or 0),
            task.opened_at if task.limit_id else begin,
        )
        for task in tasks
    }


def amount_text(leg: Leg) -> str:
    """An amount of time in words: 2 working days."""
    whole = leg.amount == int(leg.amount)
    count = int(leg.amount) if whole else 2
    texts = {
        "hour": ngettext("%(number)s hour", "%(number)s hours", count),
        "day": ngettext("%(number)s day", "%(number)s days", count),
        "work_hour": ngettext("%(number)s working hour", "%(number)s working hours", count),
        "work_day": ngettext("%(number)s working day", "%(number)s working days", count),
    }
    return texts[leg.unit] % {"number": formats.number_format(count if whole else leg.amount)}


class _Told:
    """What the sentences of one case have in common."""

    def __init__(self, case: Case, laid_down: Settings, changes: Sequence[ClockChange]) -> None:
        self.case, self.laid_down, self.changes = case, laid_down, changes

    def sentence(self, due: datetime | None, limit: Limit | None, begin: datetime) -> str:
        if due is not None and limit is None and self.case.limit_days is not None:
            return self._own(due, begin)
        if due is None or limit is None:
            return _("No time limit is laid down for this class, place and severity, so nothing is due.")
        values = {
            "due": _moment(due),
            "amount": amount_text(leg_of(limit.amount, limit.unit)),
            "begin": _moment(begin),
            "scope": self._scope(limit),
            "version": limit.table.version,
        }
        first = _(
            "Due %(due)s: %(amount)s from %(begin)s, laid down for %(scope)s (limits of version %(version)s)"
        )
        return self._ended(_("; ").join([first % values, self._counting(limit), *self._moved(begin)]))

    def _own(self, due: datetime, begin: datetime) -> str:
        """The case has working days of its own."""
        leg = Leg(float(self.case.limit_days or 0), "work_day")
        values = {"due": _moment(due), "amount": amount_text(leg), "begin": _moment(begin)}
        first = _("Due %(due)s: %(amount)s from %(begin)s, promised for this matter") % values
        return self._ended(_("; ").join([first, *self._moved(begin)]))

    def _ended(self, text: str) -> str:
        if self.case.status == Case.Status.SUSPENDED:
            return _("%(text)s; the clock stands still now.") % {"text": text}
        return _("%(text)s.") % {"text": text}

    def _scope(self, limit: Limit) -> str:
        names = []
        if limit.class_code:
            name = self.laid_down.class_names.get(limit.class_code, limit.class_code)
            names.append(_("class “%(name)s”") % {"name": name})
        if limit.zone:
            names.append(_("zone %(zone)s") % {"zone": limit.zone})
        if limit.severity is not None:
            names.append(_("severity %(severity)s") % {"severity": limit.severity})
        if limit.task:
            kind = kinds_by_key().get(limit.task)
            names.append(_("the step “%(task)s”") % {"task": kind.title if kind else limit.task})
        return _(", ").join(names) or _("all cases")

    def _counting(self, limit: Limit) -> str:
        if not limit.unit.startswith("work"):
            return _("every hour counts, day and night")
        hours = next(part for part in self.laid_down.calendar.week.values() if part)
        text = _(", ").join(f"{part.begin:%H:%M}–{part.end:%H:%M}" for part in hours)
        return _("only working hours count (%(hours)s)") % {"hours": text}

    def _moved(self, begin: datetime) -> Iterable[str]:
        for one in self.changes:
            if one.kind == ClockChange.Kind.PAUSE and (one.ended_at is None or one.ended_at > begin):
                yield _pause_text(one)
            elif one.kind == ClockChange.Kind.EXTENSION and one.decided_at and one.decided_at >= begin:
                amount = amount_text(leg_of(one.amount, one.unit))
                yield _("extended by %(amount)s (%(reason)s)") % {"amount": amount, "reason": one.reason}


def _pause_text(pause: ClockChange) -> str:
    values = {"begin": _moment(pause.decided_at or pause.asked_at), "reason": pause.reason}
    if pause.ended_at is None:
        return _("stopped since %(begin)s (%(reason)s)") % values
    values["end"] = _moment(pause.ended_at)
    return _("stopped from %(begin)s to %(end)s (%(reason)s)") % values


def _moment(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
