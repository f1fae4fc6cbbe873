"""Rows looked up by the platform itself for a body that holds a grant: a service that knows an answer already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec
from django.utils import timezone

from yicheng.core.kernel import clock
from yicheng.core.people.public import account_ids_holding
from yicheng.core.sharing.gateway import calls
from yicheng.core.sharing.gateway.asked import asked
from yicheng.core.sharing.gateway.bearers import BY_ACCOUNT, RIGHT, Caller
from yicheng.core.sharing.models import Grant
from yicheng.core.sharing.receipts import receipt
from yicheng.core.sharing.receipts.keys import signer


@dataclass(frozen=True, slots=True)
class Found:
    """What a call gave: the row by the fields that were asked for, the call's number and its signed receipt."""

    row: Mapping[str, object]
    call: str
    receipt: str
    resource: str
    provider: str


def look_up(
    resource: str, *, consumer_id: int, where: Mapping[str, str], fields: Sequence[str] = ()
) -> Found | None:
    """The first row that equals ``where``, through the body's running grant, metered and receipted as any call.

    None where there is no such row, no grant, or nobody of the body who may use it. Raises what a call raises.
    """
    today = timezone.localdate(clock.now())
    grant = (
        Grant.objects.filter(
            entry__key=resource,
            consumer_id=consumer_id,
            revoked_at=None,
            starts_on__lte=today,
            ends_on__gte=today,
        )
        .select_related("provider")
        .order_by("-granted_at")
        .first()
    )
    accounts = account_ids_holding(RIGHT, organisation_ids=[consumer_id]) if grant else []
    if grant is None or not accounts:
        return None
    query = urlencode({**where, "fields": ",".join(fields), "limit": "1"})
    line = f"GET /api/v1/shared/{grant.pk}?{query}"
    part = calls.page(Caller(BY_ACCOUNT, accounts[0]), grant.pk, asked(query), line=line)
    rows = msgspec.json.decode(part.body)["rows"]
    if not rows:
        return None
    call = receipt.read(receipt.opened(part.receipt, signer().verifier)).call
    return Found(rows[0], call, part.receipt, resource, grant.provider.name)
