"""Mirrors the declared resources into the one index, so that a search over all data is one query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import override

from yicheng.core.catalogue import indexing
from yicheng.core.catalogue.actions.data_sets import lay_fields
from yicheng.core.catalogue.declare import RESOURCES, Attribute, Resource
from yicheng.core.catalogue.facts import Field
from yicheng.core.catalogue.models import CatalogueEntry, CatalogueField
from yicheng.core.catalogue.queries.entries import field_of
from yicheng.core.kernel import clock
from yicheng.core.kernel.pack import Tally

_LOCK = 0x59CA7


@transaction.atomic
def sync_entries() -> Tally:
    """Make the entries of declared resources what the declarations say; those of absent parts are no longer listed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    present = {row.key: row for row in CatalogueEntry.objects.filter(kind="resource")}
    fields = _present_fields()
    made = [_synced(resource, present.get(resource.key), fields) for resource in RESOURCES]
    gone = [row.pk for key, row in present.items() if key not in RESOURCES and row.is_listed]
    retired = CatalogueEntry.objects.filter(pk__in=gone).update(is_listed=False)
    return sum(made, Tally(retired=retired))


def _present_fields() -> Mapping[int, list[Field]]:
    found: dict[int, list[Field]] = {}
    for one in CatalogueField.objects.filter(entry__kind="resource").order_by("entry_id", "position"):
        found.setdefault(one.entry_id, []).append(field_of(one))
    return found


def _synced(resource: Resource, row: CatalogueEntry | None, fields: Mapping[int, list[Field]]) -> Tally:
    values = _values(resource)
    wanted = [_field(attribute) for attribute in resource.attributes]
    if (
        row is not None
        and all(getattr(row, name) == value for name, value in values.items())
        and fields.get(row.pk) == wanted
    ):
        return Tally(unchanged=1)
    target = row or CatalogueEntry(key=resource.key, kind="resource", registered_at=clock.now())
    for name, value in values.items():
        setattr(target, name, value)
    target.updated_at = clock.now()
    indexing.sort(target)
    target.save()
    lay_fields(target, None, wanted)
    indexing.index([target])
    return Tally(changed=1) if row else Tally(created=1)


def _values(resource: Resource) -> dict[str, Any]:
    lon, lat = resource.point or ("", "")
    return {
        "title": _in("zh-hans", resource.title)[:200],
        "title_en": _in("en", resource.title)[:200],
        "summary": _in("zh-hans", resource.summary),
        "summary_en": _in("en", resource.summary),
        "share_type": resource.share_type,
        "legal_basis": _in("zh-hans", resource.legal_basis),
        "is_open": resource.right is None and resource.share_type == "unconditional",
        "category": resource.category,
        "update_cycle": resource.update_cycle,
        "keywords": list(resource.keywords),
        "licence": resource.licence,
        "point_lon": lon,
        "point_lat": lat,
        "is_listed": True,
    }


def _field(attribute: Attribute) -> Field:
    return Field(
        key=attribute.key,
        title=_in("zh-hans", attribute.title)[:120],
        title_en=_in("en", attribute.title)[:160],
        kind=attribute.kind,
        unit=attribute.unit[:30],
        term=attribute.term[:120],
        sensitivity=attribute.sensitivity,
        description=_in("zh-hans", attribute.description),
        is_key=attribute.is_key,
    )


def _in(language: str, text: str | Promise) -> str:
    with override(language):
        return str(text)
