"""The list of licences: numbers, kinds, standing. Who holds them takes a purpose to see."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.licences.reading import standing
from yicheng.core.credentials.licences.wording import STANDINGS
from yicheng.core.credentials.models import Licence
from yicheng.core.credentials.queries.licences import licence_rows, licence_types
from yicheng.core.kernel import clock
from yicheng.core.kernel.languages import in_language
from yicheng.core.people.public import Viewer
from yicheng.core.web.public import Column, Filter, ListPage, Order, badge, moment

CHOSEN = ("valid", "suspended", "revoked", "expired")


def _by_standing(rows: QuerySet[Licence], value: str) -> QuerySet[Licence]:
    today = timezone.localdate(clock.now())
    lives = Q(valid_until=None) | Q(valid_until__gte=today)
    match value:
        case "valid":
            return rows.filter(lives, status="valid")
        case "expired":
            return rows.filter(status="valid", valid_until__lt=today)
        case "suspended" | "revoked":
            return rows.filter(status=value)
    raise ValueError(value)


def _by_kind(rows: QuerySet[Licence], value: str) -> QuerySet[Licence]:
    return rows.filter(type__code=value[:40])


def _by_number(rows: QuerySet[Licence], value: str) -> QuerySet[Licence]:
    return rows.filter(number=value.strip()[:40])


def _standing(one: Licence) -> Any:
    assert one.version is not None
    return STANDINGS[standing(one, one.version)]


def _badge(one: Licence) -> Any:
    stands = _standing(one)
    return badge(stands.word, stands.tone, stands.icon)


def _kind(one: Licence) -> str:
    assert one.version is not None
    words = one.version.type_version
    return in_language(words.name, words.name_en)


def _until(one: Licence) -> str:
    return date_format(one.valid_until, "SHORT_DATE_FORMAT") if one.valid_until else str(_("without end"))


def _kinds(_viewer: Viewer) -> list[tuple[str, str]]:
    return [(kind.code, kind.title) for kind in licence_types()]


LICENCES = ListPage(
    rows=licence_rows,
    columns=(
        Column("number", _("Number"), lambda one: one.number),
        Column("kind", _("Kind"), _kind),
        Column("body", _("Issued by"), lambda one: str(one.organisation)),
        Column("standing", _("State"), _badge, lambda one: str(_standing(one).word)),
        Column("until", _("Valid until"), _until),
        Column("issued", _("Issued"), lambda one: moment(one.issued_at, "SHORT_DATE_FORMAT"), lambda one: one.issued_at.isoformat()),
    ),
    orders=(Order("newest", _("Newest first"), ("-issued_at", "-id")),),
    filters=(
        Filter("q", _("Licence number"), _by_number, kind="search"),
        Filter("kind", _("Kind"), _by_kind, choices=_kinds),
        Filter(
            "standing", _("State"), _by_standing,
            choices=lambda _viewer: [(word, str(STANDINGS[word].word)) for word in CHOSEN],
        ),
    ),
    link=lambda one: reverse("desk.licence", args=[one.pk]),
    export="licences",
    template="desk/licences/list.html",
)  # fmt: skip
