"""What runs by the clock for licences: room for showings, reminders of the end, old one-time codes."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.licences.holders import account_ids_for
from yicheng.core.credentials.models import Licence, OneTimeCode
from yicheng.core.events.declare import Job
from yicheng.core.journal.partitions import ensure_partitions
from yicheng.core.kernel import clock
from yicheng.core.notices.public import notify

#: so many days before the end the holder is told
TOLD_BEFORE_DAYS = 30
_AT_MOST = 20_000


def keep_partitions() -> None:
    """Make the months ahead."""
    ensure_partitions(("credentials_showing",))


def drop_used_codes() -> None:
    """One-time codes of yesterday: the showing stands in the holder's log."""
    OneTimeCode.objects.filter(expires_at__lt=clock.now() - timedelta(days=1)).delete()


def remind_of_ends() -> None:
    """Tell holders whose licence ends in a month; each is told once."""
    day = timezone.localdate(clock.now()) + timedelta(days=TOLD_BEFORE_DAYS)
    rows = Licence.objects.filter(valid_until=day, status=Licence.Status.VALID)
    for licence in rows.select_related("version__type_version").order_by("pk")[:_AT_MOST]:
        assert licence.version is not None
        notify(
            "credentials.licence_runs_out",
            account_ids_for(licence.holder_id),
            subject=f"licence_version/{licence.version_id}",
            link=f"/me/licences/{licence.pk}/",
            values={"title": licence.version.type_version.name, "number": licence.number, "day": day},
        )


LICENCE_JOBS = (
    Job(
        "credentials.keep_showings",
        _("Make room for the log of shown licences"),
        "23 2 * * *",
        keep_partitions,
    ),
    Job("credentials.drop_codes", _("Delete old one-time codes"), "47 * * * *", drop_used_codes),
    Job("credentials.remind", _("Tell holders that a licence ends soon"), "17 8 * * *", remind_of_ends),
)
