"""How entries, fields and values are put into words for a page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.core.catalogue import public as catalogue
from yicheng.core.catalogue.categories import FIELD_KINDS, SENSITIVITIES
from yicheng.core.catalogue.declare import USES
from yicheng.core.kernel.languages import in_language

NAMES = {
    "csv": "CSV",
    "json": "JSON",
    "ndjson": "NDJSON",
    "geojson": "GeoJSON",
    "parquet": "Parquet",
    "xlsx": "XLSX",
}
TONES = {"unconditional": "good", "conditional": "warn", "not_shared": "bad"}
USE_KINDS = {
    "indicator": _("indicator"),
    "service": _("service"),
    "page": _("page"),
    "rule": _("rule"),
    "base": _("base database"),
}


@dataclass(frozen=True, slots=True)
class Used:
    """Something that uses a field."""

    title: str
    kind: str | Promise
    url: str


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field as the page describes it. ``is_shown``: the viewer may read it."""

    field: catalogue.Field
    title: str
    kind: str | Promise
    sensitivity: str | Promise
    is_shown: bool
    uses: list[Used]


def title_of(thing: catalogue.Entry | catalogue.Field) -> str:
    """The title in the reader's language."""
    return in_language(thing.title, thing.title_en)


def summary_of(entry: catalogue.Entry) -> str:
    """The summary in the reader's language."""
    return in_language(entry.summary, entry.summary_en)


def facts_of(entry: catalogue.Entry) -> dict[str, Any]:
    """What a page says of an entry, besides its own values."""
    category = catalogue.CATEGORIES.get(entry.category)
    licence = catalogue.LICENCES.get(entry.licence)
    cycle = catalogue.CYCLES.get(entry.update_cycle)
    return {
        "it": entry,
        "title": title_of(entry),
        "summary": summary_of(entry),
        "category": category.title if category else "",
        "share": catalogue.SHARE_TYPES[entry.share_type],
        "tone": TONES[entry.share_type],
        "cycle": cycle.title if cycle else entry.update_cycle,
        "licence": licence,
        "has_rows": entry.kind == "resource" or entry.version > 0,
    }


def field_lines(entry: catalogue.Entry, shown: set[str]) -> list[FieldLine]:
    """The fields of an entry, with what is made of them."""
    uses = _uses(entry.key)
    return [
        FieldLine(
            field=field,
            title=title_of(field),
            kind=FIELD_KINDS[field.kind],
            sensitivity=SENSITIVITIES[field.sensitivity],
            is_shown=field.key in shown,
            uses=uses.get(field.key, []),
        )
        for field in entry.fields
    ]


def cell(value: Any) -> str:
    """A value as a page shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return formats.date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, dict):
        return str(value.get("type") or json.dumps(value, ensure_ascii=False))[:200]
    return formats.localize(value) if isinstance(value, int) else str(value)


def files_of(entry: catalogue.Entry, face: str, *, query: str = "") -> list[tuple[str, str]]:
    """The files in which an entry comes: name, address."""
    end = f"?{query}" if query else ""
    return [
        (NAMES[form], reverse(f"{face}.resource_file", args=[entry.key, form]) + end)
        for form in catalogue.formats(entry)
    ]


def _uses(key: str) -> dict[str, list[Used]]:
    found: dict[str, list[Used]] = {}
    for use in USES:
        for name in use.fields:
            entry, _colon, field = name.partition(":")
            if entry == key:
                found.setdefault(field, []).append(Used(str(use.title), USE_KINDS[use.kind], _url(use.link)))
    return found


def _url(name: str) -> str:
    try:
        return reverse(name) if name else ""
    except NoReverseMatch:
        return ""
