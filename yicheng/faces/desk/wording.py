"""How cases and tasks read on the desk: due times, severity, status, stages, what happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from yicheng.core.cases.declare import PROCESSES, TaskKind
from yicheng.core.kernel import clock
from yicheng.core.web.public import badge, icon

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case, Task

SOON = timedelta(hours=4)
SEVERITIES: Mapping[int, tuple[str | Promise, str]] = {
    1: (pgettext_lazy("severity", "Urgent"), "bad"),
    2: (pgettext_lazy("severity", "Normal"), ""),
    3: (pgettext_lazy("severity", "Minor"), "outline"),
}
STATUSES: Mapping[str, tuple[str | Promise, str]] = {
    "open": (pgettext_lazy("case status", "Open"), "info"),
    "suspended": (pgettext_lazy("case status", "Suspended"), "warn"),
    "closed": (pgettext_lazy("case status", "Closed"), "good"),
    "cancelled": (pgettext_lazy("case status", "Cancelled"), "outline"),
    "merged": (pgettext_lazy("case status", "Merged"), "outline"),
}
HAPPENED: Mapping[str, str | Promise] = {
    "started": pgettext_lazy("case history", "Opened"),
    "completed": pgettext_lazy("case history", "Done"),
    "claimed": pgettext_lazy("case history", "Taken"),
    "released": pgettext_lazy("case history", "Put back"),
    "assigned": pgettext_lazy("case history", "Handed to a colleague"),
    "transferred": pgettext_lazy("case history", "Passed to another body"),
    "sent_back": pgettext_lazy("case history", "Sent back"),
    "split": pgettext_lazy("case history", "Split among bodies"),
    "merged": pgettext_lazy("case history", "Merged into another case"),
    "absorbed": pgettext_lazy("case history", "Took in a duplicate"),
    "reopened": pgettext_lazy("case history", "Opened again"),
    "cancelled": pgettext_lazy("case history", "Cancelled"),
    "closed": pgettext_lazy("case history", "Closed"),
    "pause_asked": pgettext_lazy("case history", "Asked to stop the clock"),
    "pause_granted": pgettext_lazy("case history", "Clock stopped"),
    "pause_refused": pgettext_lazy("case history", "Stopping the clock refused"),
    "extension_asked": pgettext_lazy("case history", "Asked for more time"),
    "extension_granted": pgettext_lazy("case history", "More time given"),
    "extension_refused": pgettext_lazy("case history", "More time refused"),
    "resumed": pgettext_lazy("case history", "Clock runs again"),
    "escalated": pgettext_lazy("case history", "Reported upwards"),
    "timer": pgettext_lazy("case history", "Went on when its time was up"),
    "message": pgettext_lazy("case history", "Went on when a message came in"),
    "reassigned": pgettext_lazy("case history", "Given to another body"),
    "noted": pgettext_lazy("case history", "Remark"),
}


def due_words(due_at: datetime | None) -> SafeString:
    """How far the due time is, in words; the exact time when pointed at."""
    if due_at is None:
        return format_html('<span class="muted">{}</span>', _("no limit"))
    now = clock.now()
    late, soon = due_at < now, due_at - now < SOON
    words = _("overdue by %(time)s") if late else pgettext("due", "in %(time)s")
    distance = _distance(_whole(due_at - now), timezone.localdate(now), get_language() or "")
    exact = date_format(timezone.localtime(due_at), "SHORT_DATETIME_FORMAT")
    tone = " due--late" if late else " due--soon" if soon else ""
    picture = icon("alarm-clock") if late or soon else SafeString("")
    return format_html(
        '<span class="due nowrap{}" title="{}">{}{}</span>', tone, exact, picture, words % {"time": distance}
    )


def _whole(distance: timedelta) -> timedelta:
    """A distance as people say it: in whole days, hours or minutes, whichever is the largest that fits."""
    length = abs(distance)
    for unit in (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)):
        if length >= unit:
            return length // unit * unit * (1 if distance > timedelta() else -1)
    return timedelta()


@lru_cache(maxsize=4096)
def _distance(distance: timedelta, today: date, _language: str) -> str:
    """A whole distance from today in words; a list has many that are alike."""
    now = datetime.combine(today, time(12))
    begin, end = sorted((now, now + distance))
    return timesince(begin, end, depth=1)


def severity_badge(severity: int) -> SafeString:
    """Urgent and minor in words; normal needs none in a list."""
    text, tone = SEVERITIES.get(severity, (str(severity), ""))
    return badge(text, tone)


def status_badge(case: Case) -> SafeString:
    """Whether the case is open, and if so, nothing more than its stage says."""
    text, tone = STATUSES.get(case.status, (case.status, ""))
    return badge(text, tone)


def stage_title(process: str, stage: str) -> str:
    """A stage's title; its key where the application is gone."""
    if process not in PROCESSES:
        return stage
    return str(PROCESSES.get(process).stages.get(stage, stage))


def stage_steps(case: Case) -> list[dict[str, Any]]:
    """The process's stages with where this case stands."""
    if case.process not in PROCESSES:
        return []
    stages = list(PROCESSES.get(case.process).stages.items())
    keys = [key for key, _title in stages]
    at = keys.index(case.stage) if case.stage in keys else 0
    is_over = case.status in ("closed", "cancelled", "merged")
    found = []
    for number, (_key, title) in enumerate(stages):
        state = "done" if number < at or (is_over and number <= at) else "now" if number == at else ""
        found.append({"title": title, "state": state})
    return found


def task_kind(key: str) -> TaskKind | None:
    """The declared kind of a task, None where its application is gone."""
    for process in PROCESSES:
        for kind in process.tasks:
            if kind.key == key:
                return kind
    return None


def task_title(task: Task) -> str:
    """What has to be done."""
    kind = task_kind(task.kind)
    return str(kind.title) if kind else task.kind


def outcome_title(kind_key: str, outcome: str) -> str:
    """How a task ended, in its kind's words."""
    kind = task_kind(kind_key)
    found = next((one.title for one in kind.outcomes if one.key == outcome), "") if kind else ""
    return str(found)


def happened(action: str) -> str:
    """A line of the history in words."""
    return str(HAPPENED.get(action, action.replace("_", " ")))


def case_address(case_id: int) -> str:
    """Where the case's page is; asked for every row of a list."""
    return _case_address().replace("/0/", f"/{case_id}/")


@cache
def _case_address() -> str:
    return reverse("desk.case", args=[0])
