"""Writes: putting notices into inboxes, reading them, choosing channels, sending dead letters again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.notices import rendering
from yicheng.core.notices.channels.configured import channels
from yicheng.core.notices.declare import NOTICES
from yicheng.core.notices.models import ChannelChoice, Delivery, Notice
from yicheng.core.notices.queries import require_account
from yicheng.core.people.public import Viewer

_PUT = """
INSERT INTO notices_notice (account_id, kind, subject, link, placeholders, is_urgent, created_at)
SELECT account_id, %(kind)s, %(subject)s, %(link)s, %(placeholders)s::jsonb, %(is_urgent)s, %(now)s
FROM unnest(%(account_ids)s::bigint[]) AS account_id
ON CONFLICT (account_id, kind, subject) DO NOTHING
"""
_PUT_AND_SEND = f"""
WITH put AS ({_PUT} RETURNING id, account_id)
INSERT INTO notices_delivery (notice_id, channel, status, attempts, next_attempt_at, receipt, error)
SELECT put.id, channel, 'waiting', 0, %(now)s, '', ''
FROM put CROSS JOIN unnest(%(channels)s::text[]) AS channel
WHERE NOT EXISTS (SELECT 1 FROM notices_channelchoice AS choice
                  WHERE choice.account_id = put.account_id AND choice.channel = channel AND NOT choice.is_on)
"""  # noqa: S608  both parts are constants


def notify(
    kind: str,
    account_ids: Iterable[int],
    *,
    subject: str,
    link: str = "",
    values: Mapping[str, Any] | None = None,
) -> None:
    """See ``public.notify``. One statement, however many people."""
    people = sorted(set(account_ids))
    if not people:
        return
    declared = NOTICES.get(kind)
    if link and (not link.startswith("/") or link.startswith("//")):
        raise ValueError(f"notice {kind}: {link!r} is no path of this platform")
    used = [channel for channel in declared.channels if channel in channels()]
    arguments: dict[str, Any] = {
        "kind": kind,
        "subject": subject,
        "link": link,
        "placeholders": json.dumps(rendering.stored(declared, values or {}), ensure_ascii=False),
        "is_urgent": declared.urgent,
        "now": clock.now(),
        "account_ids": people,
        "channels": used,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PUT_AND_SEND if used else _PUT, arguments)


def read_notice(viewer: Viewer, notice_id: int) -> Notice:
    """Mark one of the viewer's notices as read and return it. Raises ``NotFound``."""
    account_id = require_account(viewer)
    notice = Notice.objects.filter(account_id=account_id, pk=notice_id).first()
    if notice is None:
        raise NotFound(_("There is no such message in your inbox."))
    if notice.read_at is None:
        Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=clock.now())
    return notice


def read_all(viewer: Viewer) -> int:
    """Mark everything in the viewer's inbox as read; returns how many were unread."""
    return Notice.objects.filter(account_id=require_account(viewer), read_at=None).update(read_at=clock.now())


def choose_channels(viewer: Viewer, wanted: Mapping[str, bool]) -> None:
    """Keep which channels the viewer wants. Raises ``Invalid`` on a channel that is not there."""
    account_id = require_account(viewer)
    unknown = sorted(set(wanted) - set(channels()))
    if unknown:
        raise Invalid(_("There is no channel “%(channel)s”. Choose among those shown."), channel=unknown[0])
    with transaction.atomic():
        ChannelChoice.objects.bulk_create(
            [ChannelChoice(account_id=account_id, channel=key, is_on=is_on) for key, is_on in wanted.items()],
            update_conflicts=True,
            unique_fields=["account", "channel"],
            update_fields=["is_on"],
        )
        record(viewer, action="notices.choose_channels", subject=f"account/{account_id}", detail=dict(wanted))


def resend(viewer: Viewer, delivery_ids: Iterable[int]) -> int:
    """Give dead letters another round of attempts; returns how many. Others are left as they are."""
    viewer.require("notices.resend")
    with transaction.atomic():
        dead = Delivery.objects.filter(pk__in=list(delivery_ids), status=Delivery.Status.DEAD)
        revived = dead.update(
            status=Delivery.Status.WAITING, attempts=0, next_attempt_at=clock.now(), settled_at=None
        )
        if revived:
            record(viewer, action="notices.resend", subject="delivery", detail={"count": revived})
    return revived


def resend_all(viewer: Viewer, *, channel: str = "") -> int:
    """The same for every dead letter, or every one of a channel: after a gateway's outage."""
    viewer.require("notices.resend")
    dead = Delivery.objects.filter(status=Delivery.Status.DEAD)
    if channel:
        dead = dead.filter(channel=channel)
    return resend(viewer, dead.values_list("pk", flat=True))


def take_report(viewer: Viewer, *, channel: str, receipt: str, is_delivered: bool, reason: str = "") -> None:
    """A gateway tells what became of a message it took. Raises ``NotFound`` for a receipt nobody gave."""
    viewer.require("notices.report_delivery")
    status = Delivery.Status.DELIVERED if is_delivered else Delivery.Status.DEAD
    reported = Delivery.objects.filter(
        channel=channel, receipt=receipt, status__in=(Delivery.Status.SENT, Delivery.Status.DELIVERED)
    ).exclude(receipt="")
    if not reported.update(status=status, error=reason[:300], settled_at=clock.now()):
        raise NotFound(_("No message of this channel carries the receipt “%(receipt)s”."), receipt=receipt)
