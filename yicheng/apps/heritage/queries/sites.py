"""Which sites there are: exactly for staff, as coarsely as the rule says for everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.exposure import coarseness_deg, public_point
from yicheng.apps.heritage.models import Relic, Site, SiteDoubt, SiteStatement
from yicheng.apps.heritage.permissions import KEEP_SITES, VIEW_SITES
from yicheng.apps.heritage.queries.shown import objects
from yicheng.core.kernel.errors import NotFound
from yicheng.core.kernel.languages import in_language
from yicheng.core.people.public import Viewer, scoped


@dataclass(frozen=True, slots=True)
class PublicSite:
    """A site as everybody may see it: ``point`` is the middle of a square of ``side_m`` metres."""

    site: Site
    point: tuple[float, float] | None
    side_m: int

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return in_language(self.site.name, self.site.name_en)

    @property
    def story(self) -> str:
        """Its story in the reader's language."""
        return in_language(self.site.story, self.site.story_en)


def sites(viewer: Viewer) -> QuerySet[Site]:
    """The sites whose exact entry this viewer may see."""
    viewer.require(VIEW_SITES)
    rows = Site.objects.select_related("organisation")
    return scoped(rows, viewer, VIEW_SITES, organisation="organisation_id", division="division_code")


def site_of(viewer: Viewer, site_id: int) -> Site:
    """One entry. Raises ``NotFound``."""
    found = sites(viewer).filter(pk=site_id).first()
    if found is None:
        raise NotFound(_("There is no such site, or none that you may see."))
    return found


def statements_of(site: Site) -> Sequence[SiteStatement]:
    """Who said what of it, newest first. The caller has checked the site."""
    return list(
        SiteStatement.objects.filter(site=site).select_related("said_by").order_by("-said_at", "-pk")[:200]
    )


def doubts(viewer: Viewer) -> QuerySet[SiteDoubt]:
    """The rows of lists that wait, or were decided by hand."""
    viewer.require(KEEP_SITES)
    return SiteDoubt.objects.select_related("site", "decided_by")


def doubt_of(viewer: Viewer, doubt_id: int) -> SiteDoubt:
    """One such row. Raises ``NotFound``."""
    found = doubts(viewer).filter(pk=doubt_id).first()
    if found is None:
        raise NotFound(_("There is no such row."))
    return found


def public_sites() -> QuerySet[Site]:
    """Every registered site: that it exists is public, where exactly is not."""
    return Site.objects.all()


def public_site(number: str) -> PublicSite:
    """One site for everybody. Raises ``NotFound``."""
    found = public_sites().filter(number=number).first()
    if found is None:
        raise NotFound(_("There is no such site in the register."))
    return shown(found)


def shown(site: Site) -> PublicSite:
    """What everybody may see of it."""
    return PublicSite(site, public_point(site), round(coarseness_deg(site) * 111_320))


def objects_on_show(site: Site) -> Sequence[Relic]:
    """Relics found at the site that are on show now."""
    return list(objects().filter(found_at=site).order_by("grade", "name")[:60])


def counts_by(field: str) -> Mapping[str, int]:
    """How many sites there are of each value of ``category`` or ``level``."""
    return dict(Site.objects.order_by().values_list(field).annotate(n=Count("pk")))


def within_words(rows: QuerySet[Site], words: str) -> QuerySet[Site]:
    """Those whose name, era or number holds the words; a register of sites is some thousands of rows."""
    for word in words.split()[:5]:
        rows = rows.filter(
            Q(name__icontains=word) | Q(name_en__icontains=word) | Q(era__icontains=word) | Q(number=word)
        )
    return rows
