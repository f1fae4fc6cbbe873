"""What a part may declare for the faces: pages, panels, map layers, API routes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import Promise

from yicheng.core.kernel.slots import Slot
from yicheng.core.people.declare import RIGHTS
from yicheng.core.people.public import Viewer

FaceName = Literal["portal", "desk", "map", "screen", "code", "kiosk"]


@dataclass(frozen=True, slots=True)
class Menu:
    """Where a page stands in its face's navigation. ``icon`` is a name in the sprite."""

    group: str | Promise
    order: int = 100
    icon: str = "square"


@dataclass(frozen=True, slots=True)
class Page:
    """An address of a face. ``key`` (``urban.report``) is also the URL name.

    ``path`` is a Django path below the face's root (portal "", desk "desk/", map "map/").
    ``right`` None means public. The door checks the right; queries and actions check again.
    ``example`` gives path arguments for contract tests, called on the demo data set.
    """

    key: str
    face: FaceName
    path: str
    view: Callable[..., HttpResponseBase]
    title: str | Promise
    right: str | None
    menu: Menu | None = None
    example: Callable[[], Mapping[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """A fragment that another page includes.

    ``place`` is ``portal.home``, ``portal.me``, ``desk.home``, ``case.main``, ``case.side``,
    ``urban.…``. ``context`` gets the viewer and the page's subject (a Case, or None) and returns
    the template's context, or None to stay absent.
    """

    key: str
    place: str
    template: str
    context: Callable[[Viewer, Any], Mapping[str, Any] | None]
    order: int = 100


@dataclass(frozen=True, slots=True)
class Box:
    """A viewport in WGS 84 degrees with its zoom level."""

    west: float
    south: float
    east: float
    north: float
    zoom: float


@dataclass(frozen=True, slots=True)
class MapLayer:
    """A layer of the map. ``features`` answers a GeoJSON FeatureCollection for a viewport.

    ``style`` names how it is drawn: ``points`` (clusters by property ``count``), ``heat``, ``areas``, ``lines``.
    Properties the map understands: ``count``; of single things ``title``, ``note``, ``link``, ``tone`` (good, warn,
    bad, info, brand); of areas ``name``, ``dashed``. A collection's member ``sample`` says that counts are estimates
    from one in so many. ``filters`` are query parameters it understands; those of cases are offered on the map page:
    ``shown`` (open, overdue, closed, all), ``class``, ``since``, ``until``. ``legend``: tone → what it means.
    ``listed`` answers what is in view as rows of ``title``, ``note``, ``link``, for those who read instead; without
    it the features themselves are listed.
    """

    key: str
    title: str | Promise
    right: str | None
    features: Callable[[Viewer, Box, Mapping[str, str]], Mapping[str, Any]]
    style: Literal["points", "heat", "areas", "lines"] = "points"
    filters: tuple[str, ...] = ()
    order: int = 100
    shown: bool = True
    min_zoom: float = 0
    legend: Mapping[str, str | Promise] = field(default_factory=dict)
    listed: Callable[[Viewer, Box, Mapping[str, str]], Sequence[Mapping[str, Any]]] | None = None


@dataclass(frozen=True, slots=True)
class ApiRoutes:
    """A django-ninja router mounted at ``/api/<prefix>/``; documented in one OpenAPI file."""

    key: str
    prefix: str
    router: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class StandardDoor:
    """Plain Django URL patterns at an address a standard fixes (``open311/v2/``)."""

    key: str
    path: str
    urls: str
    standard: str


@dataclass(frozen=True, slots=True)
class Code:
    """Codes that a part prints, and what scanning one leads to: ``/c/<code>``.

    ``pattern`` is the regular expression of the whole code in its proper form, to which ``proper`` brings what was
    typed. ``resolve(request, code)`` answers the page for the one who scans, or a redirect; None: there
    is no such thing. It is called for GET and POST alike and must not tell strangers what they may not see.
    Codes that people may try out by the thousand carry 128 random bits. ``example`` gives one for contract tests.
    """

    key: str
    title: str | Promise
    pattern: str
    resolve: Callable[[HttpRequest, str], HttpResponseBase | None]
    order: int = 100
    proper: Callable[[str], str] = str.upper
    example: Callable[[], str | None] | None = None


PAGES: Slot[Page] = Slot("web.pages", Page, module="pages", attribute="PAGES")
PANELS: Slot[Panel] = Slot("web.panels", Panel, module="pages", attribute="PANELS")
MAP_LAYERS: Slot[MapLayer] = Slot("web.map_layers", MapLayer, module="pages", attribute="MAP_LAYERS")
CODES: Slot[Code] = Slot("web.codes", Code, module="pages", attribute="CODES")
API_ROUTES: Slot[ApiRoutes] = Slot("web.api_routes", ApiRoutes, module="api", attribute="API_ROUTES")
STANDARD_DOORS: Slot[StandardDoor] = Slot("web.doors", StandardDoor, module="api", attribute="STANDARD_DOORS")


def check_page_rights() -> Iterable[str]:
    """Every page and layer names a declared right, or says None: public."""
    for item in (*PAGES, *MAP_LAYERS):
        if item.right is not None and item.right not in RIGHTS:
            yield f"{item.key}: there is no right {item.right!r}"


CHECKS = (check_page_rights,)
