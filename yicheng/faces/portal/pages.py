"""The portal's own pages: the front door, a person's own matters, accessibility."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yicheng.core.journal.public import looks_at_me
from yicheng.core.kernel.errors import SignInRequired
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.sharing import public as sharing
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import Group, catalogue_pages, inbox_view, menu_groups, panels_of
from yicheng.faces.portal import applying, licences, ratings, warnings
from yicheng.faces.portal import services as network
from yicheng.faces.portal.services.keeping import kept_for_strangers


def home(request: HttpRequest) -> HttpResponse:
    """The front door: what one can do here, and what parts show of the city."""
    context = {
        "doors": panels_of(request, "portal.doors"),
        "follow": panels_of(request, "portal.follow"),
        "panels": panels_of(request, "portal.home"),
        "services": services(viewer_of(request)),
    }
    return render(request, "portal/home.html", context)


def services(viewer: Viewer) -> Sequence[Group]:
    """What parts offer in the navigation, besides the portal's own pages."""
    offered = (
        Group(group.title, tuple(entry for entry in group.entries if not entry.key.startswith("portal.")))
        for group in menu_groups("portal", viewer)
    )
    return [group for group in offered if group.entries]


def me(request: HttpRequest) -> HttpResponse:
    """A person's own matters, put together by the parts that know them."""
    if not viewer_of(request).is_signed_in:
        raise SignInRequired(_("Please sign in to see your own matters."))
    return render(request, "portal/me.html", {"panels": panels_of(request, "portal.me")})


def looks(request: HttpRequest) -> HttpResponse:
    """Who looked at one's personal data, when, and for what purpose."""
    return render(request, "portal/looks.html", {"looks": looks_at_me(viewer_of(request))})


def exchange(request: HttpRequest) -> HttpResponse:
    """Who uses whose data, how often: counts for everybody."""
    found = sharing.exchange(language=viewer_of(request).language)
    options = {
        "xAxis": {"type": "category", "data": [f"{day:%m-%d}" for day, _count in found.by_day]},
        "yAxis": {"type": "value", "minInterval": 1},
        "tooltip": {"trigger": "axis"},
        "series": [{"type": "bar", "data": [count for _day, count in found.by_day]}],
    }
    return render(request, "portal/exchange.html", {"exchange": found, "options": options})


def accessibility(request: HttpRequest) -> HttpResponse:
    """What these pages promise to everyone, and where to tell that they fail."""
    return render(request, "portal/accessibility.html")


#: so long a stranger may see the front page as it was
HOME_KEPT_S = 3.0
CITY = _("The city")
MINE = _("Mine")
PAGES = (
    Page(
        "portal.home",
        "portal",
        "",
        kept_for_strangers(home, seconds=HOME_KEPT_S),
        _("Front page"),
        None,
        Menu(CITY, 0, "house"),
    ),
    Page("portal.me", "portal", "me/", me, _("My matters"), None, Menu(MINE, 900, "user")),
    Page("portal.notices", "portal", "me/notices/", inbox_view("portal/notices.html"), _("Notices"), None),
    Page("portal.looks", "portal", "me/looks/", looks, _("Who looked at my data"), None),
    Page("portal.accessibility", "portal", "accessibility/", accessibility, _("Accessibility"), None),
    *warnings.pages(CITY),
    *ratings.pages(CITY),
    *network.pages(CITY),
    *licences.pages(MINE),
    *applying.pages(MINE),
    Page(
        "portal.exchange",
        "portal",
        "exchange/",
        exchange,
        _("Who uses whose data"),
        None,
        Menu(CITY, 65, "share-2"),
    ),
    *catalogue_pages("portal", path="open-data/", title=_("Open data"), menu=Menu(CITY, 60, "database")),
)
PANELS = (*warnings.PANELS, *network.PANELS, *licences.PANELS)
CODES = applying.codes()
