"""Applications as those may read them who have a part in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.models import Task
from yicheng.core.cases.public import may_view
from yicheng.core.journal.public import attached_files, record_access
from yicheng.core.kernel.errors import NotFound, SignInRequired
from yicheng.core.people.public import Viewer, may_act_for, parties_of, party_facts
from yicheng.core.services.application_facts import ApplicationFacts, MaterialLine
from yicheng.core.services.models import Application, Material, ServiceMaterial
from yicheng.core.services.opening import KnownAnswer, answers_of, known_of

if TYPE_CHECKING:
    from yicheng.core.people.public import PartyFacts

_GONE = _("There is no such application, or it is none of yours.")


@dataclass(frozen=True, slots=True)
class Detail:
    """Everything about an application for its page. ``answers`` are empty for who may not read them."""

    application: Application
    party: PartyFacts
    materials: Sequence[MaterialLine]
    answers: dict[str, Any]
    known: dict[str, KnownAnswer]
    files: Sequence[Any]

    @property
    def spared(self) -> int:
        """How many materials nobody had to bring."""
        return sum(line.is_spared for line in self.materials)


def my_applications(viewer: Viewer) -> QuerySet[Application]:
    """Those the viewer follows: begun by them, or of parties they may see; order by ``-id``."""
    if viewer.account_id is None:
        raise SignInRequired(_("Please sign in to do this."))
    seen = [party.id for party in parties_of(viewer, what="see")]
    rows = Application.objects.filter(Q(applicant=viewer.account_id) | Q(party__in=seen) & ~Q(status="draft"))
    return rows.select_related("version", "party", "case")


def desk_applications(viewer: Viewer) -> QuerySet[Application]:
    """Those staff may see: decided by their body, or taken at a hall of theirs; order by ``-id``."""
    scopes = viewer.scopes("services.view_application")
    mine = Q(pk__in=())
    for scope in scopes:
        inside = Q(division_code__startswith=scope.division)
        if scope.organisation_ids is None:
            mine |= inside
        else:
            bodies = sorted(scope.organisation_ids)
            mine |= (Q(organisation__in=bodies) | Q(hall__organisation__in=bodies)) & inside
    rows = Application.objects.filter(mine).exclude(status=Application.Status.DRAFT)
    return rows.select_related("version", "party", "case", "hall")


def visible_application(viewer: Viewer, application_id: int) -> Application:
    """An application that the viewer may know of. Raises ``NotFound``."""
    rows = Application.objects.select_related("version", "version__item", "party", "case", "hall", "agent")
    found = rows.filter(pk=application_id).first()
    if found is None or not (is_own(viewer, found) or is_at_desk_of(viewer, found)):
        raise NotFound(_GONE)
    return found


def own_application(viewer: Viewer, application_id: int, *, lock: bool = False) -> Application:
    """An application that the viewer follows as an applicant. Raises ``NotFound``; locked where wanted."""
    rows = Application.objects.filter(pk=application_id)
    found = (rows.select_for_update() if lock else rows.select_related("version", "party", "case")).first()
    if found is None or not is_own(viewer, found):
        raise NotFound(_GONE)
    return found


def is_own(viewer: Viewer, application: Application) -> bool:
    """Whether the viewer began it, or may see the party's applications; drafts are their writer's alone."""
    if viewer.account_id is None:
        return False
    if application.applicant_id == viewer.account_id:
        return True
    return application.status != Application.Status.DRAFT and may_act_for(viewer, application.party_id, "see")


def is_at_desk_of(viewer: Viewer, application: Application) -> bool:
    """Whether staff may see it: their draft, by right over its body or hall, or because a step of it is theirs."""
    if viewer.kind == "system":
        return True
    if viewer.kind != "staff":
        return False
    if application.status == Application.Status.DRAFT:
        return application.clerk_id == viewer.account_id
    bodies = [application.organisation_id, application.hall.organisation_id if application.hall else None]
    if any(
        viewer.may("services.view_application", organisation_id=body, division=application.division_code)
        for body in bodies
        if body
    ):
        return True
    return application.case is not None and may_view(viewer, application.case)


def application_detail(viewer: Viewer, application_id: int, *, purpose: str = "") -> Detail:
    """An application with its answers and materials. For staff the look is logged for the applicant to see."""
    found = visible_application(viewer, application_id)
    if not is_own(viewer, found) and viewer.kind == "staff":
        _log(viewer, found, purpose)
    return Detail(
        found,
        party_facts([found.party_id])[found.party_id],
        material_lines(found),
        answers_of(found),
        known_of(found),
        attached_files([subject_of(found)])[subject_of(found)],
    )


def subject_of(application: Application) -> str:
    """What the files of its answers are attached to, and what records of it name."""
    return f"serviceapplication/{application.pk}"


def material_lines(application: Application) -> list[MaterialLine]:
    """The item's materials with what is there for each, in order. Three queries."""
    given = {row.code: row for row in application.materials.all()}
    files = attached_files([row.subject for row in given.values()])
    wanted = ServiceMaterial.objects.filter(version_id=application.version_id).order_by("position")
    return [_line(row, given.get(row.code), files) for row in wanted]


def find_by_code(code: str) -> Application | None:
    """The application whose slip carries this code; the code itself is the right to its few public facts."""
    rows = Application.objects.exclude(status=Application.Status.DRAFT)
    return rows.select_related("version", "case").filter(code=code).first()


def open_task(application: Application, kind: str) -> Task | None:
    """The open task of this kind (``accept``, ``deliver``) of an application."""
    rows = Task.objects.filter(case=application.case_id, kind=f"services.{kind}", status="open")
    return rows.order_by("pk").first()


def application_facts(application_id: int) -> ApplicationFacts:
    """Facts by id. Raises ``NotFound``."""
    found = Application.objects.select_related("version__item").filter(pk=application_id).first()
    if found is None:
        raise NotFound(_GONE)
    return facts_of(found)


def facts_of(application: Application) -> ApplicationFacts:
    """The row as other parts learn of it; its version and item are loaded."""
    return ApplicationFacts(
        application.pk,
        application.number or "",
        application.code,
        application.version.item.code,
        application.version_id,
        application.version.licence_type,
        application.party_id,
        application.applicant_id,
        application.organisation_id,
        application.division_code,
        application.case_id,
        application.status,
        application.decision,
    )


def _log(viewer: Viewer, application: Application, purpose: str) -> None:
    """For whoever follows it: a person without an account sees it once they have one."""
    person = application.applicant_id or application.party.account_id
    if person is not None:
        reason = purpose or str(_("handling an application"))
        record_access(viewer, person_id=person, subject=subject_of(application), purpose=reason)


def _line(wanted: ServiceMaterial, given: Material | None, files: Any) -> MaterialLine:
    return MaterialLine(
        code=wanted.code,
        name=str(wanted),
        is_needed=wanted.is_needed,
        way=given.way if given else "",
        state=given.check_state if given else "",
        note=given.check_note if given else "",
        proof_title=given.proof_title if given else "",
        reference=given.reference if given else "",
        receipt=given.receipt if given else "",
        source=given.source if given else "",
        files=files[given.subject] if given else (),
        accepted_when=wanted.accepted_when,
        material_id=given.pk if given else None,
    )
