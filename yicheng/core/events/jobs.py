"""What this package runs by the clock."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.events.actions import retry_due
from yicheng.core.events.declare import Job


def retry() -> None:
    """Try parked events again whose time has come."""
    retry_due()


JOBS = (Job(key="events.retry", title=_("Try failed events again"), cron="* * * * *", run=retry),)
