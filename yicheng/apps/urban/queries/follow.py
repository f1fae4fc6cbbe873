"""Following a report by its link: whoever holds the token sees the case as its reporter does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban import photos
from yicheng.apps.urban.models import Rating, Supporter, UrbanCase
from yicheng.apps.urban.story import Line, Stage, stages, story
from yicheng.apps.urban.tokens import digest_of
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Viewer

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case

DISPUTE_DAYS = 15
TOKEN_LENGTH = 60
_WITH_CASE = ("case__case_class", "case__organisation", "case__merged_into")


@dataclass(frozen=True, slots=True)
class Followed:
    """A case as its reporter sees it. ``is_reporter`` is false for those who joined it."""

    urban: UrbanCase
    is_reporter: bool
    stages: Sequence[Stage]
    story: Sequence[Line]
    pictures: photos.Pictures
    rating: Rating | None
    came_from: str = ""

    @property
    def case(self) -> Case:
        return self.urban.case

    @property
    def is_over(self) -> bool:
        """Closed, and not for being refused or merged."""
        return self.case.status == "closed" and not self.urban.refusal

    @property
    def may_rate(self) -> bool:
        return self.is_reporter and self.is_over and self.rating is None

    @property
    def dispute_until(self) -> datetime | None:
        """Until when the reporter may say that it is not solved."""
        if not (self.is_reporter and self.is_over and self.case.closed_at):
            return None
        until = self.case.closed_at + timedelta(days=DISPUTE_DAYS)
        return until if until > clock.now() else None


def owner_of(token: str) -> tuple[int, bool]:
    """The case a token follows, and whether it is the first reporter's. Raises ``NotFound``."""
    digest = digest_of(token[:TOKEN_LENGTH])
    own = UrbanCase.objects.filter(follow_hash=digest).values_list("pk", flat=True).first()
    if own is not None:
        return own, True
    joined = Supporter.objects.filter(follow_hash=digest).values_list("urban_case_id", flat=True).first()
    if joined is None:
        raise NotFound(_("This link follows no report. Check that it was copied whole."))
    return joined, False


def followed(viewer: Viewer, token: str) -> Followed:
    """The case behind a token; of a merged one, the case it joined. At most seven queries."""
    case_id, is_reporter = owner_of(token)
    return _followed(case_id, is_reporter=is_reporter)


def own_report(viewer: Viewer, number: str) -> Followed:
    """A signed-in person's own report by its number. Raises ``NotFound`` for others' reports."""
    found = (
        UrbanCase.objects.filter(case__number=number, reporter_id=viewer.account_id)
        .values_list("pk", flat=True)
        .first()
        if viewer.is_signed_in
        else None
    )
    if found is None:
        raise NotFound(_("You have no report with this number."))
    return _followed(found, is_reporter=True)


def _followed(case_id: int, *, is_reporter: bool) -> Followed:
    urban = UrbanCase.objects.select_related(*_WITH_CASE).get(pk=case_id)
    came_from = ""
    if urban.case.merged_into_id is not None:
        came_from, is_reporter = urban.case.number, False
        urban = UrbanCase.objects.select_related(*_WITH_CASE).get(pk=urban.case.merged_into_id)
    case = urban.case
    return Followed(
        urban,
        is_reporter,
        stages(case),
        story(case.steps.order_by("id"), organisation=str(case.organisation or "")),
        photos.pictures([case.pk])[case.pk],
        Rating.objects.filter(urban_case=urban, closed_at=case.closed_at).first() if case.closed_at else None,
        came_from,
    )
