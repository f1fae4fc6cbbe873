"""Everything somebody can do to a case, a task, or what is laid down about them. One action, one transaction."""

from yicheng.core.cases.actions.assign import assign_task, claim_task, release_task, transfer_task
from yicheng.core.cases.actions.clock import ask_extension, ask_pause, decide_clock_change, resume_case
from yicheng.core.cases.actions.complete import complete_task, deliver_message, wake_case
from yicheng.core.cases.actions.course import cancel_case, reopen_case, send_back
from yicheng.core.cases.actions.merge import merge_case
from yicheng.core.cases.actions.split import split_task
from yicheng.core.cases.actions.start import start_case

__all__ = [
    "ask_extension",
    "ask_pause",
    "assign_task",
    "cancel_case",
    "claim_task",
    "complete_task",
    "decide_clock_change",
    "deliver_message",
    "merge_case",
    "release_task",
    "reopen_case",
    "resume_case",
    "send_back",
    "split_task",
    "start_case",
    "transfer_task",
    "wake_case",
]
