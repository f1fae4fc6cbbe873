"""Everything that is read about cases. The first argument is who asks."""

from yicheng.core.cases.queries.detail import CaseDetail, case_detail, case_history, similar_cases, task_to_do
from yicheng.core.cases.queries.lists import (
    DESKS,
    cases_for,
    in_class,
    in_division,
    narrow_tasks,
    scan_words,
    task_counts,
    tasks_for,
    with_words,
)
from yicheng.core.cases.queries.scopes import may_view, visible

__all__ = [
    "DESKS",
    "CaseDetail",
    "case_detail",
    "case_history",
    "cases_for",
    "in_class",
    "in_division",
    "may_view",
    "narrow_tasks",
    "scan_words",
    "similar_cases",
    "task_counts",
    "task_to_do",
    "tasks_for",
    "visible",
    "with_words",
]
