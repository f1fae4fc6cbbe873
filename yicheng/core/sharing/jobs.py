"""What runs by the clock and without end: places in the log, room for receipts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.events.declare import Job, Loop
from yicheng.core.journal.partitions import drop_partitions, ensure_partitions
from yicheng.core.sharing.actions.keeping import fold_uses, remind_of_ends
from yicheng.core.sharing.actions.lodging import lodge_due
from yicheng.core.sharing.delivery.sending import deliver
from yicheng.core.sharing.receipts.log import sequence


def keep_partitions() -> None:
    """Make the months ahead."""
    ensure_partitions(("sharing_receipt", "sharing_change"))
    drop_partitions("sharing_change", months_kept=2)


def lodge() -> None:
    """Lodge the newest checkpoint where it is due."""
    lodge_due()


JOBS = (
    Job("sharing.keep_partitions", _("Make room for receipts"), "13 2 * * *", keep_partitions),
    Job("sharing.lodge", _("Lodge checkpoints of the receipts elsewhere"), "*/5 * * * *", lodge),
    Job("sharing.remind", _("Tell users that a grant ends soon"), "7 1 * * *", remind_of_ends),
    Job("sharing.fold_uses", _("Add up the use of grants"), "37 1 * * *", fold_uses),
)
LOOPS = (
    Loop("sharing.sequence", _("Give receipts their places in the log"), sequence),
    Loop("sharing.deliver", _("Send changes to subscribers"), deliver),
)
