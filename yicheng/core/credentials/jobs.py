"""What runs by the clock: room for the log of uses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.licences.jobs import LICENCE_JOBS
from yicheng.core.events.declare import Job
from yicheng.core.journal.partitions import ensure_partitions


def keep_partitions() -> None:
    """Make the months ahead."""
    ensure_partitions(("credentials_seal_use",))


JOBS = (
    Job("credentials.keep_partitions", _("Make room for the log of seals"), "17 2 * * *", keep_partitions),
    *LICENCE_JOBS,
)
