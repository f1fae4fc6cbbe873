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


@dataclass(frozen=True, slots=True)
class Found:
    """What a call gave: the row by the fields that were asked for, and the signed receipt of the call."""

    row: Mapping[str, object]
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
    return Found(rows[0], part.receipt, resource, grant.provider.name) if rows else None
