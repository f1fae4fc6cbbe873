"""The one notice of all that is missing: the clock stands until it is answered (行政许可法 Art. 32)."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.public import ask_pause, decide_clock_change, resume_case
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.people.public import SYSTEM, Viewer
from yicheng.core.services.actions.applications.telling import note, write_to_applicant
from yicheng.core.services.checking import needed_materials
from yicheng.core.services.models import Application, Material, MissingNotice
from yicheng.core.services.opening import answers_of
from yicheng.core.services.queries.applications import is_own, open_task


@transaction.atomic
def check_material(
    viewer: Viewer, application_id: int, code: str, *, is_good: bool, note_text: str = ""
) -> None:
    """Say of one material that it is in order, or why not. Raises ``Invalid``, ``Forbidden``, ``NotFound``."""
    application = _in_hand(viewer, application_id)
    row = Material.objects.select_for_update().filter(application=application, code=code).first()
    if row is None:
        raise NotFound(_("There is no such material yet."))
    if not is_good and not note_text.strip():
        raise Invalid(_("Say what is wrong with it."), fields={"note": _("Say what is wrong with it.")})
    row.check_state = Material.Check.GOOD if is_good else Material.Check.MISSING
    row.check_note, row.checked_at = note_text.strip()[:300], clock.now()
    row.checked_by_id = viewer.account_id
    row.save()
    note(viewer, application, "check", material=code, is_good=is_good)


@transaction.atomic
def ask_for_missing(
    viewer: Viewer, application_id: int, *, text: str = "", materials: Mapping[str, str] | None = None
) -> MissingNotice:
    """Tell the applicant at once all that is missing; the clock stands until they answer.

    ``materials``: code → what is wrong, beside those checked as missing. It may be told once before acceptance and
    once after; what was not named then cannot be held against the applicant. Raises ``Conflict``, ``Invalid``.
    """
    application = _in_hand(viewer, application_id)
    if application.status not in (Application.Status.SUBMITTED, Application.Status.ACCEPTED):
        raise Conflict(_("Something can be asked for while the application is being handled."))
    _refuse_second(application)
    _mark_missing(viewer, application, materials or {})
    lines = _lines(application)
    if not lines and not text.strip():
        raise Invalid(_("Name what is missing."), fields={"text": _("Name what is missing.")})
    words = "\n".join([*lines, *([text.strip()[:2000]] if text.strip() else [])])
    notice = MissingNotice.objects.create(
        application=application, text=words, asked_by_id=viewer.account_id, asked_at=clock.now()
    )
    _stop_clock(viewer, application, str(_("waiting for the applicant's materials")))
    application.status = Application.Status.RETURNED
    application.save(update_fields=["status"])
    write_to_applicant(application, "missing", once=str(notice.pk), values={"text": words})
    note(viewer, application, "ask_missing", lines=len(lines))
    return notice


@transaction.atomic
def supplement(viewer: Viewer, application_id: int) -> None:
    """The applicant (or the clerk for them) has added what was missing: the clock runs on. Raises ``Invalid``."""
    application = _locked(application_id)
    if application is None or not (is_own(viewer, application) or _has_desk(viewer, application)):
        raise NotFound(_("There is no such application, or it is none of yours."))
    if application.status != Application.Status.RETURNED:
        raise Conflict(_("Nothing is missing in this application."))
    still = _still_missing(application)
    if still:
        raise Invalid(_("Still missing: %(materials)s."), materials="、".join(still))
    application.missing_notices.filter(answered_at=None).update(answered_at=clock.now())
    was_accepted = application.accepted_at is not None
    application.status = Application.Status.ACCEPTED if was_accepted else Application.Status.SUBMITTED
    application.save(update_fields=["status"])
    if application.case_id is not None:
        resume_case(SYSTEM, application.case_id, note=str(_("the applicant has added what was missing")))
    note(viewer, application, "supplement")


def _in_hand(viewer: Viewer, application_id: int) -> Application:
    """An application of which the viewer has a step before them, locked. Raises ``NotFound``, ``Forbidden``."""
    application = _locked(application_id)
    if application is None or application.case is None:
        raise NotFound(_("There is no such application."))
    for kind in ("accept", "review", "decide"):
        task = open_task(application, kind)
        right = f"services.{kind}"
        if task and viewer.may(right, organisation_id=task.organisation_id, division=task.division_code):
            return application
    raise Forbidden(_("Only who has this application before them may do this."))


def _locked(application_id: int) -> Application | None:
    rows = Application.objects.select_for_update(of=("self",)).select_related(
        "version__item", "party", "case"
    )
    return rows.select_related("version__item", "party", "case", "hall").filter(pk=application_id).first()


def _has_desk(viewer: Viewer, application: Application) -> bool:
    body = application.hall.organisation_id if application.hall else application.organisation_id
    return viewer.kind == "staff" and viewer.may(
        "services.accept", organisation_id=body, division=application.division_code
    )


def _refuse_second(application: Application) -> None:
    since = application.accepted_at or application.submitted_at
    if application.missing_notices.filter(asked_at__gte=since).exists():
        raise Conflict(
            _("All that is missing is told at once, and it was told already. Decide on what is there."),
            code="told_once",
        )


def _mark_missing(viewer: Viewer, application: Application, materials: Mapping[str, str]) -> None:
    for code, reason in materials.items():
        Material.objects.update_or_create(
            application=application,
            code=code,
            defaults={
                "check_state": Material.Check.MISSING,
                "check_note": reason.strip()[:300],
                "checked_by_id": viewer.account_id,
                "checked_at": clock.now(),
            },
            create_defaults={
                "way": Material.Way.FILE,
                "check_state": Material.Check.MISSING,
                "check_note": reason.strip()[:300],
                "checked_by_id": viewer.account_id,
                "checked_at": clock.now(),
                "given_at": clock.now(),
            },
        )


def _lines(application: Application) -> list[str]:
    """One line for each material that is missing or not in order."""
    known = {row.code: row for row in application.materials.all()}
    found = []
    for wanted in needed_materials(application, answers_of(application)):
        row = known.get(wanted.code)
        if row is None:
            found.append(wanted.name)
        elif row.check_state == Material.Check.MISSING:
            found.append(f"{wanted.name}：{row.check_note}" if row.check_note else wanted.name)
    return found


def _still_missing(application: Application) -> list[str]:
    known = {row.code: row for row in application.materials.all()}
    return [
        wanted.title
        for wanted in needed_materials(application, answers_of(application))
        if wanted.code not in known or known[wanted.code].check_state == Material.Check.MISSING
    ]


def _stop_clock(viewer: Viewer, application: Application, reason: str) -> None:
    assert application.case_id is not None
    asked = ask_pause(viewer, application.case_id, reason=reason)
    decide_clock_change(SYSTEM, asked, grant=True, note=reason)
