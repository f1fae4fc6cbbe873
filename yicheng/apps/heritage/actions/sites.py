"""Keeps the register of sites: each change with its source, none overwritten without a trace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.events import SITE_CHANGED, SiteChanged
from yicheng.apps.heritage.models import Site, SiteStatement
from yicheng.apps.heritage.permissions import KEEP_SITES
from yicheng.core.events.public import publish
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.people.public import Viewer
from yicheng.core.places.public import locate

#: what an officer may change by hand
CHANGEABLE = (
    "name",
    "name_en",
    "era",
    "address",
    "organisation_id",
    "lon",
    "lat",
    "precision_m",
    "access",
    "access_note",
    "closed_until",
    "opening_hours",
    "story",
    "story_en",
)


def change_site(viewer: Viewer, site_id: int, changes: Mapping[str, Any], *, source: str) -> Site:
    """Change fields of a site; each changed field gets a statement with its ``source``.

    A place (WGS 84) must lie in the site's county. Raises ``NotFound``, ``Forbidden``, ``Invalid``.
    """
    if not source.strip():
        raise Invalid(
            _("Say where this comes from."), fields={"source": _("Name a document, a survey, a visit.")}
        )
    with transaction.atomic():
        site = Site.objects.select_for_update().filter(pk=site_id).first()
        if site is None:
            raise NotFound(_("There is no such site, or none that you may see."))
        viewer.require(KEEP_SITES, organisation_id=site.organisation_id, division=site.division_code)
        wanted = {name: value for name, value in changes.items() if name in CHANGEABLE}
        _check_place(site, wanted)
        changed = [name for name in wanted if getattr(site, name) != wanted[name]]
        for name in changed:
            setattr(site, name, wanted[name])
        site.updated_at = clock.now()
        site.save()
        said = [(name, "" if wanted[name] is None else str(wanted[name])) for name in changed]
        say_site(viewer, site, said, source=source)
        record(
            viewer,
            action="heritage.change_site",
            subject=f"site/{site.pk}",
            division=site.division_code,
            detail={"changed": sorted(changed), "source": source.strip()},
        )
        site_changed(site)
    return site


def say_site(viewer: Viewer, site: Site, said: Iterable[tuple[str, str]], *, source: str) -> None:
    """Keep who said what of a site, in the caller's transaction."""
    now = clock.now()
    SiteStatement.objects.bulk_create(
        SiteStatement(
            site=site,
            field=name,
            value=value[:400],
            source=source.strip()[:200],
            said_by_id=viewer.account_id,
            said_at=now,
        )
        for name, value in said
    )


def site_changed(site: Site) -> None:
    """Tell that an entry is new or other than before."""
    changed = SiteChanged(site.pk, site.number)
    publish(SITE_CHANGED, changed, subject=f"site/{site.pk}", division=site.division_code)


def _check_place(site: Site, wanted: Mapping[str, Any]) -> None:
    lon, lat = wanted.get("lon"), wanted.get("lat")
    if lon is None and lat is None:
        return
    if lon is None or lat is None:
        raise Invalid(
            _("A place needs both numbers."), fields={"lon": _("Give longitude and latitude, or neither.")}
        )
    found = locate(lon, lat)
    if found is None or not found.division_code.startswith(site.division_code[:6]):
        raise Invalid(
            _("This place does not lie in the site's county: check the numbers and their coordinate system."),
            fields={"lon": _("Outside the county.")},
        )
