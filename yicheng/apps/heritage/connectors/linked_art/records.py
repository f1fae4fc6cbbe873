"""From our rows to Linked Art records, as plain data. The standard's names stay in this module."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from yicheng.apps.heritage.connectors.linked_art import terms
from yicheng.apps.heritage.connectors.linked_art.terms import term
from yicheng.apps.heritage.exposure import coarseness_deg, public_point
from yicheng.apps.heritage.models import Relic, Site

CONTEXT = "https://linked.art/ns/v1/linked-art.json"
Address = Callable[[str, str], str]


def object_record(relic: Relic, address: Address) -> dict[str, Any]:
    """A relic as a ``HumanMadeObject``. ``address(kind, number)`` makes absolute addresses."""
    made: dict[str, Any] = {
        "@context": CONTEXT,
        "id": address("object", relic.number),
        "type": "HumanMadeObject",
        "_label": relic.name,
        "classified_as": [
            term(terms.WORK_OF_ART, "Type", "Artwork"),
            {"type": "Type", "_label": relic.category},
        ],
        "identified_by": [*_names(relic.name, relic.name_en), _number(relic.number)],
        "made_of": [_material(relic)],
        "produced_by": {
            "type": "Production",
            "timespan": {"type": "TimeSpan", "identified_by": [{"type": "Name", "content": relic.era}]},
        },
        "current_owner": [{"type": "Group", "_label": str(relic.organisation)}],
        "current_location": {"type": "Place", "_label": str(relic.place)},
    }
    if sizes := list(_dimensions(relic)):
        made["dimension"] = sizes
    if texts := list(_texts(relic.story, relic.story_en)):
        made["referred_to_by"] = texts
    if relic.found_at is not None:
        made["encountered_by"] = [_found(relic.found_at, address)]
    return made


def site_record(site: Site, address: Address) -> dict[str, Any]:
    """A site as a ``Place``; its place is the square that the public is told."""
    made: dict[str, Any] = {
        "@context": CONTEXT,
        "id": address("place", site.number),
        "type": "Place",
        "_label": site.name,
        "classified_as": [{"type": "Type", "_label": str(site.get_category_display())}],
        "identified_by": [*_names(site.name, site.name_en), _number(site.number)],
    }
    if square := _square(site):
        made["approximated_by"] = [{"type": "Place", "defined_by": square}]
    if texts := list(_texts(site.story, site.story_en)):
        made["referred_to_by"] = texts
    return made


def _names(chinese: str, english: str) -> Iterator[dict[str, Any]]:
    for text, number, label in ((chinese, terms.CHINESE, "Chinese"), (english, terms.ENGLISH, "English")):
        if text:
            yield {
                "type": "Name",
                "content": text,
                "classified_as": [term(terms.PRIMARY_NAME, "Type", "Primary Name")],
                "language": [term(number, "Language", label)],
            }


def _number(number: str) -> dict[str, Any]:
    kind = term(terms.ACCESSION_NUMBER, "Type", "Accession Number")
    return {"type": "Identifier", "content": number, "classified_as": [kind]}


def _material(relic: Relic) -> dict[str, Any]:
    label = relic.material_note or str(relic.get_material_display())
    number = terms.MATERIALS.get(relic.material)
    return term(number, "Material", label) if number else {"type": "Material", "_label": label}


def _dimensions(relic: Relic) -> Iterator[dict[str, Any]]:
    lengths = ((relic.height_cm, terms.HEIGHT, "height"), (relic.width_cm, terms.WIDTH, "width"))
    for value, number, label in (*lengths, (relic.depth_cm, terms.DEPTH, "depth")):
        if value is not None:
            yield _dimension(
                value, term(number, "Type", label), term(terms.CENTIMETRES, "MeasurementUnit", "cm")
            )
    if relic.weight_kg is not None:
        unit = term(terms.KILOGRAMS, "MeasurementUnit", "kg")
        yield _dimension(relic.weight_kg, term(terms.WEIGHT, "Type", "weight"), unit)


def _dimension(value: Decimal, kind: dict[str, str], unit: dict[str, str]) -> dict[str, Any]:
    return {"type": "Dimension", "value": float(value), "unit": unit, "classified_as": [kind]}


def _texts(chinese: str, english: str) -> Iterator[dict[str, Any]]:
    for text, number, label in ((chinese, terms.CHINESE, "Chinese"), (english, terms.ENGLISH, "English")):
        if text:
            yield {
                "type": "LinguisticObject",
                "content": text,
                "classified_as": [term(terms.DESCRIPTION, "Type", "Description")],
                "language": [term(number, "Language", label)],
            }


def _found(site: Site, address: Address) -> dict[str, Any]:
    place = {"id": address("place", site.number), "type": "Place", "_label": site.name}
    return {"type": "Encounter", "took_place_at": [place]}


def _square(site: Site) -> str:
    """The square as WKT, longitude first; "" where the site was not surveyed."""
    point = public_point(site)
    if point is None:
        return ""
    half = coarseness_deg(site) / 2
    west, south = round(point[0] - half, 6), round(point[1] - half, 6)
    east, north = round(point[0] + half, 6), round(point[1] + half, 6)
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return f"POLYGON (({', '.join(f'{lon} {lat}' for lon, lat in corners)}))"
