"""Entries as CKAN describes them: packages with resources, organisations, tags."""

from __future__ import annotations

from typing import Any

from yicheng.core.catalogue import public as catalogue

MIMES = {
    "csv": "text/csv",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "geojson": "application/geo+json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
NAMES = {"geojson": "GeoJSON", "parquet": "Parquet"}
KINDS = {
    "text": "text",
    "code": "text",
    "integer": "int8",
    "number": "float8",
    "decimal": "numeric",
    "boolean": "bool",
    "date": "date",
    "datetime": "timestamptz",
    "geometry": "json",
}


def name_of(key: str) -> str:
    """An entry's key as a CKAN name: keys hold no hyphen, names no dot."""
    return key.replace(".", "-")


def key_of(name: str) -> str:
    """The key that a CKAN name stands for."""
    return name.replace("-", ".")


def package(entry: catalogue.Entry, root: str) -> dict[str, Any]:
    """An entry as ``package_show`` answers it."""
    name = name_of(entry.key)
    licence = catalogue.LICENCES.get(entry.licence)
    category = catalogue.CATEGORIES.get(entry.category)
    resources = [
        resource(entry, form, position, root) for position, form in enumerate(catalogue.formats(entry))
    ]
    return {
        "id": name,
        "name": name,
        "title": entry.title,
        "notes": entry.summary,
        "url": f"{root}/open-data/{entry.key}/",
        "author": entry.provider,
        "maintainer": entry.provider,
        "organization": organisation_of(entry),
        "owner_org": entry.provider_code or None,
        "private": False,
        "isopen": licence is not None,
        "state": "active",
        "type": "dataset",
        "version": str(entry.version or ""),
        "license_id": entry.licence or "notspecified",
        "license_title": str(licence.title) if licence else "",
        "license_url": licence.url if licence else "",
        "metadata_created": _moment(entry.registered_at),
        "metadata_modified": _moment(entry.updated_at),
        "tags": [_tag(word) for word in entry.keywords],
        "num_tags": len(entry.keywords),
        "groups": [group(entry.category)] if category else [],
        "extras": [
            {"key": key, "value": value}
            for key, value in (
                ("title_en", entry.title_en),
                ("update_cycle", entry.update_cycle),
                ("share_type", entry.share_type),
                ("legal_basis", entry.legal_basis),
                ("category", category.standard if category else ""),
            )
            if value
        ],
        "resources": resources,
        "num_resources": len(resources),
    }


def resource(entry: catalogue.Entry, form: str, position: int, root: str) -> dict[str, Any]:
    """One form of an entry as a CKAN resource; the rows of each can be searched."""
    name = name_of(entry.key)
    return {
        "id": f"{name}--{form}",
        "package_id": name,
        "name": f"{entry.title} ({NAMES.get(form, form.upper())})",
        "description": entry.summary,
        "format": NAMES.get(form, form.upper()),
        "mimetype": MIMES[form],
        "url": f"{root}/open-data/{entry.key}/rows.{form}",
        "url_type": "upload",
        "position": position,
        "state": "active",
        "datastore_active": True,
        "created": _moment(entry.registered_at),
        "last_modified": _moment(entry.updated_at),
        "metadata_modified": _moment(entry.updated_at),
        "size": None,
        "hash": "",
    }


def field(one: catalogue.Field) -> dict[str, Any]:
    """A field as ``datastore_search`` describes it."""
    return {
        "id": one.key,
        "type": KINDS[one.kind],
        "info": {"label": one.title, "notes": one.description, "unit": one.unit, "term": one.term},
    }


def organisation_of(entry: catalogue.Entry) -> dict[str, Any] | None:
    """The provider, short."""
    return organisation(entry.provider_code, entry.provider) if entry.provider_code else None


def organisation(code: str, title: str, **more: Any) -> dict[str, Any]:
    """A provider as a CKAN organisation."""
    named = code.replace(".", "-").lower()
    return {
        "id": named,
        "name": named,
        "title": title,
        "display_name": title,
        "type": "organization",
        "description": "",
        "image_url": "",
        "is_organization": True,
        "approval_status": "approved",
        "state": "active",
        **more,
    }


def group(key: str) -> dict[str, Any]:
    """A category as a CKAN group."""
    title = catalogue.CATEGORIES[key].standard
    return {
        "id": name_of(key),
        "name": name_of(key),
        "title": title,
        "display_name": title,
        "description": "",
    }


def _tag(word: str) -> dict[str, Any]:
    return {"id": word, "name": word, "display_name": word, "state": "active", "vocabulary_id": None}


def _moment(moment: Any) -> str:
    return str(moment.replace(tzinfo=None).isoformat())
