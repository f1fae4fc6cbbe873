"""What a department asked and what is asked of it, what it gave and what it uses; each side sees the same row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db.models import Count, Model, QuerySet, Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.catalogue.public import Field, readable
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, NotFound
from yicheng.core.people.public import Viewer, scoped
from yicheng.core.sharing.masks import MASKS
from yicheng.core.sharing.models import Grant, GrantUse, ReceiptEntry, Request, Subscription, Undelivered
from yicheng.core.sharing.queries.log import State, state
from yicheng.core.sharing.receipts import merkle, receipt, tiles
from yicheng.core.sharing.receipts.keys import signer

M = TypeVar("M", bound=Model)
SEE = "sharing.see"


@dataclass(frozen=True, slots=True)
class GivenField:
    """A field of a grant as people read it."""

    key: str
    title: str
    mask: str | Promise


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a grant was used; None: no bound."""

    today: int
    per_day: int | None
    ever: int
    in_all: int | None
    calls: int


def requests(viewer: Viewer) -> QuerySet[Request]:
    """Requests that the viewer's department asked or has to answer, with what lists show."""
    return _either(Request.objects.select_related("entry", "provider", "consumer"), viewer)


def grants(viewer: Viewer) -> QuerySet[Grant]:
    """Grants that the viewer's department gave or uses, with what lists show."""
    return _either(Grant.objects.select_related("entry", "provider", "consumer"), viewer)


def request(viewer: Viewer, request_id: int) -> Request:
    """One request. Raises ``NotFound``."""
    found = requests(viewer).select_related("asked_by", "decided_by", "case").filter(pk=request_id).first()
    if found is None:
        raise NotFound(_("There is no such request."))
    return found


def grant(viewer: Viewer, grant_id: int) -> Grant:
    """One grant. Raises ``NotFound``."""
    found = grants(viewer).select_related("request", "granted_by", "revoked_by").filter(pk=grant_id).first()
    if found is None:
        raise NotFound(_("There is no such grant."))
    return found


def subscriptions(given: Grant) -> list[Subscription]:
    """Who follows the changes of a grant, with ``aside``: how many changes were set aside."""
    rows = given.subscriptions.annotate(aside=Count("undelivered")).exclude(state="ended")
    return list(rows.order_by("id"))


def undelivered(viewer: Viewer) -> QuerySet[Undelivered]:
    """Changes that could not be delivered to the viewer's department, with their subscriptions."""
    rows = Undelivered.objects.select_related("subscription__grant__entry", "subscription__grant__consumer")
    return scoped(rows, viewer, SEE, organisation="subscription__grant__consumer_id", division="")


def given_fields(given: Grant) -> list[GivenField]:
    """The fields of a grant with their titles and masks."""
    titles = {one.key: one.title for one in fields_of(given.entry.key)}
    return [
        GivenField(one.key, titles.get(one.key, one.key), MASKS.get(one.mask, ""))
        for one in given.fields.order_by("position")
    ]


def fields_of(resource: str) -> Sequence[Field]:
    """The fields of an entry that can be shared at all; none where the entry is gone."""
    try:
        return readable(resource).fields(None)
    except (NotFound, Conflict, Forbidden):
        return ()


def use(given: Grant) -> Use:
    """How much of a grant was used. One query."""
    today = timezone.localdate(clock.now())
    rows = GrantUse.objects.filter(grant=given)
    sums: Mapping[str, Any] = rows.aggregate(ever=Sum("rows"), calls=Sum("calls"))
    of_today = rows.filter(day=today).aggregate(rows=Sum("rows"))["rows"]
    return Use(of_today or 0, given.rows_per_day, sums["ever"] or 0, given.rows_in_all, sums["calls"] or 0)


def receipts(given: Grant, *, before: int | None = None, limit: int = 20) -> list[ReceiptEntry]:
    """The newest receipts of a grant, already in their places in the log."""
    rows = ReceiptEntry.objects.filter(grant_id=given.pk)
    if before is not None:
        rows = rows.filter(position__lt=before)
    return list(rows.order_by("-position")[:limit])


def signed(entry: ReceiptEntry) -> str:
    """A receipt as it is handed to both sides: signed anew, which gives the same bytes (Ed25519)."""
    return signer().receipt(bytes(entry.body))


def proven(
    given: Grant, *, before: int | None = None, limit: int = 20
) -> tuple[State, list[tuple[int, int, int, str, list[str]]]]:
    """Receipts with position, number, size of the tree, signature and inclusion proof (hex), and the checkpoint."""
    now = state()
    nodes = tiles.nodes()
    rows = [one for one in receipts(given, before=before, limit=limit) if one.position < now.size]
    return now, [
        (
            one.position,
            one.serial,
            now.size,
            signed(one),
            [step.hex() for step in merkle.inclusion(nodes, one.position, now.size)],
        )
        for one in rows
    ]


def read_receipt(entry: ReceiptEntry) -> receipt.Receipt:
    """What a receipt says."""
    return receipt.read(bytes(entry.body))


def ending(*, within: timedelta) -> QuerySet[Grant]:
    """Running grants that end soon and whose users were not told yet."""
    today: date = timezone.localdate(clock.now())
    return Grant.objects.filter(
        revoked_at=None, reminded_at=None, ends_on__gte=today, ends_on__lte=today + within
    ).select_related("entry", "provider", "consumer", "request")


def _either(rows: QuerySet[M], viewer: Viewer) -> QuerySet[M]:
    """Rows of which one side lies in the viewer's scope."""
    sides = [
        scoped(rows, viewer, SEE, organisation=side, division="") for side in ("provider_id", "consumer_id")
    ]
    return sides[0] | sides[1]
