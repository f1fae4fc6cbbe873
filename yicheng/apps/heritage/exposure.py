"""How exactly the public is shown where a site is.

What can be dug up or carried away is shown coarsely unless visitors are let in: the exact place is for staff.
"""

from __future__ import annotations

from yicheng.apps.heritage.models import Site
from yicheng.apps.heritage.models.sites import Access, SiteCategory

#: side of the square that a public place is rounded to, degrees (0.001 ≈ 100 m, 0.05 ≈ 5 km)
OPEN_DEG = 0.001
BUILDING_DEG = 0.01
BURIED_DEG = 0.05
BURIED = (SiteCategory.ANCIENT_SITE, SiteCategory.ANCIENT_TOMB)


def coarseness_deg(site: Site) -> float:
    """The side of the square in degrees within which the public is told the site lies."""
    if site.access in (Access.OPEN, Access.BY_REQUEST):
        return OPEN_DEG
    return BURIED_DEG if site.category in BURIED else BUILDING_DEG


def public_point(site: Site) -> tuple[float, float] | None:
    """Longitude and latitude (WGS 84) as the public may see them: the middle of the square; None if not surveyed."""
    if site.lon is None or site.lat is None:
        return None
    side = coarseness_deg(site)
    return (_middle(site.lon, side), _middle(site.lat, side))


def _middle(value: float, side: float) -> float:
    return round((value // side + 0.5) * side, 6)
