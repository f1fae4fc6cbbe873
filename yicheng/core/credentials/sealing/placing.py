"""Where on a PDF a seal goes: the places its template left for seals, or the lower right of the last page."""

from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils.generic import ArrayObject
from pyhanko.sign.fields import SigFieldSpec, append_signature_field, enumerate_sig_fields

from yicheng.core.credentials.typesetting import SEAL_PLACE

POINTS_PER_MM = 72 / 25.4
MARGIN = 26 * POINTS_PER_MM

Box = tuple[int, int, int, int]


def seal_field(writer: Any, diameter_mm: float) -> str:
    """The name of an empty signature field: one left for seals, else a new one.

    Every place of a template becomes a field with the first seal: adding fields later would count as a change.
    """
    waiting = [name for name, _value, _ref in enumerate_sig_fields(writer.prev, filled_status=False)]
    if waiting:
        return str(waiting[0])
    taken = sum(1 for _field in enumerate_sig_fields(writer.prev, filled_status=True))
    places = [] if taken else _take_places(writer, diameter_mm)
    names = [f"Seal{number}" for number in range(taken + 1, taken + 1 + max(len(places), 1))]
    for name, (page, box) in zip(
        names, places or [(_pages(writer) - 1, _corner(writer, diameter_mm))], strict=True
    ):
        append_signature_field(writer, SigFieldSpec(name, on_page=page, box=box))
    return names[0]


def _take_places(writer: Any, diameter_mm: float) -> list[tuple[int, Box]]:
    """The places marked in the template, whose marks go away."""
    found = []
    for index in range(_pages(writer)):
        page = writer.find_page_for_modification(index)[0].get_object()
        marks = [ref for ref in page.get("/Annots", ()) if _is_mark(ref.get_object())]
        if not marks:
            continue
        found += [(index, _around(mark.get_object()["/Rect"], diameter_mm)) for mark in marks]
        kept = [ref for ref in page.raw_get("/Annots").get_object() if ref not in marks]
        page["/Annots"] = ArrayObject(kept)
        writer.update_container(page)
    return found


def _is_mark(annotation: Any) -> bool:
    action = annotation.get("/A")
    return bool(action and str(action.get("/URI", "")) == SEAL_PLACE)


def _around(rect: Any, diameter_mm: float) -> Box:
    """A box as wide as the seal around the middle of a mark."""
    left, low, right, high = (float(edge) for edge in rect)
    return _box((left + right) / 2, (low + high) / 2, diameter_mm)


def _corner(writer: Any, diameter_mm: float) -> Box:
    page = writer.find_page_for_modification(_pages(writer) - 1)[0].get_object()
    left, low, right, _high = (float(edge) for edge in _media_box(page))
    half = diameter_mm * POINTS_PER_MM / 2
    return _box(max(right - MARGIN - half, left + half), low + MARGIN + half, diameter_mm)


def _media_box(page: Any) -> Any:
    while "/MediaBox" not in page:
        page = page["/Parent"]
    return page["/MediaBox"]


def _box(x: float, y: float, diameter_mm: float) -> Box:
    half = diameter_mm * POINTS_PER_MM / 2
    return round(x - half), round(y - half), round(x + half), round(y + half)


def _pages(writer: Any) -> int:
    return int(writer.root["/Pages"]["/Count"])
