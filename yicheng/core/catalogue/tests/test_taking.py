"""Data taken away as files: whole, safe from formulas, recorded, stopped when the right ends."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pyarrow import parquet

from yicheng.core.catalogue import export
from yicheng.core.catalogue import public as catalogue
from yicheng.core.catalogue.actions import taking
from yicheng.core.catalogue.actions.taking import guarded
from yicheng.core.catalogue.filters import Compare
from yicheng.core.journal.models import AuditEntry
from yicheng.core.kernel.errors import Forbidden, Invalid, NotFound
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import STRANGER, SYSTEM, Viewer


def read(viewer: Viewer, key: str, form: str, **chosen: Any) -> bytes:
    content = catalogue.download(viewer, catalogue.readable(key), form=form, **chosen).content
    return content.read() if isinstance(content, BytesIO) else b"".join(content)


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline="")))


def test_csv_is_whole_and_safe(entries: None, bodies: list[Organisation]) -> None:
    data = read(STRANGER, "works.bodies", "csv")
    assert data.startswith(b"\xef\xbb\xbfcode,name,parent,is_active,lon,lat\r\n")
    first, second = rows_of(data)
    assert first == {
        "code": "1",
        "name": "城管局",
        "parent": "",
        "is_active": "true",
        "lon": str(bodies[0].pk),
        "lat": "",
    }
    assert second["name"] == "'" + bodies[1].name
    assert second["parent"] == "城管局"


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(name=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=60))
def test_no_cell_begins_a_formula_and_nothing_else_changes(entries: None, name: str) -> None:
    Organisation.objects.all().delete()
    Organisation.objects.create(code="9", name=name, kind="k", path="/")
    [row] = rows_of(read(SYSTEM, "works.bodies", "csv"))
    assert row["name"][0] not in export.FORMULA
    assert row["name"].removeprefix("'") == name.removeprefix("'")
    [feature] = json.loads(read(SYSTEM, "works.bodies", "geojson"))["features"]
    assert feature["properties"]["name"] == name
    assert json.loads(read(SYSTEM, "works.bodies", "json"))[0]["name"] == name
    assert json.loads(read(SYSTEM, "works.bodies", "ndjson"))["name"] == name


def test_geojson_has_a_geometry_where_there_is_a_place(entries: None, bodies: list[Organisation]) -> None:
    collection = json.loads(read(STRANGER, "works.bodies", "geojson"))
    assert collection["type"] == "FeatureCollection"
    first, second = collection["features"]
    assert first["geometry"] is None
    assert second["geometry"] == {"type": "Point", "coordinates": [bodies[1].pk, bodies[0].pk]}
    assert set(first["properties"]) == {"code", "name", "parent", "is_active"}


def test_a_workbook_keeps_text_as_text(entries: None, bodies: list[Organisation]) -> None:
    sheet = load_workbook(BytesIO(read(SYSTEM, "works.bodies", "xlsx"))).active
    assert sheet is not None
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]][:2] == ["Code", "Name"]
    assert (rows[2][1].data_type, rows[2][1].value) == ("s", bodies[1].name)


def test_a_workbook_has_a_limit(
    entries: None, bodies: list[Organisation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MOST_IN_XLSX", 2)
    with pytest.raises(Invalid):
        read(SYSTEM, "works.bodies", "xlsx")


def test_an_empty_resource_is_still_a_file(entries: None) -> None:
    assert rows_of(read(STRANGER, "works.bodies", "csv")) == []
    assert json.loads(read(STRANGER, "works.bodies", "geojson"))["features"] == []
    assert json.loads(read(STRANGER, "works.bodies", "json")) == []


def test_blocks_are_large(entries: None) -> None:
    Organisation.objects.bulk_create(
        Organisation(code=str(number), name="名" * 40, kind="k", path="/") for number in range(5000)
    )
    blocks = export.csv_blocks(catalogue.readable("works.bodies").query(STRANGER))
    sizes = [len(block) for block in blocks]
    assert all(size >= export.BLOCK_BYTES for size in sizes[:-1])
    assert len(sizes) == sum(sizes) // export.BLOCK_BYTES + 1


@pytest.mark.django_db(transaction=True)
def test_parquet_has_typed_columns() -> None:
    catalogue.sync_entries()
    Organisation.objects.create(code="1", name="城管局", kind="bureau", path="/")
    where = Compare("code", "=", "1")
    table = parquet.read_table(BytesIO(read(STRANGER, "works.bodies", "parquet", where=where)))
    assert table.column("name").to_pylist() == ["城管局"]
    assert {field.name: str(field.type) for field in table.schema}["is_active"] == "bool"
    assert table.schema.field("name").metadata[b"title"] == b"Name"


def test_taking_what_is_not_open_is_recorded(entries: None, bodies: list[Organisation]) -> None:
    read(STRANGER, "works.bodies", "csv")
    assert not AuditEntry.objects.exists()
    read(SYSTEM, "works.all_bodies", "csv", where=Compare("code", "=", "1"))
    line = AuditEntry.objects.get()
    assert (line.action, line.subject) == ("catalogue.download", "resource/works.all_bodies")
    assert "code" in line.detail["where"]


@pytest.mark.parametrize(("key", "form"), [("works.bodies", "pdf"), ("works.all_bodies", "geojson")])
def test_forms_that_are_not_there(entries: None, key: str, form: str) -> None:
    with pytest.raises(NotFound):
        read(SYSTEM, key, form)


def test_a_download_stops_when_it_may_not_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "CHECK_EVERY_S", 0)
    asked: list[int] = []

    def still() -> None:
        asked.append(1)
        if len(asked) == 3:
            raise Forbidden("over")

    def blocks() -> Iterator[bytes]:
        for _ in range(10):
            yield b"x"

    sent = guarded(blocks(), still)
    assert [next(sent), next(sent)] == [b"x", b"x"]
    with pytest.raises(Forbidden):
        next(sent)


@pytest.mark.django_db(transaction=True)
def test_data_withdrawn_in_mid_download_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    """The question is asked on a connection of its own: that of the download is busy."""
    catalogue.sync_entries()
    monkeypatch.setattr(taking, "CHECK_EVERY_S", 0)
    Organisation.objects.bulk_create(
        Organisation(code=str(number), name="名" * 100, kind="k", path="/") for number in range(3000)
    )
    found = catalogue.download(STRANGER, catalogue.readable("works.bodies"), form="csv").content
    assert isinstance(found, Iterator)
    assert next(found)
    second = connection.copy()
    with second.cursor() as cursor:
        cursor.execute("UPDATE catalogue_entry SET is_listed = false")
    second.close()
    with pytest.raises(NotFound):
        list(found)
    assert Organisation.objects.count() == 3000
