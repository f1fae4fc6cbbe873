"""The addresses of ratings at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.core.services.models import Rating, RatingInvitation
from yicheng.core.web.declare import Menu, Page, Panel
from yicheng.faces.desk.ratings import figures, lists, rating

SEE, INVITE = "services.see_ratings", "services.invite_rating"
SERVICES = _("Services")


def _rating() -> Mapping[str, Any]:
    return {"rating_id": Rating.objects.order_by("-id").values_list("pk", flat=True).first() or 0}


def _invitation() -> Mapping[str, Any]:
    newest = RatingInvitation.objects.order_by("-id").values_list("pk", flat=True).first()
    return {"invitation_id": newest or 0}


PAGES = (
    Page("desk.ratings", "desk", "ratings/", lists.ratings, _("Ratings of services"), SEE, Menu(SERVICES, 320, "star")),
    Page(
        "desk.rating_figures", "desk", "ratings/figures/", figures.figures, _("Figures of ratings"), SEE,
        Menu(SERVICES, 330, "chart-column"),
    ),
    Page("desk.invite_rating", "desk", "ratings/invite/", rating.invite, _("Invite to rate"), INVITE),
    Page(
        "desk.rating_code", "desk", "ratings/invitations/<int:invitation_id>/", rating.code_page,
        _("Code to rate by"), INVITE, example=_invitation,
    ),
    Page(
        "desk.rating", "desk", "ratings/<int:rating_id>/", rating.rating_page, _("Rating"), SEE, example=_rating
    ),
    Page("desk.release_words", "desk", "ratings/<int:rating_id>/words/", rating.release, _("Release words"), SEE),
)  # fmt: skip
PANELS = (
    Panel("desk.rating_of_case", "case.main", "desk/ratings/parts/said.html", rating.of_case, order=10),
)
