"""Begin an application, keep what is filled in, and hold its materials: nothing written is ever lost or overwritten."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.journal.public import attach_file, attached_files, remove_file
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.people.public import Viewer, may_act_for, party_facts, party_of
from yicheng.core.services.actions.applications.proving import look_up
from yicheng.core.services.actions.applications.telling import note
from yicheng.core.services.application_facts import NewApplication
from yicheng.core.services.models import (
    Application,
    Consent,
    Hall,
    ItemVersion,
    Material,
    ServiceItem,
    ServiceMaterial,
)
from yicheng.core.services.opening import LARGEST, answers_of, sealed
from yicheng.core.services.queries import applications as reading

if TYPE_CHECKING:
    from yicheng.core.journal.public import Received
    from yicheng.core.people.public import PartyFacts

DRAFTS_AT_MOST = 30
FILES_AT_MOST = 10
DESKS = (Application.Source.WINDOW, Application.Source.STATION)
#: what is agreed to before anything is looked up; kept in the words shown
LOOK_UP = _(
    "I agree that the city looks up, for this application only, what its own records know of me and which licences "
    "I hold, so that I need not bring them. Every look is recorded and shown to me."
)
MOVED_ON = _(
    "This application was changed in another window meanwhile. What is stored is shown now; check it and go on."
)


@transaction.atomic
def begin_application(
    viewer: Viewer, new: NewApplication, *, may_look_up: bool = True, way: str = "ticked"
) -> Application:
    """A new draft for a party, filled with what is known where the applicant agreed.

    On the portal the viewer is the applicant; at a window or station the viewer is the clerk, and ``way`` says how
    the applicant agreed. Raises ``NotFound``, ``Forbidden``, ``Conflict``.
    """
    version = _version(new.item)
    party = _party(viewer, new)
    _refuse_wrong_audience(version, party)
    application = _made(viewer, new, version, party)
    if may_look_up:
        _consent(viewer, application, "look_up", str(LOOK_UP), way)
        look_up(viewer, application, party, is_proven=_may_know(viewer, application, party))
    note(viewer, application, "begin", item=new.item, source=new.source)
    return application


@transaction.atomic
def save_answers(
    viewer: Viewer, application_id: int, answers: Mapping[str, Any], *, revision: int, step: str = ""
) -> Application:
    """Keep the answers given so far (checked or not), over those of before; answers the draft with its new revision.

    ``revision`` is the one the page was made from. Raises ``Conflict`` when another tab saved meanwhile.
    """
    draft = editable(viewer, application_id)
    if draft.revision != revision:
        raise Conflict(MOVED_ON, code="moved_on")
    before = answers_of(draft)
    kept = {**before, **answers}
    if kept != before:
        draft.signatures.update(signed_at=None, digest="")
    text = sealed(kept)
    if len(text) > LARGEST:
        raise Invalid(_("The answers are too long. Shorten them, and hand in long texts as files."))
    draft.answers_sealed, draft.revision, draft.saved_at = text, draft.revision + 1, clock.now()
    draft.reached_step = step[:80] or draft.reached_step
    draft.save(update_fields=["answers_sealed", "revision", "saved_at", "reached_step"])
    return draft


@transaction.atomic
def set_delivery(viewer: Viewer, application_id: int, *, delivery: str, address: str = "") -> None:
    """How the result shall come. Raises ``Invalid`` where it can't."""
    draft = editable(viewer, application_id)
    if delivery not in Application.Delivery.values or (delivery == "post" and not draft.version.is_express):
        raise Invalid(
            _("Choose how you want to receive the result."), fields={"delivery": _("Choose one of the list.")}
        )
    if delivery == "post" and not address.strip():
        text = _("Write where the result shall be sent: name, telephone, address.")
        raise Invalid(text, fields={"address": text})
    draft.delivery = delivery
    draft.delivery_sealed = sealed({"address": address.strip()[:300]} if delivery == "post" else {})
    draft.save(update_fields=["delivery", "delivery_sealed"])


