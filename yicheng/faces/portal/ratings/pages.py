"""The addresses of rating on the portal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.services.models import RatingInvitation
from yicheng.core.services.ratings.tokens import LENGTH, code_of
from yicheng.core.web.declare import Menu, Page
from yicheng.faces.portal.ratings import rate, results


def _example() -> Mapping[str, Any]:
    """A code of the demonstration; where nobody was invited, one that stands for nothing."""
    subject = RatingInvitation.objects.order_by("-id").values_list("subject", flat=True).first()
    return {"code": code_of(subject) if subject else "0" * LENGTH}


def pages(menu: str | Promise) -> tuple[Page, ...]:
    """The pages; ``menu`` is the group that the results stand in."""
    return (
        Page(
            "portal.ratings", "portal", "ratings/", results.results, _("Ratings of services"), None,
            Menu(menu, 55, "star"),
        ),
        Page("portal.find_rating", "portal", "rate/", rate.find, _("Rate a service"), None),
        Page(
            "portal.rate", "portal", "rate/<slug:code>/", rate.rate_page, _("Your rating"), None,
            example=_example,
        ),
    )  # fmt: skip
