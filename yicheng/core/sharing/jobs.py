"""What runs by the clock and without end: places in the log, room for receipts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.events.declare import Job, Loop
from yicheng.core.journal.partitions import ensure_partitions
from yicheng.core.sharing.receipts.log import sequence


def keep_partitions() -> None:
    """Make the months ahead."""
    ensure_partitions(("sharing_receipt",))


JOBS = (Job("sharing.keep_partitions", _("Make room for receipts"), "13 2 * * *", keep_partitions),)
LOOPS = (Loop("sharing.sequence", _("Give receipts their places in the log"), sequence),)
