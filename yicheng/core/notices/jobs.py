"""What runs without end: sending what is due, at once; by the clock: forgetting what is old."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import clock
from yicheng.core.kernel.schedule import Job, Loop
from yicheng.core.notices.delivery import deliver_due
from yicheng.core.notices.models import Notice

_FORGOTTEN_AT_ONCE = 10_000
log = logging.getLogger(__name__)


def forget() -> None:
    """Delete notices older than ``NOTICE_DAYS``, with their deliveries, in pieces."""
    limit = clock.now() - timedelta(days=settings.NOTICE_DAYS)
    old = Notice.objects.filter(created_at__lt=limit).order_by("id").values_list("pk", flat=True)
    while ids := list(old[:_FORGOTTEN_AT_ONCE]):
        Notice.objects.filter(pk__in=ids).delete()


def deliver() -> int:
    """Send a batch of what is due; answers how many. What cannot even be put into words waits for its lease to end."""
    try:
        return deliver_due()
    except (OperationalError, InterfaceError):
        raise
    except (
        Exception
    ):  # the outermost loop over texts and adapters of other parts: one letter must not end the worker
        log.exception("messages could not be sent")
        return 0


LOOPS = (Loop("notices.deliver", _("Send messages that are due"), deliver),)
JOBS = (Job(key="notices.forget", title=_("Delete old messages"), cron="17 3 * * *", run=forget),)
