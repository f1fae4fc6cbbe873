"""Withdrawing, signing by several people, and handing results over."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.public import cancel_case, complete_task, resume_case
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.people.public import SYSTEM, Viewer, find_or_make_party, may_act_for
from yicheng.core.services.actions.applications.drafting import editable
from yicheng.core.services.actions.applications.telling import note, tell, write_to_applicant
from yicheng.core.services.models import Application, Signature
from yicheng.core.services.opening import answers_of
from yicheng.core.services.queries.applications import is_own, open_task

OVER = (
    Application.Status.DECIDED,
    Application.Status.DELIVERED,
    Application.Status.REJECTED,
    Application.Status.WITHDRAWN,
)


@transaction.atomic
def withdraw_application(viewer: Viewer, application_id: int, *, reason: str = "") -> None:
    """Take an application back before it is decided. Raises ``Conflict``, ``NotFound``."""
    application = _locked(viewer, application_id)
    if application.status == Application.Status.DRAFT:
        raise Conflict(_("This application is not handed in yet: discard the draft instead."))
    if application.status in OVER:
        raise Conflict(_("It is decided already and can't be withdrawn any more."))
    was_returned = application.status == Application.Status.RETURNED
    application.status = Application.Status.WITHDRAWN
    application.save(update_fields=["status"])
    application.missing_notices.filter(answered_at=None).update(answered_at=clock.now())
    assert application.case_id is not None
    if was_returned:
        resume_case(SYSTEM, application.case_id, note=str(_("withdrawn by the applicant")))
    cancel_case(
        SYSTEM, application.case_id, note=reason.strip()[:500] or str(_("withdrawn by the applicant"))
    )
    note(viewer, application, "withdraw")
    tell(application, "withdrawn")


@transaction.atomic
def ask_signature(viewer: Viewer, application_id: int, *, number: str, name: str) -> Signature:
    """Name somebody else who must sign the draft. They find it among what waits for them. Raises ``Invalid``."""
    draft = editable(viewer, application_id)
    party = find_or_make_party("person", number, name)
    if party.name != " ".join(name.split()):
        text = _("This name and this number do not belong together as the city knows them. Check both.")
        raise Invalid(text, fields={"name": text})
    if party.id == draft.party_id:
        text = _("The applicant signs by handing in.")
        raise Invalid(text, fields={"number": text})
    row, is_new = Signature.objects.get_or_create(application=draft, party_id=party.id)
    if is_new:
        note(viewer, draft, "ask_signature")
        _tell_signer(draft, party.account_id)
    return row


@transaction.atomic
def drop_signature(viewer: Viewer, application_id: int, signature_id: int) -> None:
    """Somebody need not sign after all."""
    draft = editable(viewer, application_id)
    if not Signature.objects.filter(application=draft, pk=signature_id).delete()[0]:
        raise NotFound(_("There is no such signature."))
    note(viewer, draft, "drop_signature")


@transaction.atomic
def sign(viewer: Viewer, signature_id: int, *, is_refused: bool = False) -> Application:
    """Sign what stands in the application now, or refuse to; a later change of the answers takes the signature away."""
    row = Signature.objects.select_for_update(of=("self",)).filter(pk=signature_id).first()
    if row is None or not may_act_for(viewer, row.party_id, "see"):
        raise NotFound(
            _("Nobody asks for your signature here. Your identity must be proven before you sign.")
        )
    application = (
        Application.objects.select_for_update(of=("self",))
        .select_related("version__item")
        .get(pk=row.application_id)
    )
    if application.status != Application.Status.DRAFT:
        raise Conflict(_("This application is handed in already."))
    row.signed_at = None if is_refused else clock.now()
    row.refused_at = clock.now() if is_refused else None
    row.digest = "" if is_refused else answers_digest(application)
    row.save()
    note(viewer, application, "refuse_to_sign" if is_refused else "sign")
    if not is_refused:
        write_to_applicant(application, "signed", once=str(row.pk))
    return application


@transaction.atomic
def deliver(viewer: Viewer, application_id: int, *, note_text: str = "") -> None:
    """Hand the result over at the window, or say that it was posted. Raises ``Conflict``, ``Forbidden``."""
    application = Application.objects.select_related("version__item").filter(pk=application_id).first()
    task = open_task(application, "deliver") if application else None
    if task is None:
        raise Conflict(_("There is nothing to hand over for this application."))
    if not viewer.may("services.deliver", organisation_id=task.organisation_id, division=task.division_code):
        raise Forbidden(_("The result is handed over at another desk."))
    complete_task(viewer, task.pk, outcome="done", note=note_text.strip()[:500])


def answers_digest(application: Application) -> str:
    """SHA-256 of the answers as they stand: what a signature is about."""
    text = repr(sorted(answers_of(application).items(), key=lambda pair: pair[0]))
    return hashlib.sha256(text.encode()).hexdigest()


def _locked(viewer: Viewer, application_id: int) -> Application:
    rows = Application.objects.select_for_update(of=("self",)).select_related("version__item")
    found = rows.filter(pk=application_id).first()
    if found is None or not is_own(viewer, found):
        raise NotFound(_("There is no such application, or it is none of yours."))
    return found


def _tell_signer(draft: Application, account_id: int | None) -> None:
    from yicheng.core.notices.public import notify

    if account_id is not None:
        notify(
            "services.to_sign",
            [account_id],
            subject=f"serviceapplication/{draft.pk}/sign",
            link="/applying/",
            values={"item": draft.version.name},
        )
