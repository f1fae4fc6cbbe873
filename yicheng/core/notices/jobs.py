"""What runs by the clock: sending what is due, forgetting what is old."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yicheng.core.events.declare import Job
from yicheng.core.kernel import clock
from yicheng.core.notices.delivery import deliver_due
from yicheng.core.notices.models import Notice

_FORGOTTEN_AT_ONCE = 10_000


def deliver() -> None:
    """Send until nothing is due."""
    while deliver_due():
        pass


def forget() -> None:
    """Delete notices older than ``NOTICE_DAYS``, with their deliveries, in pieces."""
    limit = clock.now() - timedelta(days=settings.NOTICE_DAYS)
    old = Notice.objects.filter(created_at__lt=limit).order_by("id").values_list("pk", flat=True)
    while ids := list(old[:_FORGOTTEN_AT_ONCE]):
        Notice.objects.filter(pk__in=ids).delete()


JOBS = (
    Job(key="notices.deliver", title=_("Send messages that are due"), cron="* * * * * */5", run=deliver),
    Job(key="notices.forget", title=_("Delete old messages"), cron="17 3 * * *", run=forget),
)
