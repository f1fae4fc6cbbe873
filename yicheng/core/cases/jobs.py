"""What happens to cases by the clock: timers that are due, keys that are old."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.firing import fire_due_timers, forget_old_keys
from yicheng.core.events.declare import Job


def _fire() -> None:
    fire_due_timers()


JOBS = (
    Job("cases.fire_timers", _("Let the timers of cases fire"), "* * * * * */5", _fire),
    Job("cases.forget_keys", _("Forget keys of cases sent twice"), "17 3 * * *", forget_old_keys),
)
