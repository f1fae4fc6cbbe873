"""The catalogue of data: what there is, its fields, its rows, whole files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from ninja import Path, Query, Router, Schema
from pydantic import Field

from yicheng.core.catalogue import public as catalogue
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.web.public import answer, chosen_of, file_response

router = Router()
Key = Annotated[str, Path(max_length=120)]
_MEDIA = (
    "text/csv",
    "application/json",
    "application/x-ndjson",
    "application/geo+json",
    "application/vnd.apache.parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)


@dataclass(frozen=True, slots=True)
class AttributeOut:
    """A field. ``unit`` is a UCUM code, ``term`` a standard's name for it, ``sensitivity`` 1 (open) to 4."""

    key: str
    title: str
    kind: str
    unit: str
    term: str
    sensitivity: int
    is_key: bool


@dataclass(frozen=True, slots=True)
class ResourceOut:
    """Data of the city: a resource that the platform keeps, or a data set of a department."""

    key: str
    kind: str
    title: str
    title_en: str
    summary: str
    provider: str
    share_type: str
    legal_basis: str
    category: str
    update_cycle: str
    is_open: bool
    has_place: bool
    rows: int
    version: int
    updated_at: datetime
    attributes: Sequence[AttributeOut]


@dataclass(frozen=True, slots=True)
class FoundOut:
    """A page of entries, how many there are in all, the mark of the page after (empty on the last)."""

    resources: Sequence[ResourceOut]
    total: int
    next: str


@dataclass(frozen=True, slots=True)
class RowsOut:
    """A page of rows, each an object by field. ``next``: the mark of the page after, empty on the last."""

    rows: Sequence[Mapping[str, Any]]
    next: str


class Sought(Schema):
    """Which entries, and which page of them."""

    q: Annotated[str, Field(max_length=100, description="Words.")] = ""
    category: Annotated[str, Field(max_length=40)] = ""
    after: Annotated[str, Field(max_length=400, description="The mark of the page before.")] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 100


class Wanted(Schema):
    """Which rows, and which page of them."""

    q: Annotated[str, Field(max_length=100, description="Words, where the rows can be searched.")] = ""
    after: Annotated[str, Field(max_length=40, description="The mark of the page before.")] = ""
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


@router.get(
    "/resources", response={200: FoundOut}, operation_id="list_resources", summary="The catalogue of data"
)
def list_resources(request: HttpRequest, sought: Query[Sought]) -> HttpResponse:
    """The entries that the caller may know of: staff all, others what is open."""
    viewer = viewer_of(request)
    found = catalogue.find(viewer, sought.q, category=sought.category, after=sought.after, limit=sought.limit)
    return answer(FoundOut([_out(one, one.fields) for one in found.entries], found.total, found.next or ""))


@router.get("/resources/{key}", response={200: ResourceOut}, operation_id="get_resource", summary="One entry")
def get_resource(request: HttpRequest, key: Key) -> HttpResponse:
    """What the data hold: their fields with kind, unit, standard term; of these, ``rows`` answers what one may read."""
    entry = catalogue.entry(viewer_of(request), key)
    return answer(_out(entry, entry.fields))


@router.get(
    "/resources/{key}/rows", response={200: RowsOut}, operation_id="resource_rows", summary="Its rows"
)
def rows(request: HttpRequest, key: Key, chosen: Query[Wanted]) -> HttpResponse:
    """A page of rows. Further query parameters named like fields narrow them to rows that equal the value."""
    viewer = viewer_of(request)
    read = _read(viewer, key)
    where, _chosen = chosen_of(request.GET, read.fields(viewer), own=("q", "after", "limit"))
    page = read.page(viewer, after=chosen.after, limit=chosen.limit, words=chosen.q, where=where)
    names = [field.key for field in page.columns]
    return answer(RowsOut([dict(zip(names, row, strict=True)) for row in page.rows], page.next or ""))


@router.get(
    "/resources/{key}/file/{form}",
    operation_id="resource_file",
    summary="Its rows as a file",
    openapi_extra={
        "responses": {
            200: {
                "description": "The file, streamed.",
                "content": {media: {"schema": {}} for media in _MEDIA},
            }
        }
    },
)
def file(
    request: HttpRequest,
    key: Key,
    form: Literal["csv", "json", "ndjson", "geojson", "parquet", "xlsx"],
    q: Annotated[str, Field(max_length=100)] = "",
) -> HttpResponseBase:
    """All rows the caller may read as CSV, JSON, NDJSON, GeoJSON, Parquet or XLSX (at most 20,000 rows)."""
    viewer = viewer_of(request)
    read = _read(viewer, key)
    where, _chosen = chosen_of(request.GET, read.fields(viewer), own=("q",))
    return file_response(catalogue.download(viewer, read, form=form, words=q, where=where))


def _read(viewer: Viewer, key: str) -> catalogue.Readable:
    return catalogue.readable_of(catalogue.entry(viewer, key))


def _out(entry: catalogue.Entry, fields: Sequence[catalogue.Field]) -> ResourceOut:
    return ResourceOut(
        key=entry.key,
        kind=entry.kind,
        title=entry.title,
        title_en=entry.title_en,
        summary=entry.summary,
        provider=entry.provider,
        share_type=entry.share_type,
        legal_basis=entry.legal_basis,
        category=entry.category,
        update_cycle=entry.update_cycle,
        is_open=entry.is_open,
        has_place=entry.point is not None or bool(entry.geometry),
        rows=entry.rows,
        version=entry.version,
        updated_at=entry.updated_at,
        attributes=[
            AttributeOut(one.key, one.title, one.kind, one.unit, one.term, one.sensitivity, one.is_key)
            for one in fields
        ],
    )
