"""What runs by the clock in government services: retention."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.events.declare import Job
from yicheng.core.services.personal import drop_old_drafts, forget_old_answers


def sweep_applications() -> None:
    """Throw away old drafts, forget old answers."""
    drop_old_drafts()
    forget_old_answers()


JOBS = (
    Job("services.sweep", _("Throw away old drafts, forget old answers"), "41 3 * * *", sweep_applications),
)
