"""What may be read of ratings: by whoever holds the code, by the rated bodies, by everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Viewer, scoped
from yicheng.core.services.models import Rating, RatingInvitation, Rectification, Window
from yicheng.core.services.ratings.levels import LOW, REASONS
from yicheng.core.services.ratings.tokens import digest_of, spaced, typed

APPEAL_FOR: Any = timedelta(days=15)
#: the drawn step at which an appealed case begins again: the service office looks at it
OPEN_AGAIN_AT = "confirm"


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the code stands for, as whoever holds it sees it."""

    code: str
    row: RatingInvitation
    rating: Rating | None
    rectification: Rectification | None

    @property
    def shown_code(self) -> str:
        return spaced(self.code)

    @property
    def may_rate(self) -> bool:
        return self.rating is None and self.row.expires_at > clock.now()

    @property
    def is_over(self) -> bool:
        """Whether what followed a low rating has come to its end."""
        case = self.rectification.case if self.rectification else None
        return case is not None and case.status == "closed"

    @property
    def appeal_until(self) -> datetime | None:
        """Until when the answer may be appealed against; None: not (any more)."""
        row = self.rectification
        if row is None or row.case is None or row.appealed_at is not None or row.case.status != "closed":
            return None
        if row.case.closed_at is None or not row.answer:
            return None
        until: datetime = row.case.closed_at + APPEAL_FOR
        return until if until > clock.now() else None

    @property
    def may_appeal(self) -> bool:
        return self.appeal_until is not None


def invitation_of(viewer: Viewer, code: str, *, is_locked: bool = False) -> Invitation:
    """What a code stands for, typed or from a link. Raises ``NotFound``. Three queries at most."""
    viewer.require("services.rate")
    plain = typed(code)
    rows = RatingInvitation.objects.select_related("organisation")
    if is_locked:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(code_digest=digest_of(plain)).first() if plain else None
    if row is None:
        raise NotFound(_("No service is rated by this code. Check that it was typed whole."))
    rating = Rating.objects.filter(invitation=row).prefetch_related("reasons").first()
    rectification = None
    if rating is not None and rating.level <= LOW:
        rectification = Rectification.objects.select_related("case").filter(pk=rating.pk).first()
    return Invitation(plain, row, rating, rectification)


def ratings_for(viewer: Viewer) -> QuerySet[Rating]:
    """The ratings of the bodies and divisions this viewer may see."""
    rows = Rating.objects.select_related("invitation", "organisation", "rectification__case")
    return scoped(rows.prefetch_related("reasons"), viewer, "services.see_ratings")


def rating_detail(viewer: Viewer, rating_id: int) -> Rating:
    """One rating. Raises ``NotFound`` also for one that this viewer may not know of."""
    found = ratings_for(viewer).filter(pk=rating_id).first()
    if found is None:
        raise NotFound(_("There is no rating with this number that you may see."))
    return found


def open_at_window(viewer: Viewer, window_id: int, *, within: timedelta) -> RatingInvitation | None:
    """The newest invitation of a window that nobody has used yet: what its tablet shows. One query."""
    since: Any = clock.now() - within
    rows = RatingInvitation.objects.filter(window_id=window_id, invited_at__gte=since, rating=None)
    return rows.order_by("-invited_at").first()


def released_words(viewer: Viewer) -> QuerySet[Rating]:
    """Ratings whose words everybody may read, with what was answered; order by ``-id``."""
    rows = Rating.objects.filter(words_published_at__isnull=False, is_counted=True)
    return rows.select_related("invitation", "organisation", "rectification").prefetch_related("reasons")


def reason_words(rating: Rating) -> Sequence[str | Promise]:
    """The reasons that were ticked, in words."""
    return [REASONS[row.reason] for row in rating.reasons.all() if row.reason in REASONS]


def rating_of_case(case_id: int) -> Rating | None:
    """The rating that a rectification is about; the caller has checked that the viewer may see the case. One query."""
    rows = Rating.objects.select_related("invitation", "organisation", "rectification__case")
    return rows.filter(rectification__case_id=case_id).first()


def windows_of(viewer: Viewer) -> QuerySet[Window]:
    """The windows that are in use, with their halls."""
    viewer.require("services.invite_rating")
    return Window.objects.filter(is_active=True, hall__is_active=True).select_related("hall")
