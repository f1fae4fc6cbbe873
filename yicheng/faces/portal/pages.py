"""The portal's own pages: the front door, a person's own matters, accessibility."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yicheng.core.journal.public import looks_at_me
from yicheng.core.kernel.errors import SignInRequired
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.web.declare import Menu, Page
from yicheng.core.web.public import Group, catalogue_pages, inbox_view, menu_groups, panels_of
from yicheng.faces.portal import warnings


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


def accessibility(request: HttpRequest) -> HttpResponse:
    """What these pages promise to everyone, and where to tell that they fail."""
    return render(request, "portal/accessibility.html")


CITY = _("The city")
MINE = _("Mine")
PAGES = (
    Page("portal.home", "portal", "", home, _("Front page"), None, Menu(CITY, 0, "house")),
    Page("portal.me", "portal", "me/", me, _("My matters"), None, Menu(MINE, 900, "user")),
    Page("portal.notices", "portal", "me/notices/", inbox_view("portal/notices.html"), _("Notices"), None),
    Page("portal.looks", "portal", "me/looks/", looks, _("Who looked at my data"), None),
    Page("portal.accessibility", "portal", "accessibility/", accessibility, _("Accessibility"), None),
    *warnings.pages(CITY),
    *catalogue_pages("portal", path="open-data/", title=_("Open data"), menu=Menu(CITY, 60, "database")),
)
PANELS = warnings.PANELS
