"""What people are told about the time limits of tasks."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.notices.declare import NoticeKind

NOTICES = (
    NoticeKind(
        "cases.task_due_soon",
        _("A task is due soon"),
        _("“%(task)s” of case %(number)s (%(title)s) is due soon."),
    ),
    NoticeKind(
        "cases.task_late",
        _("A task is overdue"),
        _("“%(task)s” of case %(number)s (%(title)s) is overdue."),
        urgent=True,
    ),
)
