"""The worker's side: takes what is due, sends it in batches, keeps receipts, gives up with a reason.

A batch is claimed by moving its ``next_attempt_at`` ahead by a lease, in a transaction of
its own; no transaction stays open while the outside world answers. After a ``kill -9``
the lease runs out and the batch comes again, with the same references.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from yicheng.core.kernel import clock
from yicheng.core.notices.channels.configured import channels
from yicheng.core.notices.channels.protocol import Channel, Contact, Fault, Message, Receipt
from yicheng.core.notices.contacts import contacts_of
from yicheng.core.notices.models import Delivery
from yicheng.core.notices.rendering import words

LEASE = timedelta(minutes=15)
BACK_OFF_MINUTES = (1, 5, 30, 120, 720)
_CLAIM = """
UPDATE notices_delivery SET next_attempt_at = %(lease)s, attempts = attempts + 1
WHERE id IN (SELECT id FROM notices_delivery WHERE next_attempt_at <= %(now)s
             ORDER BY next_attempt_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING id
"""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message and the deliveries it settles: several when a channel bundles."""

    message: Message
    deliveries: tuple[Delivery, ...]


def deliver_due(*, limit: int = 100) -> int:
    """Send one batch of what is due; returns how many deliveries were taken (0: nothing waits)."""
    claimed = _claim(limit)
    contacts = contacts_of(delivery.notice.account_id for delivery in claimed)
    by_channel: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in claimed:
        by_channel[delivery.channel].append(delivery)
    for key, deliveries in by_channel.items():
        _send(key, deliveries, contacts)
    return len(claimed)


def _claim(limit: int) -> list[Delivery]:
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "lease": now + LEASE, "limit": limit})
        ids = [row[0] for row in cursor.fetchall()]
    return list(Delivery.objects.filter(pk__in=ids).select_related("notice").order_by("pk")) if ids else []


def _send(key: str, deliveries: Sequence[Delivery], contacts: dict[int, Contact]) -> None:
    channel = channels().get(key)
    if channel is None:
        _settle((delivery, Fault("this channel is switched off", is_final=True)) for delivery in deliveries)
        return
    reachable = [delivery for delivery in deliveries if _address(channel, contacts, delivery)]
    _withdraw([delivery for delivery in deliveries if delivery not in reachable])
    letters = list(_letters(channel, reachable, contacts))
    if letters:
        answers = channel.send([letter.message for letter in letters])
        _settle(
            (delivery, answer)
            for letter, answer in zip(letters, answers, strict=True)
            for delivery in letter.deliveries
        )


def _address(channel: Channel, contacts: dict[int, Contact], delivery: Delivery) -> str:
    contact = contacts.get(delivery.notice.account_id)
    return channel.address_of(contact) if contact else ""


def _letters(
    channel: Channel, deliveries: Iterable[Delivery], contacts: dict[int, Contact]
) -> Iterator[Letter]:
    """One letter per delivery; where the channel bundles, one per person for what is not urgent."""
    bundles: dict[tuple[int, int], list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        is_alone = delivery.notice.is_urgent or not channel.bundles
        bundles[delivery.notice.account_id, delivery.pk if is_alone else 0].append(delivery)
    for (account_id, _alone), bundle in bundles.items():
        yield _letter(channel, tuple(bundle), contacts[account_id])


def _letter(channel: Channel, bundle: tuple[Delivery, ...], contact: Contact) -> Letter:
    first = bundle[0].notice
    with translation.override(contact.language):
        texts = [words(delivery.notice.kind, delivery.notice.placeholders) for delivery in bundle]
        title = (
            texts[0].title if len(bundle) == 1 else _("%(count)s messages for you") % {"count": len(bundle)}
        )
        text = texts[0].text if len(bundle) == 1 else "\n\n".join(f"{w.title}\n{w.text}" for w in texts)
    message = Message(
        to=channel.address_of(contact),
        contact=contact,
        kind=first.kind,
        subject=first.subject,
        title=title,
        text=text,
        link=_absolute(first.link if len(bundle) == 1 else ""),
        reference=f"notice-{bundle[0].pk}-{len(bundle)}",
        at=first.created_at,
    )
    return Letter(message, bundle)


def _absolute(link: str) -> str:
    return settings.PUBLIC_URL.rstrip("/") + link if link and settings.PUBLIC_URL else ""


def _withdraw(deliveries: Sequence[Delivery]) -> None:
    """Nobody to reach: the inbox holds the notice, and that is enough."""
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries]).update(
        status=Delivery.Status.WITHDRAWN, next_attempt_at=None, settled_at=clock.now()
    )


def _settle(results: Iterable[tuple[Delivery, Receipt | Fault]]) -> None:
    settled = [_judged(delivery, answer, clock.now()) for delivery, answer in results]
    Delivery.objects.bulk_update(settled, ["status", "next_attempt_at", "settled_at", "receipt", "error"])


def _judged(delivery: Delivery, answer: Receipt | Fault, now: datetime) -> Delivery:
    if isinstance(answer, Receipt):
        delivery.status, delivery.receipt, delivery.error = Delivery.Status.SENT, answer.id[:120], ""
        delivery.next_attempt_at, delivery.settled_at = None, now
        return delivery
    delivery.error = answer.reason[:300]
    if answer.is_final or delivery.attempts > len(BACK_OFF_MINUTES):
        delivery.status, delivery.next_attempt_at, delivery.settled_at = Delivery.Status.DEAD, None, now
        log.warning("delivery %s by %s given up: %s", delivery.pk, delivery.channel, delivery.error)
    else:
        delivery.next_attempt_at = now + timedelta(minutes=BACK_OFF_MINUTES[delivery.attempts - 1])
    return delivery
