"""A data set is registered, filled in a table of its own, published whole, changed, put back."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from yicheng.core.catalogue import public as catalogue
from yicheng.core.catalogue.facts import Field, NewDataSet, SchemaChange
from yicheng.core.catalogue.filters import And, Between, Box, Compare, Filter, In, IsNull, Like, Not, Or
from yicheng.core.catalogue.models import CatalogueEntry, DataSetVersion
from yicheng.core.events import outbox
from yicheng.core.events.declare import REACTIONS, Reaction
from yicheng.core.events.models import OutboxEvent
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound, SignInRequired
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import STRANGER, SYSTEM, Scope, Viewer

FIELDS = (
    Field("code", "编号", "code", is_key=True),
    Field("name", "名称"),
    Field("beds", "床位", "integer", unit="{bed}"),
    Field("fee", "费用", "decimal", unit="CNY"),
    Field("opened", "启用日期", "date"),
    Field("checked_at", "检查时间", "datetime"),
    Field("is_open", "是否开放", "boolean"),
    Field("lon", "经度", "number", unit="deg"),
    Field("lat", "纬度", "number", unit="deg"),
    Field("keeper", "管理人", sensitivity=2),
    Field("phone", "电话", sensitivity=3),
    Field("secret", "密", sensitivity=4),
)
NOON = datetime(2026, 5, 1, 4, tzinfo=UTC)
ROWS: list[tuple[Any, ...]] = [
    ("A1", "人民公园避难所", 120, Decimal(1), date(2020, 1, 2), NOON, True, 113.66, 34.76, "王", "138", "x"),
    ("A2", "=cmd()", None, None, None, None, None, None, None, "李", "139", "y"),
    ("A3", "50%_体育场", 900, Decimal("2.5"), date(2024, 6, 1), NOON, False, 113.7, 34.7, "张", "137", "z"),
]


@pytest.fixture
def body(db: None) -> Organisation:
    return Organisation.objects.create(
        code="civil", name="民政局", kind="bureau", path="/", division_code="410100"
    )


@pytest.fixture(autouse=True)
def listener(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody reacts to the catalogue's events: only then are they kept."""
    told = Reaction("catalogue.trial", ("catalogue.version_published",), lambda _events: None)
    monkeypatch.setitem(REACTIONS._items, told.key, told)
    monkeypatch.setattr(outbox, "_index", defaultdict(list))


def keeper(body: Organisation) -> Viewer:
    scope = Scope(organisation_ids=frozenset({body.pk}))
    return Viewer(
        kind="staff",
        organisation_id=body.pk,
        account_id=None,
        grants={"catalogue.manage_data_sets": (scope,)},
    )


def shelters(body: Organisation, **changed: Any) -> catalogue.Entry:
    new = {
        "key": "civil.shelters",
        "title": "应急避难场所",
        "provider_id": body.pk,
        "share_type": "unconditional",
        "is_open": True,
        "fields": FIELDS,
        "point": ("lon", "lat"),
    }
    return catalogue.register_data_set(keeper(body), NewDataSet(**{**new, **changed}))


def filled(body: Organisation, rows: list[tuple[Any, ...]] | None = None) -> catalogue.Version:
    version = catalogue.begin_version(keeper(body), "civil.shelters", FIELDS)
    assert catalogue.copy_rows(version, ROWS if rows is None else rows) == len(ROWS if rows is None else rows)
    return catalogue.publish_version(keeper(body), version.id)


def codes(viewer: Viewer | None, where: Filter | None = None, **chosen: Any) -> list[str]:
    query = catalogue.readable("civil.shelters").query(viewer, fields=["code"], where=where, **chosen)
    return [row[0] for row in query.rows()]


def test_rows_stand_in_a_typed_table_of_their_own(body: Organisation) -> None:
    shelters(body)
    version = filled(body)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'datasets'"
            " AND table_name = %s ORDER BY ordinal_position",
            [f"ds_{version.entry_id}_v1"],
        )
        columns = dict(cursor.fetchall())
    assert columns["fee"] == "numeric"
    assert columns["checked_at"] == "timestamp with time zone"
    found = catalogue.entry(STRANGER, "civil.shelters")
    assert (found.rows, found.version, found.version_id, found.provider) == (3, 1, version.id, "民政局")
    told = OutboxEvent.objects.get(key="catalogue.version_published")
    assert told.payload["previous_id"] is None


