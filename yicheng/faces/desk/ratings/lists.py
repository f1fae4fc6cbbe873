"""The ratings of one's bodies as a list, those whose words wait to be read first to hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yicheng.core.people.public import Viewer, bodies_of, viewer_of
from yicheng.core.services.actions.ratings import release_words
from yicheng.core.services.models import Rating
from yicheng.core.services.queries.ratings import ratings_for
from yicheng.core.services.ratings.levels import LOW, Satisfaction
from yicheng.core.web.public import (
    BulkAction,
    Column,
    Filter,
    ListPage,
    Order,
    badge,
    list_view,
    moment,
    one_of,
)
from yicheng.faces.desk import wording

TONES = {5: "good", 4: "good", 3: "warn", 2: "bad", 1: "bad"}
ICONS = {5: "laugh", 4: "smile", 3: "meh", 2: "frown", 1: "angry"}


def level_badge(rating: Rating) -> SafeString | str:
    """The level in words, colour second."""
    return badge(rating.get_level_display(), TONES[rating.level], ICONS[rating.level])


def standing(rating: Rating) -> SafeString | str:
    """What became of a low rating; nothing for the others."""
    row = getattr(rating, "rectification", None)
    if row is None:
        return ""
    if row.is_upheld:
        return badge(_("does not count"), "outline")
    return wording.status_badge(row.case) if row.case else badge(_("no case was opened"), "warn")


def _standing_words(rating: Rating) -> str:
    row = getattr(rating, "rectification", None)
    if row is None or row.case is None:
        return ""
    return str(_("does not count")) if row.is_upheld else str(row.case.get_status_display())


def _words(rating: Rating) -> str:
    return rating.words if len(rating.words) <= 60 else f"{rating.words[:60]}…"


def _by_kind(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    unread = {"words_published_at": None, "words_withheld_at": None}
    if value == "low":
        return rows.filter(level__lte=LOW)
    if value == "open":
        return rows.filter(rectification__case__status__in=("open", "suspended"))
    if value == "appealed":
        return rows.filter(rectification__appealed_at__isnull=False)
    if value == "unread":
        return rows.filter(**unread).exclude(words="")
    raise ValueError(value)


KINDS = (
    ("low", _("Low ratings")),
    ("open", _("Being rectified")),
    ("appealed", pgettext_lazy("ratings", "Appealed against")),
    ("unread", _("Words to be read")),
)


def _release(viewer: Viewer, ids: Sequence[int], *, is_published: bool) -> str:
    for rating_id in ids:
        release_words(viewer, rating_id, is_published=is_published)
    return now("The words of %(count)s ratings are decided on.") % {"count": len(ids)}


RATINGS = ListPage(
    rows=ratings_for,
    columns=(
        Column("level", _("Level"), level_badge, lambda rating: rating.level, is_short=True),
        Column("matter", _("Matter"), lambda rating: rating.invitation.title),
        Column("words", _("Words"), _words, lambda rating: rating.words),
        Column("standing", _("Rectification"), standing, _standing_words),
        Column("organisation", _("Department"), lambda rating: str(rating.organisation)),
        Column("channel", _("Channel"), lambda rating: rating.get_channel_display()),
        Column("rated", _("Rated"), lambda rating: moment(rating.rated_at), lambda rating: rating.rated_at),
    ),
    orders=(
        Order("newest", _("Newest first"), ("-id",)),
        Order("worst", _("Lowest first"), ("level", "-id")),
    ),
    filters=(
        Filter("kind", _("Which"), _by_kind, choices=lambda _viewer: KINDS),
        Filter(
            "level",
            _("Level"),
            one_of("level", {str(value): label for value, label in Satisfaction.choices}),
            choices=lambda _viewer: [(str(value), label) for value, label in Satisfaction.choices],
        ),
        Filter(
            "body",
            _("Department"),
            lambda rows, value: rows.filter(organisation_id=int(value)),
            choices=lambda viewer: [(str(body.id), body.name) for body in bodies_of(ids=_bodies(viewer))],
        ),
    ),
    bulk=(
        BulkAction(
            "publish",
            _("Show the words to everybody"),
            lambda viewer, ids: _release(viewer, ids, is_published=True),
            right="services.publish_words",
        ),
        BulkAction(
            "withhold",
            _("Withhold the words"),
            lambda viewer, ids: _release(viewer, ids, is_published=False),
            right="services.publish_words",
        ),
    ),
    link=lambda rating: reverse("desk.rating", args=[rating.pk]),
    export="ratings",
    template="desk/ratings/list.html",
    context=lambda request: {"may_invite": viewer_of(request).may("services.invite_rating")},
    nothing_title=_("No ratings here"),
    nothing_text=_("People are invited to rate when their matter is decided. Choose other filters."),
)
ratings = list_view(RATINGS)


def _bodies(viewer: Viewer) -> list[int]:
    """The bodies that were rated, as far as the viewer may see them; few, from the counts."""
    from yicheng.core.services.queries.rating_figures import own_months

    return list(own_months(viewer).values_list("organisation_id", flat=True).distinct())
