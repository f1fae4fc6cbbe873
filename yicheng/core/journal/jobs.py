"""What runs by the clock: partitions ahead, retention, and the sweeping of what nobody needs."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yicheng.core.journal import attachments, partitions
from yicheng.core.kernel.schedule import Job


def keep_partitions() -> None:
    """Make partitions ahead; drop months whose retention is over (``JOURNAL_MONTHS``; None keeps all)."""
    partitions.ensure_partitions()
    if settings.JOURNAL_MONTHS is not None:
        for table in partitions.TABLES:
            partitions.drop_partitions(table, months_kept=settings.JOURNAL_MONTHS)


def sweep_files() -> None:
    """Delete received files that were never attached."""
    attachments.sweep()


JOBS = (
    Job("journal.keep_partitions", _("Make room for records"), "11 2 * * *", keep_partitions),
    Job("journal.sweep_files", _("Delete files that were never attached"), "41 2 * * *", sweep_files),
)
