"""Which items there are, and what one of them says. Published items are for everybody."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.db.models import Count, FloatField, Max, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from yicheng.core.cases.models import ProcessVersion
from yicheng.core.cases.queries.processes import main_source
from yicheng.core.kernel.errors import NotFound
from yicheng.core.kernel.languages import in_language
from yicheng.core.services.facts import ItemFacts, MaterialFacts
from yicheng.core.services.models import ItemVersion, LifeEvent, ServiceItem, Theme
from yicheng.core.services.words import search_query

if TYPE_CHECKING:
    from yicheng.core.people.public import Viewer

NO_ITEM = _("There is no such service. Look for it in the list of services.")
#: an answer to a sentence is kept when it ranks at least so high against the best one
LEAST_OF_BEST = 0.3


def published_items(viewer: Viewer) -> QuerySet[ItemVersion]:
    """The versions in force with their item and body; order by ``sort_key, id``."""
    rows = ItemVersion.objects.defer("search").filter(status="published")
    return rows.select_related("item", "organisation").order_by("sort_key", "id")


def find_items(
    viewer: Viewer,
    *,
    words: str = "",
    audience: str = "",
    theme: str = "",
    life_event: str = "",
    organisation: str = "",
    level: str = "",
    division: str = "",
    online: bool = False,
) -> QuerySet[ItemVersion]:
    """Items in force, narrowed by what is given; by words the best first, else by name.

    ``division`` finds what is exercised there, above it and below it: what a person living there may ask for.
    """
    rows = published_items(viewer)
    if audience:
        rows = rows.filter(audiences__contains=[audience])
    if theme:
        rows = rows.filter(themes__contains=[theme])
    if life_event:
        rows = rows.filter(life_events__contains=[life_event])
    if organisation:
        rows = rows.filter(organisation__code=organisation)
    if level:
        rows = rows.filter(level=level)
    if division:
        rows = rows.filter(_of_division(division))
    if online:
        rows = rows.filter(is_online=True)
    return _by_words(rows, words) if words.strip() else rows


def _of_division(code: str) -> Q:
    """In a division, below it, or of a level above that holds it."""
    prefix = code.removesuffix("00") if len(code) == 6 else code
    above = [code[:length] for length in (6, 9) if len(code) > length]
    return Q(division_code__startswith=prefix) | Q(division_code__in=[f"{code[:4]}00", *above])


def _by_words(rows: QuerySet[ItemVersion], words: str) -> QuerySet[ItemVersion]:
    wanted = search_query(words)
    if not wanted:
        return rows.none()
    rank = RawSQL(
        "ts_rank('{0.05,0.2,0.4,1.0}', services_itemversion.search, %s::tsquery)::float8",
        [wanted],
        output_field=FloatField(),
    )
    found = rows.annotate(rank=rank).filter(rank__gt=0).order_by("-rank", "sort_key", "id")
    best = found.values_list("rank", flat=True).first()
    return found.filter(rank__gte=best * LEAST_OF_BEST) if best else found.none()


def themes(viewer: Viewer) -> QuerySet[Theme]:
    """Themes in order."""
    return Theme.objects.filter(is_active=True).order_by("position")


def life_events(viewer: Viewer) -> QuerySet[LifeEvent]:
    """Life events in order."""
    return LifeEvent.objects.filter(is_active=True).order_by("position")


def counts_by(viewer: Viewer, column: str) -> dict[Any, int]:
    """How many items in force there are for each value of a column (``level``, ``organisation_id``)."""
    rows = published_items(viewer).order_by().values_list(column).annotate(Count("pk"))
    return dict(rows)


# ── one item ────────────────────────────────────────────────────────────────


def item_version(viewer: Viewer, code: str, version: int | None = None) -> ItemVersion:
    """The version in force of an item, or the numbered one if it was ever published; raises ``NotFound``."""
    rows = ItemVersion.objects.defer("search").exclude(status="draft").filter(item__code=code)
    rows = rows.filter(number=version) if version else rows.filter(status="published")
    found = rows.select_related("item", "organisation", "form").first()
    if found is None:
        raise NotFound(NO_ITEM)
    return found


def published_item(code: str) -> ItemFacts:
    """The version in force of an item; ``NotFound`` when there is none. One query when it was read before."""
    return _remembered(ItemVersion.objects.filter(item__code=code, status="published"))


def item_facts(version_id: int) -> ItemFacts:
    """Any version by its id, drafts too; ``NotFound``. One query when it was read before."""
    return _remembered(ItemVersion.objects.filter(pk=version_id))


def _remembered(rows: QuerySet[ItemVersion]) -> ItemFacts:
    found = rows.values_list("pk", "status", "created_at").first()
    if found is None:
        raise NotFound(NO_ITEM)
    return _facts(found[0]) if found[1] == ItemVersion.Status.DRAFT else _kept(*found)


@lru_cache(maxsize=4096)
def _kept(version_id: int, status: str, created_at: datetime) -> ItemFacts:
    """What was published never changes but for its status, so it is remembered."""
    return _facts(version_id)


def _facts(version_id: int) -> ItemFacts:
    row = ItemVersion.objects.defer("search").select_related("item").get(pk=version_id)
    materials = tuple(
        MaterialFacts(
            code=one.code,
            name=one.name,
            name_en=one.name_en,
            is_needed=one.is_needed,
            needed_when=one.needed_when,
            form=one.form,
            source=one.source,
            copies=one.copies,
            page_format=one.page_format,
            proved_by=tuple(one.proved_by),
            accepted_when=one.accepted_when,
            accepted_when_en=one.accepted_when_en,
            fill_note=one.fill_note,
            by_law=one.by_law,
        )
        for one in row.materials.all()
    )
    departments = dict(row.elements.values_list("element", "organisation_id"))
    return ItemFacts(
        item_id=row.item_id,
        version_id=row.pk,
        number=row.number,
        code=row.item.code,
        name=row.name,
        name_en=row.name_en,
        summary=row.summary,
        summary_en=row.summary_en,
        level=row.level,
        division_code=row.division_code,
        organisation_id=row.organisation_id,
        audiences=tuple(row.audiences),
        process_key=row.process,
        form_version_id=row.form_id,
        limit_days=row.promised_days,
        legal_days=row.legal_days,
        fee_cents=row.fee_cents,
        is_online=row.is_online,
        is_express=row.is_express,
        is_kiosk=row.is_kiosk,
        halls=tuple(row.halls),
        result_kind=row.result_kind,
        result_name=row.result_name,
        result_name_en=row.result_name_en,
        licence_type=row.licence_type,
        is_in_force=row.status == ItemVersion.Status.PUBLISHED,
        materials=materials,
        departments=MappingProxyType(departments),
    )


def process_source(version: ItemVersion) -> str:
    """The drawing that an item's applications run on, as BPMN; "" where none is published."""
    drawn = ProcessVersion.objects.filter(process=version.process, status="published").first()
    return main_source(drawn.files) if drawn else ""


def bodies_of(version: ItemVersion) -> list[str]:
    """The names of the bodies that do its steps, its own first, each once."""
    steps = version.elements.select_related("organisation")
    named = [version.organisation, *(one.organisation for one in steps)]
    return list(dict.fromkeys(in_language(one.name, one.name_en) for one in named))


def revision() -> str:
    """Changes whenever an item comes into force or goes out of it; "" while none is. One query."""
    found = ServiceItem.objects.filter(current__isnull=False).aggregate(
        Count("pk"), Max("current_id"), Sum("current_id")
    )
    return "-".join(map(str, found.values())) if found["pk__count"] else ""
