"""Stands in until ``cases.public`` offers these itself: one place to change."""

from yicheng.core.cases.actions.assign import assign_task, claim_task, release_task, transfer_task
from yicheng.core.cases.actions.clock import ask_extension, ask_pause, decide_clock_change, resume_case
from yicheng.core.cases.actions.course import cancel_case, reopen_case, send_back
from yicheng.core.cases.actions.merge import merge_case
from yicheng.core.cases.actions.split import split_task
from yicheng.core.cases.public import complete_task
from yicheng.core.cases.queries import (
    DESKS,
    CaseDetail,
    case_detail,
    cases_for,
    in_class,
    in_division,
    narrow_tasks,
    tasks_for,
    with_words,
)
from yicheng.core.people.public import Viewer

__all__ = [
    "DESKS",
    "CaseDetail",
    "ask_extension",
    "ask_pause",
    "assign_task",
    "cancel_case",
    "case_detail",
    "case_diagram",
    "cases_for",
    "claim_task",
    "complete_task",
    "decide_clock_change",
    "in_class",
    "in_division",
    "merge_case",
    "narrow_tasks",
    "release_task",
    "reopen_case",
    "resume_case",
    "send_back",
    "split_task",
    "tasks_for",
    "transfer_task",
    "with_words",
]


def case_diagram(viewer: Viewer, case_id: int) -> str:
    """The BPMN source that a case runs on, "" where it follows none; raises ``NotFound``."""
    version = case_detail(viewer, case_id).case.version
    files = version.files if version else {}
    return next((source for name, source in sorted(files.items()) if name.endswith(".bpmn")), "")
