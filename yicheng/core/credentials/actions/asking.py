"""Asking the custodian of a seal to agree to one use, and the custodian's answer."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.models import Seal, SealRequest, SealRule
from yicheng.core.credentials.sealing.rules import ways_for
from yicheng.core.credentials.telling import tell_seal_asked, tell_seal_decided
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.people.public import Viewer

State = SealRequest.State


@transaction.atomic
def ask_for_seal(viewer: Viewer, seal: str, *, subject: str, reason: str) -> SealRequest:
    """One use on one subject. Asking twice answers the request that is there."""
    row = (
        Seal.objects.select_for_update(of=("self",)).select_related("organisation").filter(code=seal).first()
    )
    if row is None:
        raise NotFound(_("There is no such seal."))
    viewer.require("credentials.use_seal", organisation_id=row.organisation_id)
    if SealRule.Way.APPROVAL not in ways_for(row, subject):
        raise Invalid(_("The custodian of “%(seal)s” need not be asked for this."), seal=row)
    if row.custodian_id is None or viewer.account_id is None:
        raise Conflict(_("Nobody keeps the seal “%(seal)s” yet. Ask your administrator."), seal=row)
    request, is_new = SealRequest.objects.get_or_create(
        seal=row,
        subject=subject,
        state__in=(State.WAITS, State.GRANTED),
        defaults={
            "reason": reason.strip()[:200],
            "asked_by_id": viewer.account_id,
            "asked_at": clock.now(),
            "state": State.WAITS,
        },
    )
    if is_new:
        _noted(viewer, request, "ask")
        tell_seal_asked(request)
    return request


@transaction.atomic
def decide_seal_request(viewer: Viewer, request_id: int, *, grant: bool, note: str = "") -> SealRequest:
    """The custodian agrees or not; nobody else can."""
    rows = SealRequest.objects.select_for_update(of=("self",)).select_related("seal__organisation")
    request = rows.filter(pk=request_id).first()
    if request is None:
        raise NotFound(_("There is no such request."))
    viewer.require("credentials.approve_seal", organisation_id=request.seal.organisation_id)
    if viewer.account_id != request.seal.custodian_id:
        raise Forbidden(_("The custodian of the seal decides on its use."))
    if request.state != State.WAITS:
        raise Conflict(_("This request is decided already."))
    if not grant and not note.strip():
        raise Invalid(_("Say why."), fields={"note": _("Say why.")})
    request.state = State.GRANTED if grant else State.REFUSED
    request.decided_by_id, request.decided_at = viewer.account_id, clock.now()
    request.note = note.strip()[:200]
    request.save(update_fields=["state", "decided_by", "decided_at", "note"])
    _noted(viewer, request, "grant" if grant else "refuse")
    tell_seal_decided(request)
    return request


def _noted(viewer: Viewer, request: SealRequest, what: str) -> None:
    record(
        viewer,
        action=f"credentials.{what}_seal_use",
        subject=f"seal/{request.seal_id}",
        division=request.seal.organisation.division_code,
        detail={"request": request.pk, "on": request.subject},
    )
