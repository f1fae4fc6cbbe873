"""Data sharing's routes of the platform's API: departments' own systems push rows and read the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Router

from yicheng.apps.data.actions.loading import take_rows
from yicheng.apps.data.actions.row_changes import change_rows
from yicheng.apps.data.intake.geojson import sheet_of_records
from yicheng.apps.data.intake.opening import open_sheet
from yicheng.apps.data.intake.rules import reason_text
from yicheng.apps.data.intake.sheet import Sheet
from yicheng.apps.data.models import Load, Source
from yicheng.apps.data.queries.sources import BRING, fields_of, load_of, refused_rows, sources
from yicheng.core.kernel.errors import NotFound
from yicheng.core.kernel.sheets.records import Unreadable
from yicheng.core.people.public import viewer_of
from yicheng.core.web.declare import ApiRoutes
from yicheng.core.web.public import answer

router = Router()
SHOWN = 1_000


@dataclass(frozen=True, slots=True)
class RefusedOut:
    """A refused row: as the sender counts, with the reasons in words."""

    row: int
    reasons: Sequence[str]
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class LoadOut:
    """What became of a load. ``status``: published, checked (rows were refused: it waits), refused (as a whole)."""

    id: int
    status: str
    read: int
    sound: int
    refused: int
    quality: int
    fault: str
    columns: Sequence[str] = ()
    rows: Sequence[RefusedOut] = ()


_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"type": "array", "items": {"type": "object"}}},
            "text/csv": {"schema": {"type": "string", "format": "binary"}},
            "application/vnd.apache.parquet": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


_ROWS = {"type": "array", "items": {"type": "object"}}
_CHANGES = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "object", "properties": {"upsert": _ROWS, "delete": _ROWS}}
            }
        },
    }
}


@router.post(
    "/sources/{key}/loads", response={200: LoadOut}, operation_id="push_rows", summary="Push rows",
    openapi_extra=_BODY,
)  # fmt: skip
def push(request: HttpRequest, key: str) -> HttpResponse:
    """Rows as a JSON list of objects, CSV, XLSX, GeoJSON or Parquet; published at once if no row is refused."""
    source = _own(request, key)
    load = take_rows(viewer_of(request), source.pk, _sheet(request.body), origin=Load.Origin.PUSH, name="API")
    return answer(_out(load))


@dataclass(frozen=True, slots=True)
class ChangesIn:
    """Whole rows to insert or replace, and key fields of rows to delete; by the fields' names or their columns' titles."""

    upsert: list[dict[str, Any]] = field(default_factory=list)
    delete: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ChangesOut:
    """What was changed. ``edition`` counts the changes of the published version; the same rows again change nothing."""

    edition: int
    inserted: int
    updated: int
    deleted: int
    unchanged: int


@router.post(
    "/sources/{key}/changes",
    response={200: ChangesOut},
    operation_id="change_rows",
    summary="Change single rows",
    openapi_extra=_CHANGES,
)
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Rows of the published data, by key: checked like any load, all or nothing, told to subscribers one by one."""
    source = _own(request, key)
    try:
        changes = msgspec.json.decode(request.body, type=ChangesIn)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Unreadable(_("Send one JSON object with the lists “upsert” and “delete”.")) from None
    done = change_rows(viewer_of(request), source.pk, upserts=changes.upsert, deletes=changes.delete)
    return answer(ChangesOut(done.edition, done.inserted, done.updated, done.deleted, done.unchanged))


@router.get(
    "/loads/{load_id}", response={200: LoadOut}, operation_id="get_load", summary="What became of a load"
)
def get_load(request: HttpRequest, load_id: int) -> HttpResponse:
    """The counts, and the refused rows with their reasons: the first thousand."""
    viewer = viewer_of(request)
    load = load_of(viewer, load_id)
    viewer.require(BRING, organisation_id=load.organisation_id, division=load.source.division_code)
    return answer(_out(load))


def _own(request: HttpRequest, key: str) -> Source:
    viewer = viewer_of(request)
    viewer.require(BRING)
    source = sources(viewer).filter(key=key).first()
    if source is None:
        raise NotFound(_("There is no such source of data, or none of your organisation."))
    return source


def _sheet(body: bytes) -> Sheet:
    if body.lstrip()[:1] != b"[":
        return open_sheet(body)
    try:
        records = msgspec.json.decode(body, type=list[dict[str, Any]])
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise Unreadable(_("Send a list of objects.")) from None
    return sheet_of_records(records, "json")


def _out(load: Load) -> LoadOut:
    fields = {one.key: one for one in fields_of(load.source)}
    rows = [
        RefusedOut(one.row, [reason_text(reason, fields) for reason in one.reasons], one.cells)
        for one in refused_rows(load)[:SHOWN]
    ]
    return LoadOut(
        id=load.pk,
        status=load.status,
        read=load.read_count,
        sound=load.sound_count,
        refused=load.refused_count,
        quality=load.quality,
        fault=load.fault,
        columns=load.columns,
        rows=rows,
    )


API_ROUTES = (ApiRoutes("data", "data", lambda: router),)
