"""Work lists and case lists as querysets: scopes first, then filters that indexes serve."""

from __future__ import annotations

from typing import Any, Literal

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.current import settings_now
from yicheng.core.cases.models import Case, Task
from yicheng.core.cases.queries.scopes import division_q, visible, with_county, workable
from yicheng.core.cases.registry import kinds_by_key
from yicheng.core.kernel import search
from yicheng.core.people.public import Viewer

Desk = Literal["mine", "department", "unclaimed"]
#: the desks of a work list, in order of the page
DESKS: dict[Desk, Any] = {
    "department": _("My department's"),
    "mine": _("My own"),
    "unclaimed": _("Nobody's yet"),
}


def tasks_for(viewer: Viewer, *, desk: Desk = "department") -> QuerySet[Task]:
    """Open tasks this viewer may do, with case, class, body and assignee; order by ``sort_at, id``.

    Overdue ones come first by that order; tasks of suspended cases are among them.
    """
    rows = with_county(Task.objects.filter(status=Task.Status.OPEN)).filter(workable(viewer))
    if desk == "mine":
        rows = rows.filter(assignee_id=viewer.account_id or 0)
    elif desk == "unclaimed":
        rows = rows.filter(assignee_id=None)
    return rows.select_related("case", "case__case_class", "organisation", "assignee").defer("case__search")


def task_counts(viewer: Viewer, *, most: int) -> dict[Desk, int]:
    """How many tasks each desk has, counted up to ``most``. One query, whatever the desks."""
    parts: list[str] = []
    values: list[Any] = []
    for desk in DESKS:
        ids = tasks_for(viewer, desk=desk).order_by().values("pk")[:most]
        try:
            sql, parameters = ids.query.sql_with_params()
        except EmptyResultSet:  # nothing this viewer may do
            sql, parameters = "SELECT WHERE false", ()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS {desk})")  # noqa: S608  as Django made it
        values += parameters
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return dict(zip(DESKS, cursor.fetchone(), strict=True))


def cases_for(viewer: Viewer) -> QuerySet[Case]:
    """The cases this viewer may see, with class and body; order by ``-id`` (newest first)."""
    rows = with_county(Case.objects.all()).filter(visible(viewer))
    return rows.select_related("case_class", "organisation").defer("search", "description")


def with_words(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Cases, or tasks of cases, in whose number, title, address or description the words occur."""
    return _with_words(rows, text, "cases_case.search @@ %s::tsquery")


def scan_words(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """``with_words`` row by row, without the index: quick where few rows are looked at or most fit."""
    return _with_words(rows, text, "ts_match_vq(cases_case.search, %s::tsquery)")


def _with_words(rows: QuerySet[Any], text: str, condition: str) -> QuerySet[Any]:
    sought = search.query(text)
    if not sought:
        return rows
    found = RawSQL(condition, [sought], output_field=BooleanField())  # noqa: S611
    if rows.model is Task:
        rows = rows.filter(case__number__gt="")  # a count drops joins that only select_related asked for
    return rows.filter(found)


def in_class(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    """Of a class or one below it."""
    codes = classes_below(code)
    return rows.filter(class_code__in=codes) if rows.model is Task else rows.filter(case_class_id__in=codes)


def classes_below(code: str) -> list[str]:
    parents = settings_now().parents
    found, fresh = [code], [code]
    while fresh:
        fresh = [child for child, parent in parents.items() if parent in fresh and child not in found]
        found += fresh
    return found


def in_division(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    """In a division and what lies in it."""
    return rows.filter(division_q(code))


def narrow_tasks(rows: QuerySet[Task], **wanted: str) -> QuerySet[Task]:
    """Tasks by the columns a work list filters by: class, division, severity, stage, source, kind, words.

    Raises ``ValueError`` for a severity that is no number. Unknown names are refused with ``KeyError``.
    """
    for name, value in wanted.items():
        if value:
            rows = _TASK_FILTERS[name](rows, value)
    return rows


def _kinds_in_stage(stage: str) -> list[str]:
    """The kinds of tasks that are open in a stage: they stand in the task's own row, the stage in the case's."""
    return [kind.key for kind in kinds_by_key().values() if kind.stage == stage]


_TASK_FILTERS: dict[str, Any] = {
    "class_code": in_class,
    "division": in_division,
    "severity": lambda rows, value: rows.filter(severity=int(value)),
    "stage": lambda rows, value: rows.filter(kind__in=_kinds_in_stage(value)),
    "source": lambda rows, value: rows.filter(case__source=value),
    "status": lambda rows, value: rows.filter(case__status=value),
    "kind": lambda rows, value: rows.filter(kind=value),
    "opened_from": lambda rows, value: rows.filter(opened_at__gte=value),
    "opened_to": lambda rows, value: rows.filter(opened_at__lte=value),
    "words": with_words,
}
