"""Sends the changes of every subscription that is due: one batch at a time, so that the order stays.

A worker leases a subscription for a minute, sends without holding a transaction, then moves the cursor. Killed
in between it leaves the cursor where it was: the batch comes again (at least once). Signed as Standard Webhooks.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yicheng.core.events.public import Answer, call
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import unseal
from yicheng.core.sharing.actions.giving import tell
from yicheng.core.sharing.delivery.changed import Changed, events, next_changes
from yicheng.core.sharing.gateway import calls
from yicheng.core.sharing.gateway.plan import Plan, plan
from yicheng.core.sharing.models import Grant, Subscription, Undelivered
from yicheng.core.sharing.receipts import receipt

LEASE = timedelta(seconds=60)
TIMEOUT_S = 20.0
LARGEST_BATCH = 200
IDLE = timedelta(milliseconds=300)
#: seconds to wait after each failure; after the last one the subscription stops and its people are told
BACK_OFF_S = (2, 10, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600)
#: the address refuses what was sent, not that it was sent: tried one by one, then set aside
ABOUT_CONTENT = frozenset({400, 413, 415, 422})
Send = Callable[..., Answer]


def deliver(*, send: Send = call) -> int:
    """Send one batch for each subscription that is due; answers how many events went out."""
    return sum(_deliver(pk, send) for pk in _due())


def _due() -> list[int]:
    now = clock.now()
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    rows = Subscription.objects.filter(free, state="running", next_at__lte=now).order_by("next_at")
    return list(rows.values_list("pk", flat=True)[:100])


def _deliver(pk: int, send: Send) -> int:
    subscription = _leased(pk)
    if subscription is None:
        return 0
    try:
        grant = _plan(subscription.grant_id)
    except Refusal as refusal:
        _end(subscription, str(refusal))
        return 0
    entry_id = subscription.grant.entry_id
    changed = next_changes(entry_id, after=subscription.cursor, limit=subscription.batch)
    if not changed:
        _release(subscription, next_at=clock.now() + IDLE)
        return 0
    return _send(subscription, grant, changed, send)


def _leased(pk: int) -> Subscription | None:
    with transaction.atomic():
        rows = Subscription.objects.select_for_update(of=("self",), skip_locked=True).select_related("grant")
        found = rows.filter(pk=pk, state="running").first()
        now = clock.now()
        if found is None or found.next_at > now or (found.leased_until and found.leased_until > now):
            return None
        found.leased_until = now + LEASE
        found.save(update_fields=["leased_until"])
    return found


def _plan(grant_id: int) -> Plan:
    """The grant as it stands now; a revoked one, or one that is over, raises."""
    row = Grant.objects.select_related("entry").get(pk=grant_id)
    if row.revoked_at is not None or row.ends_on < clock.now().date():
        raise calls.GrantEnded(_("The grant has ended."))
    kept = plan(grant_id)
    if kept.data.resource is None and set(kept.masks) & set(kept.data.entry.key_fields):
        raise calls.GrantEnded(_("The field that names a row is masked: changes cannot be told apart."))
    is_same = (kept.version, kept.current_id, kept.updated_at) == (
        row.version, row.entry.current_id, row.entry.updated_at,
    )  # fmt: skip
    return kept if is_same else plan(grant_id, anew=True)


def _send(subscription: Subscription, grant: Plan, changed: list[Changed], send: Send) -> int:
    secret = unseal(subscription.secret_sealed)
    body, rows = events(grant, changed, secret=secret)
    name = f"sub_{subscription.pk}_{changed[0].id}_{changed[-1].id}"
    headers = signed_headers(name, body, secret=secret, at=clock.now())
    try:
        answer = send(
            subscription.url,
            method="POST",
            body=body,
            headers=headers,
            timeout_s=TIMEOUT_S,
            most_bytes=65_536,
        )
    except Refusal as refusal:
        _failed(subscription, str(refusal))
        return 0
    _receipt(subscription, grant, body, rows)
    if 200 <= answer.status < 300:
        _moved(subscription, changed)
        return len(changed)
    error = str(_("The address answered %(status)s.") % {"status": answer.status})
    if answer.status == 410:
        _stop(subscription, error)
    elif answer.status in ABOUT_CONTENT:
        return _refused(subscription, changed, error)
    else:
        _failed(subscription, error)
    return 0


def signed_headers(name: str, body: bytes, *, secret: str, at: datetime) -> dict[str, str]:
    """The headers of a delivery (Standard Webhooks): name, time, HMAC-SHA256 over both and the body."""
    moment = str(int(at.timestamp()))
    key = b64decode(secret.removeprefix("whsec_"))
    signature = hmac.new(key, b"%s.%s.%s" % (name.encode(), moment.encode(), body), sha256).digest()
    return {
        "Content-Type": "application/cloudevents-batch+json; charset=utf-8",
        "webhook-id": name,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{b64encode(signature).decode()}",
        "User-Agent": "yicheng-sharing/1",
    }


def _receipt(subscription: Subscription, grant: Plan, body: bytes, rows: int) -> None:
    """What was sent is receipted and metered like any other use."""
    now, made = clock.now(), receipt.new_call()
    payload = receipt.payload(
        receipt.Receipt(
            call=made, at=now.isoformat(timespec="milliseconds").replace("+00:00", "Z"), kind="delivery",
            grant=grant.grant_id, resource=grant.entry_key, provider=grant.provider, consumer=grant.consumer,
            by=f"subscription/{subscription.pk}", purpose=grant.purpose, basis=grant.basis,
            fields=tuple(grant.fields), rows=rows, request=sha256(f"POST {subscription.url}".encode()).hexdigest(),
            answer=sha256(body).hexdigest(),
        )
    )  # fmt: skip
    calls.keep(grant, call=made, at=now, kind="delivery", rows=rows, payload=payload, is_past=True)


def _moved(subscription: Subscription, changed: list[Changed]) -> None:
    larger = min(subscription.batch * 2, LARGEST_BATCH)
    facts: dict[str, Any] = {"cursor": changed[-1].id, "batch": larger, "attempts": 0, "last_error": ""}
    _release(subscription, sent=subscription.sent + len(changed), last_sent_at=clock.now(), **facts)


def _refused(subscription: Subscription, changed: list[Changed], error: str) -> int:
    """Find the event that the address will not take, set it aside, go on with the others."""
    if len(changed) > 1:
        _release(subscription, batch=max(1, len(changed) // 2), last_error=error)
        return 0
    with transaction.atomic():
        Undelivered.objects.get_or_create(
            subscription=subscription, change=changed[0].id, defaults={"error": error, "at": clock.now()}
        )
        _release(subscription, cursor=changed[0].id, last_error=error)
    return 0


def _failed(subscription: Subscription, error: str) -> None:
    if subscription.attempts >= len(BACK_OFF_S):
        _stop(subscription, error)
        return
    wait = timedelta(seconds=BACK_OFF_S[subscription.attempts])
    attempts = subscription.attempts + 1
    _release(subscription, attempts=attempts, next_at=clock.now() + wait, last_error=error[:300])


def _stop(subscription: Subscription, error: str) -> None:
    _release(subscription, state="stopped", last_error=error[:300])
    grant = Grant.objects.select_related("request__entry", "request__provider", "request__consumer").get(
        pk=subscription.grant_id
    )
    tell("sharing.undelivered", grant.request, to=grant.consumer_id, right="sharing.use")


def _end(subscription: Subscription, error: str) -> None:
    _release(subscription, state="ended", last_error=error[:300])


def _release(subscription: Subscription, **facts: Any) -> None:
    """Write what became of it, unless somebody else has taken it since."""
    held = Subscription.objects.filter(pk=subscription.pk, leased_until=subscription.leased_until)
    held.update(leased_until=None, **({"next_at": clock.now()} | facts))
