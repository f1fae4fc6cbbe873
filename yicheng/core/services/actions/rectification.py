"""What a low rating leads to: a case that calls back, mends, answers; steps write here what the one who rated reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.public import NewCase, start_case
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Invalid, Refusal
from yicheng.core.people.public import SYSTEM
from yicheng.core.services.actions.counting import count
from yicheng.core.services.models import Rating, Rectification

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case, Task
    from yicheng.core.people.public import Viewer

PROCESS = "services.rectification"
CLASS = "R01"
Data = Mapping[str, Any]


def open_rectification(rating: Rating) -> Rectification:
    """Open the case of a low rating; where the city drew no such process, why not is kept with it."""
    row, invitation = Rectification(rating=rating), rating.invitation
    new = NewCase(
        process=PROCESS,
        class_code=CLASS,
        title=invitation.title,
        source="rating",
        description=rating.words,
        severity=1 if rating.level == 1 else 2,
        organisation_id=rating.organisation_id,
        division_code=rating.division_code,
    )
    try:
        with transaction.atomic():
            row.case = start_case(SYSTEM, new, idempotency_key=f"service_rating/{rating.pk}").case
    except Refusal as refusal:
        row.fault = str(refusal)[:200]
    row.save(force_insert=True)
    return row


def called_back(viewer: Viewer, case: Case, task: Task, outcome: str, data: Data) -> Data | None:
    """The body spoke with whoever rated (or could not reach them), and agrees or contests."""
    row = _of(case)
    if outcome != "unreachable":
        row.called_back_at = clock.now()
    if outcome == "contested":
        row.contested = _words(data, "reason", _("Say why the rating is unfounded."))
    row.save(update_fields=["called_back_at", "contested"])
    return None


def judged(viewer: Viewer, case: Case, task: Task, outcome: str, data: Data) -> Data | None:
    """The service office decides on a contest: an unfounded rating counts no more."""
    row = _of(case)
    row.is_upheld = outcome == "unfounded"
    if row.is_upheld:
        row.answer = _words(data, "answer", _("Say to whoever rated why it does not count."))
        row.answered_at = clock.now()
        if row.rating.is_counted:
            Rating.objects.filter(pk=row.pk).update(is_counted=False)
            count(row.rating, by=-1)
    row.save(update_fields=["is_upheld", "answer", "answered_at"])
    return None


def answered(viewer: Viewer, case: Case, task: Task, outcome: str, data: Data) -> Data | None:
    """The body tells whoever rated what it changed."""
    row = _of(case)
    row.answer = _words(data, "answer", _("Write what was changed: the person who rated reads it."))
    row.answered_at = clock.now()
    row.save(update_fields=["answer", "answered_at"])
    return None


def _of(case: Case) -> Rectification:
    return (
        Rectification.objects.select_for_update(of=("self",))
        .select_related("rating__invitation")
        .get(case_id=case.pk)
    )


def _words(data: Data, name: str, missing: Any) -> str:
    text = str(data.get(name) or "").strip()
    if not text:
        raise Invalid(missing, fields={name: missing})
    return text[:1000]
