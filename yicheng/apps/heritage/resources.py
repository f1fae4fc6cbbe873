"""What heritage publishes in the city's catalogue: sites as coarsely as the public may know, relics for staff."""

from __future__ import annotations

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.permissions import VIEW_RELICS
from yicheng.apps.heritage.queries.relics import relics
from yicheng.apps.heritage.queries.relics import within_words as relics_with_words
from yicheng.apps.heritage.queries.sites import public_sites
from yicheng.apps.heritage.queries.sites import within_words as sites_with_words
from yicheng.core.catalogue.declare import Attribute, Resource
from yicheng.core.people.public import Viewer


def _site() -> type[Model]:
    from yicheng.apps.heritage.models import Site

    return Site


def _relic() -> type[Model]:
    from yicheng.apps.heritage.models import Relic

    return Relic


def _sites(_viewer: Viewer) -> QuerySet:  # type: ignore[type-arg]
    return public_sites()


#: no longitude and latitude: the exact place is for staff, the rounded one is on the public pages
SITES = Resource(
    key="heritage.sites",
    title=_("Protected sites"),
    summary=_("What is protected in the city, with era, category, county and whether one may visit it."),
    model=_site,
    attributes=(
        Attribute("number", _("Number"), "number"),
        Attribute("level", _("Level"), "level", "code"),
        Attribute("batch", _("Batch"), "batch", "integer"),
        Attribute("announced_year", _("Announced in"), "announced_year", "integer"),
        Attribute("name", _("Name"), "name"),
        Attribute("name_en", _("Name in English"), "name_en"),
        Attribute("era", _("Era"), "era"),
        Attribute("category", _("Category"), "category", "code"),
        Attribute("division", _("County"), "division_code", "code", term="GB/T 2260"),
        Attribute("access", _("For visitors"), "access", "code"),
        Attribute("opening_hours", _("Opening hours"), "opening_hours"),
        Attribute("updated_at", _("Changed"), "updated_at", "datetime"),
    ),
    rows=_sites,
    share_type="unconditional",
    find=sites_with_words,
)

RELICS = Resource(
    key="heritage.relics",
    title=_("Register of relics"),
    summary=_(
        "Registered relics with grade, material, keeper and state; where exactly they are kept is not in it."
    ),
    model=_relic,
    attributes=(
        Attribute("number", _("Number"), "number"),
        Attribute("name", _("Name"), "name"),
        Attribute("era", _("Era"), "era"),
        Attribute("category", _("Category"), "category"),
        Attribute("material", _("Material"), "material", "code"),
        Attribute("grade", _("Grade"), "grade", "code"),
        Attribute("pieces", _("Pieces"), "pieces", "integer"),
        Attribute("keeper", _("Keeping body"), "organisation__name"),
        Attribute("wholeness", _("Wholeness"), "wholeness", "code"),
        Attribute("preservation", _("State of preservation"), "preservation", "code", sensitivity=2),
        Attribute("division", _("County"), "division_code", "code", term="GB/T 2260"),
    ),
    rows=relics,
    share_type="conditional",
    legal_basis=_("Law on the Protection of Cultural Relics; registers of relics are not for everybody"),
    right=VIEW_RELICS,
    find=relics_with_words,
)

RESOURCES = (SITES, RELICS)
