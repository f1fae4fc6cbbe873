"""Asking for data: at once where a rule says so, else a case that the provider decides."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.public import NewCase, start_case
from yicheng.core.catalogue.public import Entry, Readable, entry, readable
from yicheng.core.events.public import publish
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid
from yicheng.core.people.public import Scope, Viewer
from yicheng.core.sharing.actions.giving import check_rows, give, tell
from yicheng.core.sharing.events import DataRefused, DataRequested
from yicheng.core.sharing.facts import NewRequest, Terms
from yicheng.core.sharing.models import Grant, Request

PROCESS = "sharing.request"
CASE_CLASS = "sharing"
LONGEST_DAYS = 1100


@transaction.atomic
def ask(viewer: Viewer, new: NewRequest) -> Request:
    """Ask for data for the viewer's own organisation.

    Unconditionally shared data are granted at once, not-shared ones refused with the legal basis; for others a
    case begins that the provider decides. Raises ``Invalid``, ``Forbidden``, ``Conflict``, ``NotFound``.
    """
    if viewer.organisation_id is None:
        raise Forbidden(_("Data are granted to organisations: ask with an account of yours."))
    viewer.require("sharing.ask", organisation_id=viewer.organisation_id)
    found = entry(viewer, new.resource)
    request = _made(viewer, new, found)
    _tell_asked(viewer, request, found)
    if found.share_type == "not_shared":
        return _refused_by_rule(viewer, request, found)
    if found.share_type == "unconditional":
        give(viewer, request, _as_asked(new), is_standing=True)
        return request
    request.case = start_case(_asker(viewer), _case(request, found)).case
    request.save(update_fields=["case"])
    tell("sharing.asked", request, to=request.provider_id, right="sharing.decide")
    return request


def _made(viewer: Viewer, new: NewRequest, found: Entry) -> Request:
    data = readable(found.key)
    _check(new, found, data)
    if found.provider_id is None:
        raise Conflict(
            _("No department answers for “%(title)s” yet. Ask the data office."), title=found.title
        )
    if found.provider_id == viewer.organisation_id:
        raise Invalid(_("“%(title)s” is your own department's: you need no grant."), title=found.title)
    assert viewer.organisation_id is not None
    return Request.objects.create(
        entry_id=found.id,
        provider_id=found.provider_id,
        consumer_id=viewer.organisation_id,
        asked_by_id=viewer.account_id,
        asked_at=clock.now(),
        fields=list(new.fields),
        rows_where=new.rows_where.strip(),
        purpose=new.purpose.strip(),
        legal_basis=new.legal_basis.strip(),
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        rows_per_day=new.rows_per_day,
        rows_in_all=new.rows_in_all,
        renews=_renewed(viewer, new, found),
    )


def _check(new: NewRequest, found: Entry, data: Readable) -> None:
    faults: dict[str, object] = {}
    offered = {one.key for one in data.fields(None)}
    if not new.fields or not set(new.fields) <= offered or len(set(new.fields)) != len(new.fields):
        faults["fields"] = _("Choose fields of these data that can be shared.")
    for name in ("purpose", "legal_basis"):
        if not getattr(new, name).strip():
            faults[name] = _("Data are given for a stated purpose on a stated basis. Fill this in.")
    if new.ends_on < new.starts_on or new.ends_on < timezone.localdate(clock.now()):
        faults["ends_on"] = _("The period must end after it begins, and not in the past.")
    elif (new.ends_on - new.starts_on).days > LONGEST_DAYS:
        faults["ends_on"] = _("Ask for three years at most; a grant can be renewed.")
    for name in ("rows_per_day", "rows_in_all"):
        bound = getattr(new, name)
        if bound is not None and bound < 1:
            faults[name] = _("Write a number of rows, or leave it empty.")
    if faults:
        raise Invalid(_("Some fields need your attention."), fields=faults)  # type: ignore[arg-type]
    if found.share_type != "not_shared":
        check_rows(data, new.fields, new.rows_where)


def _renewed(viewer: Viewer, new: NewRequest, found: Entry) -> Grant | None:
    if new.renews_id is None:
        return None
    before = Grant.objects.filter(
        pk=new.renews_id, consumer_id=viewer.organisation_id, entry_id=found.id
    ).first()
    if before is None:
        raise Invalid(_("There is no such grant of your department to renew."))
    return before


def _as_asked(new: NewRequest) -> Terms:
    return Terms(
        new.fields,
        rows_where=new.rows_where,
        starts_on=new.starts_on,
        ends_on=new.ends_on,
        rows_per_day=new.rows_per_day,
        rows_in_all=new.rows_in_all,
    )


def _refused_by_rule(viewer: Viewer, request: Request, found: Entry) -> Request:
    request.state, request.decided_at = Request.State.REFUSED, clock.now()
    request.answer = found.legal_basis
    request.save(update_fields=["state", "decided_at", "answer"])
    detail = {"resource": found.key, "rule": "not_shared"}
    record(viewer, action="sharing.refuse_request", subject=f"sharing_request/{request.pk}", detail=detail)
    told = DataRefused(request.pk, found.key, request.provider_id, request.consumer_id)
    publish("sharing.data_refused", told, subject=f"sharing_request/{request.pk}")
    return request


def _tell_asked(viewer: Viewer, request: Request, found: Entry) -> None:
    subject = f"sharing_request/{request.pk}"
    detail = {"resource": found.key, "fields": request.fields, "purpose": request.purpose}
    record(viewer, action="sharing.ask", subject=subject, detail=detail)
    told = DataRequested(request.pk, found.key, request.provider_id, request.consumer_id)
    publish("sharing.data_requested", told, subject=subject)


def _asker(viewer: Viewer) -> Viewer:
    """The same person, allowed to start the case at the provider: the right over their own body was checked."""
    return replace(viewer, grants={**viewer.grants, "sharing.ask": (Scope(),)}, only=None)


def _case(request: Request, found: Entry) -> NewCase:
    with translation.override(settings.LANGUAGE_CODE):
        title = _now("%(who)s asks for “%(what)s”") % {"who": request.consumer, "what": found.title}
    return NewCase(
        process=PROCESS,
        class_code=CASE_CLASS,
        title=title[:200],
        description=request.purpose,
        source="desk",
        organisation_id=request.provider_id,
        division_code=request.provider.division_code,
    )
