"""A resource shows each viewer the rows and fields that are theirs to see, as lists and as files."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from yicheng.core.catalogue import export, queries
from yicheng.core.catalogue.actions import download
from yicheng.core.catalogue.declare import RESOURCES, Attribute, Resource, check_resources, check_sources
from yicheng.core.catalogue.tests.conftest import ATTRIBUTES, CLOSED, OPEN, active
from yicheng.core.journal.models import AuditEntry
from yicheng.core.kernel.errors import Forbidden, Invalid, NotFound, SignInRequired
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import STRANGER, SYSTEM, Scope, Viewer

RESIDENT = Viewer(kind="resident", account_id=1)
CLERK = Viewer(kind="staff", account_id=2)
AUDITOR = Viewer(kind="staff", account_id=3, grants={"catalogue.read_sensitive": (Scope(),)})
DISTRICT_AUDITOR = Viewer(
    kind="staff", account_id=4, grants={"catalogue.read_sensitive": (Scope(division="410105"),)}
)


def read(viewer: Viewer, resource: Resource, form: str, **chosen: Any) -> bytes:
    content = download(viewer, resource, form=form, **chosen).content
    return content.read() if isinstance(content, BytesIO) else b"".join(content)


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("viewer", "found"),
    [(STRANGER, ["works.bodies"]), (CLERK, ["works.bodies"]), (SYSTEM, ["works.bodies", "works.all_bodies"])],
)
def test_people_find_what_they_may_read(viewer: Viewer, found: list[str]) -> None:
    assert [resource.key for resource in queries.resources(viewer)] == found


@pytest.mark.parametrize(
    ("viewer", "hidden"),
    [
        (STRANGER, {"phone", "path", "secret"}),
        (RESIDENT, {"phone", "path", "secret"}),
        (CLERK, {"path", "secret"}),
        (DISTRICT_AUDITOR, {"path", "secret"}),
        (AUDITOR, {"secret"}),
        (SYSTEM, {"secret"}),
    ],
)
def test_fields_follow_their_sensitivity(viewer: Viewer, hidden: set[str]) -> None:
    shown = {attribute.key for attribute in queries.attributes(viewer, OPEN)}
    assert {attribute.key for attribute in ATTRIBUTES} - shown == hidden


def test_closed_resources_are_closed(db: None) -> None:
    with pytest.raises(SignInRequired):
        queries.resource(STRANGER, "works.all_bodies")
    with pytest.raises(Forbidden):
        queries.resource(CLERK, "works.all_bodies")
    for key, only_open in (("works.nothing", False), ("works.all_bodies", True)):
        with pytest.raises(NotFound):
            queries.resource(SYSTEM, key, only_open=only_open)


def test_pages_take_one_query_and_follow_a_mark(
    bodies: list[Organisation], django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(1):
        first = queries.page(SYSTEM, OPEN, size=2)
    assert first.next == str(bodies[1].pk)
    rest = queries.page(SYSTEM, OPEN, after=first.next, size=2)
    assert ([row[0] for row in first.rows], [row[0] for row in rest.rows], rest.next) == (
        ["1", "2"],
        ["3"],
        None,
    )
    for damaged in ("x", "1" * 30, "1;DROP"):
        with pytest.raises(Invalid):
            queries.page(SYSTEM, OPEN, after=damaged)


def test_words_and_filters(bodies: list[Organisation]) -> None:
    def codes(**chosen: Any) -> list[str]:
        return [row[0] for row in queries.page(SYSTEM, OPEN, **chosen).rows]

    assert codes(words="城管") == ["1"]
    assert codes(where={"is_active": "false"}) == ["3"]
    assert codes(where={"code": "2", "is_active": "true"}) == ["2"]
    assert codes(where={"code": "' OR 1=1 --"}) == []
    for nonsense in ({"is_active": "maybe"}, {"name": "x"}, {"secret": "x"}, {"code": "\0"}):
        with pytest.raises(Invalid):
            codes(where=nonsense)
    with pytest.raises(Invalid):
        queries.page(SYSTEM, CLOSED, words="x")


def test_nobody_asks_by_a_field_they_may_not_see(
    bodies: list[Organisation], monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = Attribute("kind", "Kind", "kind", "code", sensitivity=3)
    resource = Resource("works.k", "K", "", lambda: Organisation, (hidden,), active, "unconditional")
    with pytest.raises(Invalid):
        queries.page(CLERK, resource, where={"kind": "office"})


def test_csv_is_whole_and_safe(bodies: list[Organisation]) -> None:
    data = read(STRANGER, OPEN, "csv")
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
def test_no_cell_begins_a_formula_and_nothing_else_changes(name: str) -> None:
    Organisation.objects.all().delete()
    Organisation.objects.create(code="9", name=name, kind="k", path="/")
    [row] = rows_of(read(SYSTEM, OPEN, "csv"))
    assert row["name"][0] not in "=+-@\t\r\n＝＋－＠"
    assert row["name"].removeprefix("'") == name.removeprefix("'")
    [feature] = json.loads(read(SYSTEM, OPEN, "geojson"))["features"]
    assert feature["properties"]["name"] == name


def test_geojson_has_a_geometry_where_there_is_a_place(bodies: list[Organisation]) -> None:
    collection = json.loads(read(STRANGER, OPEN, "geojson"))
    assert collection["type"] == "FeatureCollection"
    first, second = collection["features"]
    assert first["geometry"] is None
    assert second["geometry"] == {"type": "Point", "coordinates": [bodies[1].pk, bodies[0].pk]}
    assert set(first["properties"]) == {"code", "name", "parent", "is_active"}


def test_a_workbook_keeps_text_as_text(bodies: list[Organisation]) -> None:
    sheet = load_workbook(BytesIO(read(SYSTEM, OPEN, "xlsx"))).active
    assert sheet is not None
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]][:2] == ["Code", "Name"]
    assert (rows[2][1].data_type, rows[2][1].value) == ("s", bodies[1].name)


def test_a_workbook_has_a_limit(bodies: list[Organisation], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MOST_IN_XLSX", 2)
    with pytest.raises(Invalid):
        read(SYSTEM, OPEN, "xlsx")


def test_an_empty_resource_is_still_a_file(db: None) -> None:
    assert rows_of(read(STRANGER, OPEN, "csv")) == []
    assert json.loads(read(STRANGER, OPEN, "geojson"))["features"] == []


def test_blocks_are_large(db: None) -> None:
    Organisation.objects.bulk_create(
        Organisation(code=str(number), name="名" * 40, kind="k", path="/") for number in range(5000)
    )
    shown = queries.attributes(STRANGER, OPEN)
    sizes = [len(block) for block in export.csv_blocks(queries.select(STRANGER, OPEN), shown)]
    assert all(size >= export.BLOCK_BYTES for size in sizes[:-1])
    assert len(sizes) == sum(sizes) // export.BLOCK_BYTES + 1


def test_taking_what_is_not_open_is_recorded(bodies: list[Organisation]) -> None:
    read(STRANGER, OPEN, "csv")
    assert not AuditEntry.objects.exists()
    read(SYSTEM, CLOSED, "csv", where={"code": "1"})
    line = AuditEntry.objects.get()
    assert (line.action, line.subject, line.detail["where"]) == (
        "catalogue.download",
        "resource/works.all_bodies",
        {"code": "1"},
    )


@pytest.mark.parametrize(("resource", "form"), [(OPEN, "pdf"), (CLOSED, "geojson")])
def test_forms_that_are_not_there(resource: Resource, form: str) -> None:
    with pytest.raises(NotFound):
        download(SYSTEM, resource, form=form)


def test_faulty_declarations_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [*check_resources(), *check_sources()] == []
    faulty = Resource(
        "works.faulty",
        "F",
        "",
        lambda: Organisation,
        (Attribute("A b", "A", "parent__nothing"), Attribute("c", "C", "name__x"), Attribute("c", "C", "pk")),
        active,
        "unconditional",
        right="works.nothing",
        point=("x", "c"),
    )
    monkeypatch.setattr(RESOURCES, "_items", {faulty.key: faulty})
    assert len(list(check_resources())) == 4
    assert len(list(check_sources())) == 2