@transaction.atomic
def add_material(
    viewer: Viewer, application_id: int, code: str, *, files: list[Received], is_paper: bool = False
) -> Material:
    """Put files (received before) or a paper that a clerk saw into the pool. Raises ``Invalid``, ``NotFound``."""
    application = _supplied(viewer, application_id)
    if not ServiceMaterial.objects.filter(version_id=application.version_id, code=code).exists():
        raise NotFound(_("The item asks for no such material."))
    if not files and not is_paper:
        raise Invalid(_("Choose a file first."), fields={code: _("Choose a file.")})
    if is_paper and viewer.kind != "staff":
        raise Forbidden(_("Only staff who saw the paper can say so."))
    row, _is_new = Material.objects.select_for_update().get_or_create(
        application=application,
        code=code,
        defaults={"way": Material.Way.PAPER, "given_at": clock.now()},
    )
    row.way = Material.Way.FILE if files else Material.Way.PAPER
    row.check_state, row.check_note, row.given_at = Material.Check.OPEN, "", clock.now()
    row.source = row.proof_title = row.reference = row.receipt = ""
    row.save()
    if files and len(attached_files([row.subject])[row.subject]) + len(files) > FILES_AT_MOST:
        raise Invalid(_("Up to %(limit)s files for one material."), limit=FILES_AT_MOST)
    for received in files:
        attach_file(viewer, received, subject=row.subject, division=application.division_code, stage=code)
    note(viewer, application, "supply", material=code)
    return row


@transaction.atomic
def drop_file(viewer: Viewer, application_id: int, code: str, *, file_id: int) -> None:
    """Take one file out of the pool again. Raises ``NotFound``."""
    application = _supplied(viewer, application_id)
    row = Material.objects.select_for_update().filter(application=application, code=code).first()
    shown = attached_files([row.subject])[row.subject] if row else ()
    if row is None or file_id not in {one.id for one in shown}:
        raise NotFound(_("There is no such file any more."))
    remove_file(viewer, file_id, reason=str(_("taken back by the applicant")))
    if len(shown) == 1:
        row.delete()
    note(viewer, application, "unsupply", material=code)


@transaction.atomic
def attach_answer_files(viewer: Viewer, application_id: int, uploads: Mapping[str, list[Received]]) -> None:
    """Bind files that a form's own fields took; ``uploads`` by key of the field."""
    draft = editable(viewer, application_id)
    for key, files in uploads.items():
        for received in files:
            attach_file(
                viewer, received, subject=reading.subject_of(draft), division=draft.division_code, stage=key
            )


@transaction.atomic
def discard_draft(viewer: Viewer, application_id: int) -> None:
    """Throw a draft away with all that is in it."""
    draft = editable(viewer, application_id)
    note(viewer, draft, "discard")
    draft.delete()


def editable(viewer: Viewer, application_id: int) -> Application:
    """A draft of the viewer's own (applicant or clerk), locked. Raises ``NotFound``, ``Conflict``."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("version", "version__item")
    found = rows.filter(pk=application_id).first()
    if found is None or not _is_writer(viewer, found):
        raise NotFound(_("There is no such application, or it is none of yours."))
    if found.status != Application.Status.DRAFT:
        raise Conflict(_("This application is handed in already: follow it on its page."), code="handed_in")
    return found


def consented(viewer: Viewer, application: Application, kind: str, text: str, way: str) -> None:
    """Keep that somebody agreed, in the words they saw."""
    _consent(viewer, application, kind, text, way)


def _supplied(viewer: Viewer, application_id: int) -> Application:
    """A draft, or one sent back for what is missing, that the viewer may add materials to."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("version", "version__item")
    found = rows.filter(pk=application_id).first()
    if found is None or not (_is_writer(viewer, found) or _is_desk(viewer, found)):
        raise NotFound(_("There is no such application, or it is none of yours."))
    if found.status not in (Application.Status.DRAFT, Application.Status.RETURNED):
        raise Conflict(_("Materials can be added before handing in, or when something is missing."))
    return found


def _is_writer(viewer: Viewer, application: Application) -> bool:
    if viewer.account_id is None:
        return viewer.kind == "system"
    return viewer.account_id in (application.applicant_id, application.clerk_id)


