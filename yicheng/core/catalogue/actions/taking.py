"""Taking data away: what is not open to everyone leaves a record of who took it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from typing import Literal

from django.utils.translation import gettext_lazy as _

from yicheng.core.catalogue import export, queries
from yicheng.core.catalogue.declare import Resource
from yicheng.core.journal.public import record
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Viewer

Format = Literal["csv", "geojson", "xlsx"]
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Download:
    """A file about to be sent: its name, its media type, its content."""

    name: str
    media_type: str
    content: Iterator[bytes] | BytesIO


def download(
    viewer: Viewer,
    resource: Resource,
    *,
    form: str,
    words: str = "",
    where: Mapping[str, str] | None = None,
) -> Download:
    """The rows and fields this viewer may read as a file. Raises ``NotFound`` for a form it does not come in."""
    if form not in MEDIA or (form == "geojson" and resource.point is None):
        raise NotFound(_("“%(title)s” does not come as %(form)s."), title=resource.title, form=form)
    rows = queries.select(viewer, resource, words=words, where=where)
    shown = queries.attributes(viewer, resource)
    if resource.right is not None or any(attribute.sensitivity > 1 for attribute in shown):
        detail = {"form": form, "words": words, "where": dict(where or {}), "fields": [a.key for a in shown]}
        record(viewer, action="catalogue.download", subject=f"resource/{resource.key}", detail=detail)
    name = f"{resource.key.replace('.', '-')}.{form}"
    if form == "csv":
        return Download(name, MEDIA[form], _begun(export.csv_blocks(rows, shown)))
    if form == "geojson":
        return Download(name, MEDIA[form], _begun(export.geojson_blocks(rows, shown, point=resource.point)))
    return Download(name, MEDIA[form], export.xlsx(rows, shown, title=str(resource.title)))


def _begun(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same blocks with the first one made now: a fault shows before the answer's header is sent."""
    return chain([next(blocks)], blocks)
