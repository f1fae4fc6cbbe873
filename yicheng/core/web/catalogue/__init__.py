"""The catalogue's pages, the same for the public on the portal (open data) and for staff at the desk (all of it)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from yicheng.core.web.catalogue.entry import entry_view
from yicheng.core.web.catalogue.index import index_view
from yicheng.core.web.catalogue.rows import file_view, places_view, rows_view
from yicheng.core.web.declare import Menu, Page

__all__ = ["catalogue_pages"]


def catalogue_pages(
    face: Literal["portal", "desk"], *, path: str, title: Any, menu: Menu
) -> tuple[Page, ...]:
    """The addresses of the catalogue on a face, below ``path``; the portal shows open data only."""

    def page(key: str, end: str, view: Callable[..., HttpResponseBase], words: Any) -> Page:
        return Page(
            f"{face}.{key}", face, f"{path}<str:key>/{end}", view, words, None, example=_example(face)
        )

    return (
        Page(f"{face}.resources", face, path, index_view(face), title, None, menu),
        page("resource", "", entry_view(face), _("Data")),
        page("resource_rows", "rows/", rows_view(face), _("Rows")),
        page("resource_places", "places.geojson", places_view(face), _("On the map")),
        Page(
            f"{face}.resource_file",
            face,
            f"{path}<str:key>/rows.<str:form>",
            file_view(face),
            _("Download"),
            None,
            example=lambda: {**_example(face)(), "form": "csv"},
        ),
    )


def _example(face: str) -> Callable[[], Mapping[str, Any]]:
    def example() -> Mapping[str, Any]:
        from yicheng.core.catalogue.public import find
        from yicheng.core.people.public import STRANGER

        found = find(STRANGER, limit=1).entries
        return {"key": found[0].key if found else "none.here"}

    return example