def _is_desk(viewer: Viewer, application: Application) -> bool:
    if application.status == Application.Status.DRAFT or viewer.kind != "staff":
        return False
    return viewer.may("services.accept") and reading.is_at_desk_of(viewer, application)


def _version(code: str) -> ItemVersion:
    item = ServiceItem.objects.select_related("current", "current__item").filter(code=code).first()
    if item is None or item.current is None:
        raise NotFound(_("There is no such service in force."))
    return item.current


def _party(viewer: Viewer, new: NewApplication) -> PartyFacts:
    """The party, when this viewer may begin for it."""
    if new.source in DESKS:
        _require_desk(viewer, new)
    else:
        viewer.require("services.apply")
        if not may_act_for(viewer, new.party_id, "apply"):
            raise NotFound(_("You may not apply for this person or company. Ask for a mandate first."))
    found = party_facts([new.party_id]).get(new.party_id)
    if found is None:
        raise NotFound(_("There is no such person or company."))
    return found


def _require_desk(viewer: Viewer, new: NewApplication) -> None:
    hall = Hall.objects.filter(pk=new.hall_id or 0, is_active=True).first()
    if hall is None:
        raise Invalid(_("Say at which hall or station you take it."), fields={"hall": _("Choose a hall.")})
    viewer.require("services.accept", organisation_id=hall.organisation_id, division=hall.division_code)
    if (hall.kind == Hall.Kind.STATION) != (new.source == Application.Source.STATION):
        raise Invalid(_("A station takes applications as a station, a hall as a window."))


def _refuse_wrong_audience(version: ItemVersion, party: PartyFacts) -> None:
    if version.audiences and party.kind not in version.audiences:
        text = (
            _("This service is for companies: choose a company you act for.")
            if party.kind == "person"
            else _("This service is for people: apply for yourself or a person you act for.")
        )
        raise Conflict(text, code="wrong_audience")


def _made(viewer: Viewer, new: NewApplication, version: ItemVersion, party: PartyFacts) -> Application:
    is_desk = new.source in DESKS
    own = None if is_desk else party_of(viewer)
    applicant = party.account_id if is_desk else viewer.account_id
    if not is_desk:
        _refuse_too_many(viewer)
        if not version.is_online and new.source == Application.Source.PORTAL:
            raise Conflict(_("This service is not offered on line: come to a window."), code="not_online")
    now = clock.now()
    return Application.objects.create(
        token=uuid.uuid4(),
        party_id=party.id,
        agent_id=own.id if own and own.id != party.id else None,
        applicant_id=applicant,
        clerk_id=viewer.account_id if is_desk else None,
        version=version,
        organisation_id=version.organisation_id,
        division_code=version.division_code,
        source=new.source,
        hall_id=new.hall_id if is_desk else None,
        window_id=new.window_id if is_desk else None,
        delivery=Application.Delivery.WINDOW if is_desk else Application.Delivery.ONLINE,
        created_at=now,
        saved_at=now,
    )


def _refuse_too_many(viewer: Viewer) -> None:
    drafts = Application.objects.filter(applicant=viewer.account_id, status=Application.Status.DRAFT)
    if drafts[: DRAFTS_AT_MOST + 1].count() >= DRAFTS_AT_MOST:
        raise Conflict(
            _("You have %(limit)s applications begun. Hand one in or discard one first."),
            limit=DRAFTS_AT_MOST,
        )


def _may_know(viewer: Viewer, application: Application, party: PartyFacts) -> bool:
    """Nothing known is shown to somebody who merely says who they are; a clerk has the person and the card before them."""
    if application.clerk_id is not None:
        return True
    return may_act_for(viewer, party.id, "see")


def _consent(viewer: Viewer, application: Application, kind: str, text: str, way: str) -> None:
    if way not in Consent.Way.values:
        raise Invalid(_("Say how the applicant agreed."), fields={"way": _("Choose one.")})
    Consent.objects.update_or_create(
        application=application,
        kind=kind,
        defaults={"text": text, "way": way, "given_at": clock.now(), "recorded_by_id": viewer.account_id},
    )