def test_fields_follow_the_viewer(body: Organisation) -> None:
    shelters(body)
    filled(body)
    read = catalogue.readable("civil.shelters")
    hidden = {
        who: {one.key for one in FIELDS} - {one.key for one in read.query(viewer).columns}
        for who, viewer in {
            "stranger": STRANGER,
            "staff": Viewer(kind="staff"),
            "keeper": keeper(body),
            "gateway": None,
        }.items()
    }
    assert hidden == {
        "stranger": {"keeper", "phone", "secret"},
        "staff": {"phone", "secret"},
        "keeper": {"secret"},
        "gateway": {"secret"},
    }
    with pytest.raises(Invalid):
        read.query(STRANGER, fields=["phone"])
    with pytest.raises(Invalid):
        read.query(STRANGER, where=Compare("phone", "=", "138"))
    with pytest.raises(Invalid):
        read.query(STRANGER, order=[catalogue.Order("phone")])


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (Compare("beds", ">", 100), ["A1", "A3"]),
        (Compare("beds", "=", "120"), ["A1"]),
        (Compare("beds", "<", 120.5), ["A1"]),
        (In("code", ("A2", "A3", "x")), ["A2", "A3"]),
        (Between("opened", "2019-01-01", "2021-01-01"), ["A1"]),
        (Like("name", "50\\%\\_%"), ["A3"]),
        (Like("name", "%公园%"), ["A1"]),
        (Like("name", "\\"), []),
        (IsNull("beds"), ["A2"]),
        (Not(IsNull("beds")), ["A1", "A3"]),
        (And((Compare("is_open", "=", "false"), Compare("fee", ">=", "2.50"))), ["A3"]),
        (Or(()), []),
        (And(()), ["A1", "A2", "A3"]),
        (Box(113.6, 34.75, 113.69, 34.8), ["A1"]),
        (Compare("name", "=", "'; DROP TABLE catalogue_entry; --"), []),
        (Compare("checked_at", ">=", "2026-05-01T12:00:00+08:00"), ["A1", "A3"]),
    ],
)
def test_filters(body: Organisation, where: Filter, found: list[str]) -> None:
    shelters(body)
    filled(body)
    assert codes(STRANGER, where) == found
    assert catalogue.readable("civil.shelters").query(STRANGER, where=where).count() == len(found)


@pytest.mark.parametrize(
    "where",
    [
        Compare("beds", "=", "many"),
        Compare("beds", "=", float("nan")),
        Compare("opened", "=", "2026-13-01"),
        Compare("name", "=", "\0"),
        Compare("nothing", "=", "1"),
        Compare('name"; --', "=", "1"),
        Like("beds", "%"),
        In("code", ("x",) * 1001),
        Box(float("nan"), 0, 1, 1),
    ],
)
def test_nonsense_is_refused(body: Organisation, where: Filter) -> None:
    shelters(body)
    filled(body)
    with pytest.raises(Invalid):
        codes(STRANGER, where)


def test_pages_follow_a_mark(body: Organisation) -> None:
    shelters(body)
    filled(body)
    read = catalogue.readable("civil.shelters")
    first = read.page(STRANGER, fields=["code"], limit=2)
    assert ([row[0] for row in first.rows], first.next) == (["A1", "A2"], str(first.ids[1]))
    rest = read.page(STRANGER, fields=["code"], limit=2, after=first.next or "")
    assert ([row[0] for row in rest.rows], rest.next) == (["A3"], None)
    assert codes(STRANGER, order=[catalogue.Order("beds", descending=True)], offset=1) == ["A1", "A2"]
    with pytest.raises(Invalid):
        read.page(STRANGER, after="1; DROP")


def test_masks_hide_what_a_grant_does_not_give(body: Organisation) -> None:
    shelters(body)
    filled(body)
    masks: Any = {"name": "ends", "opened": "year", "keeper": "hide", "phone": "digest"}
    query = catalogue.readable("civil.shelters").query(
        None, fields=["name", "opened", "keeper", "phone"], masks=masks, limit=1
    )
    [(name, opened, who, phone)] = query.rows()
    assert (name, opened, who, len(phone)) == ("人民***难所", "2020", None, 64)


def test_what_is_not_for_everyone_is_closed(body: Organisation) -> None:
    shelters(body, share_type="conditional", is_open=False, legal_basis="《条例》第三条")
    filled(body)
    with pytest.raises(NotFound):
        catalogue.entry(STRANGER, "civil.shelters")
    with pytest.raises(NotFound):
        codes(STRANGER)
    clerk = Viewer(kind="staff")
    assert catalogue.entry(clerk, "civil.shelters").legal_basis == "《条例》第三条"
    with pytest.raises(Forbidden):
        codes(clerk)
    assert codes(keeper(body)) == ["A1", "A2", "A3"]


