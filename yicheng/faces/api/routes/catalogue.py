"""The data catalogue: what there is, its fields, its rows, whole files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from ninja import Path, Query, Router, Schema
from pydantic import Field

from yicheng.core.catalogue import public as catalogue
from yicheng.core.people.public import Viewer, viewer_of
from yicheng.core.web.public import answer, file_response

router = Router()
Key = Annotated[str, Path(max_length=80)]
_MEDIA = (
    "text/csv",
    "application/geo+json",
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


@dataclass(frozen=True, slots=True)
class ResourceOut:
    """A data resource of the city."""

    key: str
    title: str
    summary: str
    share_type: str
    legal_basis: str
    update_cycle: str
    is_open: bool
    has_place: bool
    attributes: Sequence[AttributeOut]


@dataclass(frozen=True, slots=True)
class RowsOut:
    """A page of rows, each an object by field. ``next``: the mark of the page after, empty on the last."""

    rows: Sequence[Mapping[str, Any]]
    next: str


class Wanted(Schema):
    """Which rows, and which page of them."""

    q: Annotated[str, Field(max_length=100, description="Words, where the resource can be searched.")] = ""
    after: Annotated[str, Field(max_length=40, description="The mark of the page before.")] = ""
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


@router.get(
    "/resources", response={200: list[ResourceOut]}, operation_id="list_resources", summary="Resources"
)
def list_resources(request: HttpRequest) -> HttpResponse:
    """The data resources the caller may read."""
    viewer = viewer_of(request)
    return answer([_out(viewer, resource) for resource in catalogue.resources(viewer)])


@router.get(
    "/resources/{key}", response={200: ResourceOut}, operation_id="get_resource", summary="One resource"
)
def get_resource(request: HttpRequest, key: Key) -> HttpResponse:
    """What a resource holds: its fields with kind, unit, standard term."""
    viewer = viewer_of(request)
    return answer(_out(viewer, catalogue.resource(viewer, key)))


@router.get(
    "/resources/{key}/rows", response={200: RowsOut}, operation_id="resource_rows", summary="Its rows"
)
def rows(request: HttpRequest, key: Key, chosen: Query[Wanted]) -> HttpResponse:
    """A page of rows. Further query parameters named like code, boolean and date fields narrow them."""
    viewer = viewer_of(request)
    resource = catalogue.resource(viewer, key)
    page = catalogue.page(
        viewer, resource, after=chosen.after, size=chosen.limit, words=chosen.q, where=_where(request)
    )
    names = [attribute.key for attribute in page.attributes]
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
    form: Literal["csv", "geojson", "xlsx"],
    q: Annotated[str, Field(max_length=100)] = "",
) -> HttpResponseBase:
    """All rows the caller may read as CSV, GeoJSON or XLSX (at most 20,000 rows)."""
    viewer = viewer_of(request)
    resource = catalogue.resource(viewer, key)
    return file_response(catalogue.download(viewer, resource, form=form, words=q, where=_where(request)))


def _where(request: HttpRequest) -> dict[str, str]:
    own = {"q", "after", "limit"}
    return {name: str(value) for name, value in request.GET.items() if name not in own}


def _out(viewer: Viewer, resource: catalogue.Resource) -> ResourceOut:
    return ResourceOut(
        key=resource.key,
        title=str(resource.title),
        summary=str(resource.summary),
        share_type=resource.share_type,
        legal_basis=str(resource.legal_basis),
        update_cycle=resource.update_cycle,
        is_open=resource.right is None,
        has_place=resource.point is not None,
        attributes=[
            AttributeOut(a.key, str(a.title), a.kind, a.unit, a.term, a.sensitivity)
            for a in catalogue.attributes(viewer, resource)
        ],
    )
