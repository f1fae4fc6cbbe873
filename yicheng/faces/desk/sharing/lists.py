"""The two lists: requests from both sides, grants from both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import clock
from yicheng.core.people.public import Viewer
from yicheng.core.sharing import public as sharing
from yicheng.core.web.public import Column, Filter, ListPage, Order, badge, moment, one_of
from yicheng.faces.desk.sharing.words import RUNNING, STATES, standing

if TYPE_CHECKING:
    from yicheng.core.sharing.models import Grant, Request

SIDES = (("ours", _("of my department")), ("theirs", _("of others, to my department")))


def _requests(viewer: Viewer) -> QuerySet[Request]:
    return sharing.requests(viewer).annotate(is_ours=F("consumer_id") - (viewer.organisation_id or 0))


def _grants(viewer: Viewer) -> QuerySet[Grant]:
    return sharing.grants(viewer).annotate(is_ours=F("consumer_id") - (viewer.organisation_id or 0))


def _by_side(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    if value not in ("ours", "theirs"):
        raise ValueError(value)
    return rows.filter(is_ours=0) if value == "ours" else rows.exclude(is_ours=0)


def _by_running(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    today = timezone.localdate(clock.now())
    match value:
        case "running":
            return rows.filter(revoked_at=None, starts_on__lte=today, ends_on__gte=today)
        case "over":
            return rows.filter(revoked_at=None, ends_on__lt=today)
        case "revoked":
            return rows.filter(revoked_at__isnull=False)
    raise ValueError(value)


def _by_words(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(entry__title__icontains=value[:60])


def _standing(grant: Grant) -> str:
    return standing(grant.starts_on, grant.ends_on, is_revoked=grant.revoked_at is not None)


_NEWEST = (Order("newest", _("Newest first"), ("-id",)),)
_SIDE = Filter("side", _("Whose"), _by_side, choices=lambda _viewer: SIDES)
_WORDS = Filter("q", _("Words"), _by_words, kind="search")

REQUESTS = ListPage(
    rows=_requests,
    columns=(
        Column("title", _("Data"), lambda one: one.entry.title),
        Column("consumer", _("Who asks"), lambda one: str(one.consumer)),
        Column("provider", _("Of whom"), lambda one: str(one.provider)),
        Column(
            "state", _("State"), lambda one: badge(*STATES[one.state]), lambda one: str(STATES[one.state][0])
        ),
        Column(
            "asked_at", _("Asked"), lambda one: moment(one.asked_at), lambda one: one.asked_at.isoformat()
        ),
    ),
    orders=_NEWEST,
    filters=(
        _WORDS,
        _SIDE,
        Filter(
            "state",
            _("State"),
            one_of("state", STATES),
            choices=lambda _viewer: [(key, text) for key, (text, _t) in STATES.items()],
        ),
    ),
    link=lambda one: reverse("desk.request", args=[one.pk]),
    export="requests",
    template="desk/sharing/requests.html",
    nothing_title=_("No requests yet"),
    nothing_text=_("Choose data in the catalogue and say what you need them for."),
)
UNDELIVERED = ListPage(
    rows=sharing.undelivered,
    columns=(
        Column("title", _("Data"), lambda one: one.subscription.grant.entry.title),
        Column("address", _("Address"), lambda one: one.subscription.url),
        Column("change", _("Change"), lambda one: one.change, is_number=True),
        Column("error", _("Why it failed"), lambda one: one.error),
        Column("at", _("When"), lambda one: moment(one.at), lambda one: one.at.isoformat()),
    ),
    orders=_NEWEST,
    link=lambda one: reverse("desk.grant", args=[one.subscription.grant_id]),
    nothing_title=_("Every change arrived"),
    nothing_text=_("What an address refuses is listed here; send it again from the page of its grant."),
)
GRANTS = ListPage(
    rows=_grants,
    columns=(
        Column("title", _("Data"), lambda one: one.entry.title),
        Column("provider", _("Given by"), lambda one: str(one.provider)),
        Column("consumer", _("Used by whom"), lambda one: str(one.consumer)),
        Column(
            "standing",
            _("State"),
            lambda one: badge(*RUNNING[_standing(one)]),
            lambda one: str(RUNNING[_standing(one)][0]),
        ),
        Column(
            "ends_on",
            _("Until"),
            lambda one: date_format(one.ends_on, "SHORT_DATE_FORMAT"),
            lambda one: one.ends_on.isoformat(),
        ),
    ),
    orders=_NEWEST,
    filters=(
        _WORDS,
        _SIDE,
        Filter(
            "state",
            _("State"),
            _by_running,
            choices=lambda _viewer: [(key, RUNNING[key][0]) for key in ("running", "over", "revoked")],
        ),
    ),
    link=lambda one: reverse("desk.grant", args=[one.pk]),
    export="grants",
    nothing_title=_("No grants yet"),
    nothing_text=_("What your department may use of others, and gave to others, is listed here."),
)