def test_others_cannot_write(body: Organisation) -> None:
    shelters(body)
    other = Organisation.objects.create(code="other", name="水务局", kind="bureau", path="/")
    for viewer, error in ((keeper(other), Forbidden), (STRANGER, SignInRequired)):
        for write in (
            lambda viewer: catalogue.begin_version(viewer, "civil.shelters", FIELDS),
            lambda viewer: catalogue.change_data_set(viewer, "civil.shelters", title="x"),
        ):
            with pytest.raises((error, SignInRequired)):
                write(viewer)
    assert not DataSetVersion.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"key": "Shelters"}, "key"),
        ({"key": "catalogue.shelters"}, "key"),
        ({"title": " "}, "title"),
        ({"share_type": "conditional", "is_open": False}, "legal_basis"),
        ({"share_type": "conditional", "legal_basis": "x"}, "is_open"),
        ({"category": "nothing"}, "category"),
        ({"point": ("lon", "nothing")}, "point_lat"),
        ({"fields": (Field('x"; DROP TABLE', "x"),)}, 'x"; DROP TABLE'),
        ({"fields": (Field("_id", "x"),)}, "_id"),
    ],
)
def test_faulty_registrations_are_refused(body: Organisation, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as told:
        shelters(body, **changed)
    assert field in told.value.fields
    assert not CatalogueEntry.objects.exists()


def test_a_key_is_taken_once(body: Organisation) -> None:
    shelters(body)
    with pytest.raises(Conflict):
        shelters(body)


def test_the_last_good_version_stays(body: Organisation) -> None:
    shelters(body)
    filled(body)
    for rows in ([*ROWS, ROWS[0]], [(None, *ROWS[0][1:])]):
        version = catalogue.begin_version(keeper(body), "civil.shelters", FIELDS)
        catalogue.copy_rows(version, rows)
        with pytest.raises(Invalid):
            catalogue.publish_version(keeper(body), version.id)
        assert codes(STRANGER) == ["A1", "A2", "A3"]


def test_changes_between_versions_and_back(body: Organisation) -> None:
    shelters(body)
    first = filled(body)
    second = filled(body, [ROWS[0], ("A3", "新体育场", *ROWS[2][2:]), ("A4", "学校", *ROWS[0][2:])])
    query = catalogue.changes(first, second)
    assert [column.key for column in query.columns][:3] == ["change", "code", "name"]
    assert [row[:3] for row in query.rows()] == [
        ("deleted", "A2", "=cmd()"),
        ("updated", "A3", "新体育场"),
        ("inserted", "A4", "学校"),
    ]
    assert catalogue.changes(None, second).count() == 3
    catalogue.restore_version(keeper(body), first.id)
    assert codes(STRANGER) == ["A1", "A2", "A3"]
    told = OutboxEvent.objects.filter(key="catalogue.version_published").order_by("-id")[0]
    assert (told.payload["number"], told.payload["previous_id"], told.payload["is_restored"]) == (
        1,
        second.id,
        True,
    )
    with pytest.raises(Conflict):
        catalogue.restore_version(keeper(body), first.id)


def test_schema_changes_are_recorded(body: Organisation) -> None:
    shelters(body)
    filled(body)
    fields = (FIELDS[0], Field("beds", "床位", "text"), Field("note", "说明"), *FIELDS[7:9])
    version = catalogue.begin_version(keeper(body), "civil.shelters", fields)
    catalogue.copy_rows(version, [("A1", "many", "n", 1.0, 2.0)])
    published = catalogue.publish_version(keeper(body), version.id)
    told = {one.field: one for one in published.schema_changes}
    assert told["beds"] == SchemaChange(
        "beds", "changed", "integer, {bed}, sensitivity 1", "text, sensitivity 1"
    )
    assert (told["note"].change, told["name"].change) == ("added", "removed")
    assert [one.key for one in catalogue.entry(STRANGER, "civil.shelters").fields] == [
        "code",
        "beds",
        "note",
        "lon",
        "lat",
    ]


def test_old_versions_are_dropped(body: Organisation) -> None:
    shelters(body)
    numbers = [filled(body).id for _ in range(4)]
    assert catalogue.drop_old_versions(kept=2) == 1
    statuses = dict(DataSetVersion.objects.values_list("id", "status"))
    assert [statuses[one] for one in numbers] == ["dropped", "kept", "kept", "current"]
    with pytest.raises(Conflict):
        catalogue.restore_version(SYSTEM, numbers[0])


def test_values_that_do_not_fit_are_refused(body: Organisation) -> None:
    shelters(body)
    version = catalogue.begin_version(keeper(body), "civil.shelters", FIELDS[:3])
    with pytest.raises(Invalid):
        catalogue.copy_rows(version, [("A1", "x", "many")])


def test_shapes_have_a_box(body: Organisation) -> None:
    shelters(body, point=None, geometry="", fields=())
    catalogue.change_data_set(keeper(body), "civil.shelters", geometry="shape")
    fields = (Field("code", "编号", "code", is_key=True), Field("shape", "范围", "geometry"))
    version = catalogue.begin_version(keeper(body), "civil.shelters", fields)
    ring = [[113.0, 34.0], [113.2, 34.0], [113.2, 34.1], [113.0, 34.0]]
    catalogue.copy_rows(version, [("P", {"type": "Polygon", "coordinates": [ring]}), ("N", None)])
    catalogue.publish_version(keeper(body), version.id)
    assert codes(STRANGER, Box(113.15, 34.05, 114, 35)) == ["P"]
    assert codes(STRANGER, Box(114, 34.05, 115, 35)) == []
