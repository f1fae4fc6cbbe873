"""What runs by the clock: due times of rules, escalation, the end of shelving, what is usual, room for history."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.alerts.actions.clockwork import climb, end_shelving
from yicheng.core.alerts.evaluation.deadlines import run_due
from yicheng.core.alerts.evaluation.learning import learn_all
from yicheng.core.journal.partitions import ensure_partitions
from yicheng.core.kernel.schedule import Job, Loop


def look() -> None:
    """Alerts that nobody answered, and those whose time on the shelf is over."""
    climb()
    end_shelving()


def keep_room() -> None:
    """Monthly partitions of the history, well ahead."""
    ensure_partitions(("alerts_transition",))


LOOPS = (Loop("alerts.due", _("Let due times of alert rules pass"), run_due),)
JOBS = (
    Job("alerts.look", _("Let alerts escalate and come back from the shelf"), "* * * * * */10", look),
    Job("alerts.learn", _("Learn what is usual of series"), "23 1 * * *", learn_all),
    Job("alerts.keep_room", _("Make room for the history of alerts"), "19 2 * * *", keep_room),
)
