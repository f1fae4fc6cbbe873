"""What people and desks do with applications: one module a stage."""

from yicheng.core.services.actions.applications.drafting import (
    add_material,
    attach_answer_files,
    begin_application,
    discard_draft,
    drop_file,
    save_answers,
    set_delivery,
)
from yicheng.core.services.actions.applications.ending import (
    ask_signature,
    deliver,
    drop_signature,
    sign,
    withdraw_application,
)
from yicheng.core.services.actions.applications.missing import ask_for_missing, check_material, supplement
from yicheng.core.services.actions.applications.submitting import Incomplete, submit_application

__all__ = [
    "Incomplete",
    "add_material",
    "ask_for_missing",
    "ask_signature",
    "attach_answer_files",
    "begin_application",
    "check_material",
    "deliver",
    "discard_draft",
    "drop_file",
    "drop_signature",
    "save_answers",
    "set_delivery",
    "sign",
    "submit_application",
    "supplement",
    "withdraw_application",
]
