"""What the reporter says about the result: a rating, once; or that it is not solved, which opens it again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban import events
from yicheng.apps.urban.models import Rating, UrbanCase
from yicheng.apps.urban.queries.follow import DISPUTE_DAYS, Followed
from yicheng.core.cases import public as cases
from yicheng.core.events.public import publish
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid
from yicheng.core.people.public import SYSTEM, Viewer
from yicheng.core.services.public import Satisfaction

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case

#: the steps at which a disputed case is taken up again, the first that it has passed
BEGIN_AGAIN = ("urban.dispatch", "urban.handle", "urban.lead")


@transaction.atomic
def rate(viewer: Viewer, found: Followed, *, level: int, words: str = "") -> Rating:
    """Rate a closed case, once. ``found`` proves that the viewer reported it. Raises ``Conflict``, ``Invalid``."""
    viewer.require("urban.rate_case")
    _require_reporter(found)
    if level not in Satisfaction.values:
        raise Invalid(
            _("Choose one of the five levels."), fields={"level": _("Choose one of the five levels.")}
        )
    urban = UrbanCase.objects.select_for_update(of=("self",)).select_related("case").get(pk=found.urban.pk)
    if urban.case.status != "closed" or urban.case.closed_at is None:
        raise Conflict(_("A case can be rated once it is closed."))
    rating = _write(urban, urban.case.closed_at, level=level, words=words)
    subject, division = f"case/{urban.pk}", urban.case.division_code
    record(viewer, action="urban.rate_case", subject=subject, division=division, detail={"level": level})
    fact = events.CaseRated(urban.pk, urban.case.number, level, urban.case.organisation_id)
    publish(events.CASE_RATED, fact, subject=subject, division=division)
    return rating


@transaction.atomic
def dispute(viewer: Viewer, found: Followed, *, reason: str) -> None:
    """Say that it is not solved: the case opens again. Raises ``Conflict`` after the time for it."""
    viewer.require("urban.rate_case")
    _require_reporter(found)
    if found.dispute_until is None:
        raise Conflict(
            _("This can be said within %(days)d days of closing. Please send a new report."),
            days=DISPUTE_DAYS,
        )
    step = _where_to_begin_again(found.case)
    case = cases.reopen_case(SYSTEM, found.case.pk, element_id=step, note=reason).case
    UrbanCase.objects.filter(pk=found.urban.pk).update(check_passed=None)
    subject = f"case/{case.pk}"
    record(viewer, action="urban.dispute_case", subject=subject, division=case.division_code)
    fact = events.CaseDisputed(case.pk, case.number, case.organisation_id)
    publish(events.CASE_DISPUTED, fact, subject=subject, division=case.division_code)


def _where_to_begin_again(case: Case) -> str:
    """Where it was dispatched last; handled last, if it went to its owner by itself; "": its last step."""
    for kind in BEGIN_AGAIN:
        done = case.tasks.filter(kind=kind, status="done", part_of=None).order_by("-done_at", "-id")
        if step := done.values_list("element_id", flat=True).first():
            return step
    return ""


def _write(urban: UrbanCase, closed_at: datetime, *, level: int, words: str) -> Rating:
    try:
        with transaction.atomic():
            return Rating.objects.create(
                urban_case=urban, closed_at=closed_at, level=level, words=words.strip(), rated_at=clock.now()
            )
    except IntegrityError:
        raise Conflict(_("You have rated this case already. Thank you.")) from None


def _require_reporter(found: Followed) -> None:
    if not found.is_reporter:
        raise Forbidden(_("Only whoever reported the case first can do this."))
