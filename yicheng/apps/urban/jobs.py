"""What urban management does by the clock."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.actions.imports import forget_rows
from yicheng.apps.urban.actions.patrols import forget_shifts
from yicheng.apps.urban.decision import following
from yicheng.apps.urban.personal import forget_contacts
from yicheng.core.events.declare import Job


def forget_old_shifts() -> None:
    """Nightly."""
    forget_shifts()


def forget_import_rows() -> None:
    """Nightly."""
    forget_rows()


def forget_old_contacts() -> None:
    """Nightly."""
    forget_contacts()


JOBS = (
    Job(
        "urban.forget_shifts", _("Delete who patrolled what after its time"), "20 3 * * *", forget_old_shifts
    ),
    Job("urban.forget_import_rows", _("Delete rows of old imports"), "35 3 * * *", forget_import_rows),
    Job("urban.forget_contacts", _("Delete how to reach reporters"), "45 3 * * *", forget_old_contacts),
    *following.JOBS,
)
