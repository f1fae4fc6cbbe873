"""Grants: given, changed while they run, revoked at once. Every change raises the version that calls compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yicheng.core.catalogue.public import Readable, readable
from yicheng.core.events.public import publish
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.notices.public import notify
from yicheng.core.people.public import Viewer, account_ids_holding
from yicheng.core.sharing.conditions import parsed
from yicheng.core.sharing.events import GrantGiven, GrantRevoked
from yicheng.core.sharing.facts import Terms
from yicheng.core.sharing.masks import MASKS
from yicheng.core.sharing.models import Grant, GrantField, Request


def give(
    viewer: Viewer, request: Request, terms: Terms, *, is_standing: bool = False, answer: str = ""
) -> Grant:
    """Make the grant of a request. The caller has checked the right and is in a transaction. Raises ``Invalid``."""
    _check(request, terms)
    grant = Grant(
        request=request,
        entry_id=request.entry_id,
        provider_id=request.provider_id,
        consumer_id=request.consumer_id,
        purpose=request.purpose,
        legal_basis=request.legal_basis,
        is_standing=is_standing,
        granted_by_id=None if is_standing else viewer.account_id,
        granted_at=clock.now(),
    )
    _lay(grant, terms)
    is_narrowed = _is_narrower(request, terms)
    request.state = Request.State.NARROWED if is_narrowed else Request.State.GRANTED
    request.decided_at, request.answer = clock.now(), answer
    request.decided_by_id = None if is_standing else viewer.account_id
    request.save(update_fields=["state", "decided_at", "decided_by", "answer"])
    subject, key = f"sharing_grant/{grant.pk}", request.entry.key
    detail = {"resource": key, "fields": terms.fields, "masks": dict(terms.masks), "request": request.pk}
    record(viewer, action="sharing.give_grant", subject=subject, detail=detail)
    told = GrantGiven(grant.pk, key, grant.provider_id, grant.consumer_id, is_narrowed, is_standing)
    publish("sharing.grant_given", told, subject=subject)
    tell("sharing.granted", request, to=request.consumer_id, right="sharing.use")
    return grant


@transaction.atomic
def narrow(viewer: Viewer, grant_id: int, terms: Terms, *, reason: str) -> Grant:
    """Change a running grant: other fields, masks, rows, end or volume, never more than was asked. Counts at once."""
    grant = _locked(viewer, grant_id)
    if not reason.strip():
        raise Invalid(_("Say why."), fields={"reason": _("Say why.")})
    _check(grant.request, terms)
    grant.version += 1
    _lay(grant, terms)
    detail = {"fields": terms.fields, "masks": dict(terms.masks), "reason": reason}
    record(viewer, action="sharing.narrow_grant", subject=f"sharing_grant/{grant.pk}", detail=detail)
    tell("sharing.narrowed", grant.request, to=grant.consumer_id, right="sharing.use", reason=reason)
    return grant


@transaction.atomic
def revoke(viewer: Viewer, grant_id: int, *, reason: str) -> Grant:
    """End a grant now: calls and downloads under way stop, subscriptions end."""
    grant = _locked(viewer, grant_id)
    if not reason.strip():
        raise Invalid(_("Say why."), fields={"reason": _("Say why.")})
    grant.version += 1
    grant.revoked_at, grant.revoked_by_id = clock.now(), viewer.account_id
    grant.revoke_reason = reason.strip()[:400]
    grant.save(update_fields=["version", "revoked_at", "revoked_by", "revoke_reason"])
    subject = f"sharing_grant/{grant.pk}"
    record(viewer, action="sharing.revoke_grant", subject=subject, detail={"reason": reason})
    told = GrantRevoked(grant.pk, grant.entry.key, grant.provider_id, grant.consumer_id)
    publish("sharing.grant_revoked", told, subject=subject)
    tell("sharing.revoked", grant.request, to=grant.consumer_id, right="sharing.use", reason=reason)
    return grant


def check_rows(data: Readable, fields: Sequence[str], rows_where: str) -> None:
    """Refuse rows that cannot be read: conditions on other fields, values of another kind. Raises ``Invalid``."""
    offered = {one.key for one in data.fields(None)}
    condition = parsed(rows_where, offered)
    try:
        data.query(None, fields=fields, where=condition, limit=1)
    except Conflict:
        return  # holds no rows yet


def tell(kind: str, request: Request, *, to: int, right: str, **values: Any) -> None:
    """A message to the people of a body who hold the right."""
    notify(
        kind,
        account_ids_holding(right, organisation_ids=[to]),
        subject=f"{kind}/{request.pk}/{clock.now():%Y%m%d%H%M%S}",
        link=f"/desk/sharing/requests/{request.pk}/",
        values={
            "title": request.entry.title,
            "consumer": str(request.consumer),
            "provider": str(request.provider),
            **values,
        },
    )


def _locked(viewer: Viewer, grant_id: int) -> Grant:
    found = Grant.objects.select_for_update(of=("self",)).select_related("request", "entry")
    grant = found.filter(pk=grant_id).first()
    if grant is None:
        raise NotFound(_("There is no such grant."))
    if not viewer.may("sharing.decide", organisation_id=grant.provider_id) and not viewer.may(
        "sharing.arbitrate"
    ):
        raise Forbidden(_("Only the department that gave the data, or the data office, can change this."))
    if grant.revoked_at is not None:
        raise Conflict(_("This grant is revoked already."))
    return grant


def _lay(grant: Grant, terms: Terms) -> None:
    request = grant.request
    grant.rows_where = terms.rows_where.strip()
    grant.starts_on = max(terms.starts_on or request.starts_on, request.starts_on)
    grant.ends_on = min(terms.ends_on or request.ends_on, request.ends_on)
    grant.rows_per_day, grant.rows_in_all = terms.rows_per_day, terms.rows_in_all
    grant.save()
    grant.fields.all().delete()
    GrantField.objects.bulk_create(
        GrantField(grant=grant, position=position, key=key, mask=terms.masks.get(key, ""))
        for position, key in enumerate(terms.fields)
    )


def _check(request: Request, terms: Terms) -> None:
    """Never more than was asked, and something that can be read."""
    if not terms.fields or not set(terms.fields) <= set(request.fields):
        raise Invalid(
            _("Give at least one of the fields that were asked for."), fields={"fields": _("Choose.")}
        )
    if not set(terms.masks) <= set(terms.fields) or not set(terms.masks.values()) <= {"", *MASKS}:
        raise Invalid(_("A mask belongs to a field that is given."))
    if terms.ends_on is not None and terms.ends_on < timezone.localdate(clock.now()):
        text = _("The period must not end in the past.")
        raise Invalid(text, fields={"ends_on": text})
    for name in ("rows_per_day", "rows_in_all"):
        asked, given = getattr(request, name), getattr(terms, name)
        if (given is not None and given < 1) or (asked is not None and (given is None or given > asked)):
            text = _("No more rows than were asked for: %(asked)s.")
            raise Invalid(text, asked=asked or 1, fields={name: _("Too many.")})
    check_rows(readable(request.entry.key), terms.fields, _both(request.rows_where, terms.rows_where))


def _both(asked: str, given: str) -> str:
    return "\n".join(part for part in (asked, given) if part.strip())


def _is_narrower(request: Request, terms: Terms) -> bool:
    return bool(
        set(terms.fields) != set(request.fields)
        or any(terms.masks.values())
        or terms.rows_where.strip() != request.rows_where.strip()
        or (terms.ends_on and terms.ends_on < request.ends_on)
        or terms.rows_per_day != request.rows_per_day
        or terms.rows_in_all != request.rows_in_all
    )
