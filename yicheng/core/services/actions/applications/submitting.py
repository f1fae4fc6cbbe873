"""Hands an application in: everything is checked once more, the case begins, the same button counts once."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.public import Done, NewCase, complete_task, start_case
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.people.public import Viewer
from yicheng.core.services.actions.applications.drafting import (
    DESKS,
    MOVED_ON,
    _is_writer,
    consented,
)
from yicheng.core.services.actions.applications.telling import note, tell, write_to_applicant
from yicheng.core.services.assigning import assigning
from yicheng.core.services.checking import Fault, faults_of
from yicheng.core.services.models import Application, KnownField
from yicheng.core.services.opening import answers_of, known_of

PROCESS = "services.application"
CASE_CLASS = "services"
TRUTH = _("What I state is true and complete; I know that false statements have consequences.")
ON_BEHALF = _("I agree that the station hands in this application for me.")


class Incomplete(Invalid):
    """Something is still missing; ``faults`` say what, and on which step."""

    code = "incomplete"

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(
            _("Something is still missing or not right. See below."),
            fields={fault.field: fault.text for fault in faults},
        )
        self.faults = faults


@transaction.atomic
def submit_application(
    viewer: Viewer,
    application_id: int,
    *,
    token: UUID | str,
    revision: int | None = None,
    is_true: bool = False,
    way: str = "ticked",
    is_on_behalf: bool = False,
) -> Application:
    """Hand a draft in; the same ``token`` again answers the same application and does nothing.

    Raises ``Incomplete``, ``Conflict`` when another tab changed it after ``revision``. At a window or station the
    clerk accepts at once what is complete.
    """
    application = _locked(viewer, application_id)
    if str(application.token) != str(token):
        raise Conflict(MOVED_ON, code="moved_on")
    if application.status != Application.Status.DRAFT:
        return application
    if revision is not None and revision != application.revision:
        raise Conflict(MOVED_ON, code="moved_on")
    _require_complete(application, is_true=is_true, is_on_behalf=is_on_behalf)
    consented(viewer, application, "truth", str(TRUTH), way)
    if application.source == Application.Source.STATION:
        consented(viewer, application, "on_behalf", str(ON_BEHALF), way)
    _mark_changed(application)
    done = _begin_case(viewer, application)
    tell(application, "submitted")
    note(viewer, application, "submit", number=application.number)
    write_to_applicant(application, "received")
    if application.source in DESKS:
        accept_at_once(viewer, application, done)
        application.refresh_from_db()
    return application


def accept_at_once(viewer: Viewer, application: Application, done: Done) -> None:
    """The clerk who took it accepts it with the same click, where accepting is theirs to do."""
    for task in done.open_tasks:
        is_theirs = viewer.may("services.accept", organisation_id=task.organisation_id)
        if task.kind == "services.accept" and is_theirs:
            complete_task(viewer, task.pk, outcome="accept")


def _locked(viewer: Viewer, application_id: int) -> Application:
    rows = Application.objects.select_for_update(of=("self",)).select_related("version", "version__item")
    found = rows.filter(pk=application_id).first()
    if found is None or not _is_writer(viewer, found):
        raise NotFound(_("There is no such application, or it is none of yours."))
    return found


def _require_complete(application: Application, *, is_true: bool, is_on_behalf: bool) -> None:
    faults = faults_of(application)
    if not is_true:
        faults.append(Fault("is_true", _("Confirm that your statements are true."), "check"))
    if application.source == Application.Source.STATION and not is_on_behalf:
        text = _("Record that the applicant agrees that you hand it in for them.")
        faults.append(Fault("is_on_behalf", text, "check"))
    if faults:
        raise Incomplete(faults)


def _mark_changed(application: Application) -> None:
    """Which of the known fields the applicant wrote differently: reviewers look at those."""
    answers, known = answers_of(application), known_of(application)
    changed = [name for name, one in known.items() if name in answers and answers[name] != one.value]
    if changed:
        KnownField.objects.filter(application=application, field__in=changed).update(is_changed=True)


def _begin_case(viewer: Viewer, application: Application) -> Done:
    version = application.version
    new = NewCase(
        process=PROCESS,
        drawing=version.process if version.process != PROCESS else "",
        class_code=CASE_CLASS,
        title=version.name,
        source=application.source,
        organisation_id=application.organisation_id,
        division_code=application.division_code,
        limit_days=version.promised_days or version.legal_days or 1,
        variables={"item": version.item.code},
    )
    with assigning(application.version_id, application.hall_id):
        done = start_case(viewer, new, idempotency_key=f"application/{application.pk}")
    application.case, application.number = done.case, done.case.number
    application.status, application.submitted_at = Application.Status.SUBMITTED, clock.now()
    application.save(update_fields=["case", "number", "status", "submitted_at"])
    return done
