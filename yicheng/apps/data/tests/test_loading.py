"""A load's life at the actions: proposed, checked, mended, published, taken back; and what never changes anything."""

from __future__ import annotations

import pytest
from django.db import connection
from stdnum.cn import ric

from yicheng.apps.data.actions.loading import (
    check_load,
    drop_load,
    mend_load,
    publish_load,
    receive_file,
    revert_load,
    take_rows,
)
from yicheng.apps.data.actions.sources import NewSource, agree_fields, set_up_source
from yicheng.apps.data.intake.checking import ColumnsChanged
from yicheng.apps.data.intake.opening import open_sheet
from yicheng.apps.data.intake.rules import Field
from yicheng.apps.data.models import KeptFile, Load, RefusedRow, Source
from yicheng.apps.data.queries.sources import fields_of, loads, preview, refused_file, sources
from yicheng.apps.data.tests.conftest import Office
from yicheng.core.catalogue import public as catalogue
from yicheng.core.events.models import OutboxEvent
from yicheng.core.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from yicheng.core.kernel.sheets.records import Unreadable
from yicheng.core.people.public import STRANGER, SYSTEM, unseal

pytestmark = pytest.mark.django_db

FILE = '店铺台账,,\n编号,名称,面积（平方米）\nA1,一号店,"1,200"\nA2,二号店,八十\nA3,,30\nA1,三号店,5\n合计,,1235\n'
FIELDS = [
    Field("no", "编号", source="编号", is_key=True),
    Field("name", "名称", source="名称", is_required=True),
    Field("area", "面积", "number", source="面积（平方米）", unit="m2"),
]


def rows(key: str = "market.shops") -> list[tuple[object, ...]]:
    return catalogue.readable(key).query(SYSTEM).rows()


def loaded(office: Office, source: Source, text: str = FILE, *, name: str = "shops.csv") -> Load:
    return receive_file(office.keeper, source.pk, text.encode("gbk"), name=name)


def ready(office: Office) -> Source:
    """A source with agreed fields and one published load of two rows."""
    source = office.source()
    agree_fields(office.keeper, source.pk, FIELDS)
    load = loaded(office, source, "编号,名称,面积（平方米）\nA1,一号店,12\nA2,二号店,13\n")
    check_load(office.keeper, load.pk)
    publish_load(office.keeper, load.pk)
    source.refresh_from_db()
    return source


def test_from_a_messy_file_to_published_rows(office: Office) -> None:
    source = office.source()
    load = loaded(office, source)
    assert load.status == Load.Status.READ
    assert [one.kind for one in fields_of(source)] == ["text", "text", "integer"]
    agree_fields(office.keeper, source.pk, FIELDS)
    load = check_load(office.keeper, load.pk)
    assert (load.read_count, load.sound_count, load.refused_count) == (4, 0, 4)
    with pytest.raises(Conflict):
        revert_load(office.keeper, load.pk)
    table = list(refused_file(office.keeper, load.pk))
    assert table[0] == ("Row", "Reasons", "编号", "名称", "面积（平方米）")
    assert table[2] == ("4", "“面积” must be a number.", "A2", "二号店", "八十")
    mended = 'Row,Reasons,编号,名称,面积（平方米）\n3,,A1,一号店,"1,200"\n4,,A2,二号店,80\n5,,A3,三号店,30\n6,,A4,四号店,五\n'
    load = mend_load(office.keeper, load.pk, mended.encode())
    assert (load.sound_count, load.refused_count, load.mended_count) == (3, 1, 3)
    assert [(one.row, one.reasons) for one in load.refused.all()] == [(6, ["number:area"])]
    with pytest.raises(Conflict, match="1 rows are refused"):
        publish_load(office.keeper, load.pk)
    assert [row[:2] for row in preview(office.keeper, load)[1]] == [
        ("A1", "一号店"),
        ("A2", "二号店"),
        ("A3", "三号店"),
    ]
    load = mend_load(
        office.keeper, load.pk, "Row,Reasons,编号,名称,面积（平方米）\n6,,A4,四号店,5\n".encode()
    )
    load = publish_load(office.keeper, load.pk)
    assert load.status == Load.Status.PUBLISHED
    assert load.quality == 100
    assert rows() == [
        ("A1", "一号店", 1200.0),
        ("A2", "二号店", 80.0),
        ("A3", "三号店", 30.0),
        ("A4", "四号店", 5.0),
    ]
    assert not KeptFile.objects.exists()
    event = OutboxEvent.objects.get(key="data.load_published")
    assert event.payload["rows"] == 4


def test_what_is_kept_of_a_file_is_encrypted(office: Office) -> None:
    loaded(office, office.source())
    content = bytes(KeptFile.objects.get().content)
    assert "一号店".encode() not in content
    assert content.startswith(b"gAAAA")


def test_a_mended_row_must_not_repeat_a_sound_one(office: Office) -> None:
    source = office.source()
    agree_fields(office.keeper, source.pk, FIELDS)
    load = check_load(
        office.keeper, loaded(office, source, "编号,名称,面积（平方米）\nA1,一号店,1\nA2,二号店,x\n").pk
    )
    with pytest.raises(Conflict, match="same value"):
        mend_load(office.keeper, load.pk, "r,w,编号,名称,面积（平方米）\n3,,A1,二号店,2\n".encode())
    with pytest.raises(Invalid, match="numbers of refused rows"):
        mend_load(office.keeper, load.pk, "r,w,编号,名称,面积（平方米）\n2,,A3,二号店,2\n".encode())
    with pytest.raises(ColumnsChanged):
        mend_load(office.keeper, load.pk, "编号,名称\nA3,二号店\n".encode())
    load.refresh_from_db()
    assert (load.sound_count, load.refused_count) == (1, 1)


def test_publishing_without_the_refused_rows_is_said_aloud(office: Office) -> None:
    source = office.source()
    agree_fields(office.keeper, source.pk, FIELDS)
    load = check_load(
        office.keeper, loaded(office, source, "编号,名称,面积（平方米）\nA1,一号店,1\nA2,二号店,x\n").pk
    )
    publish_load(office.keeper, load.pk, without_refused=True)
    assert rows() == [("A1", "一号店", 1.0)]


def test_a_load_is_taken_back_whole(office: Office) -> None:
    source = ready(office)
    load = loaded(office, source, "编号,名称,面积（平方米）\nB1,新店,7\n")
    assert load.status == Load.Status.CHECKED
    publish_load(office.keeper, load.pk)
    assert rows() == [("B1", "新店", 7.0)]
    assert revert_load(office.keeper, load.pk).status == Load.Status.REVERTED
    assert [row[0] for row in rows()] == ["A1", "A2"]


def test_dropped_rows_leave_nothing_behind(office: Office) -> None:
    source = ready(office)
    load = loaded(office, source, "编号,名称,面积（平方米）\nB1,新店,x\n")
    drop_load(office.keeper, load.pk)
    assert not RefusedRow.objects.exists()
    assert [row[0] for row in rows()] == ["A1", "A2"]
    with pytest.raises(Conflict):
        publish_load(office.keeper, load.pk)
    tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'datasets'"
    with connection.cursor() as cursor:
        cursor.execute(tables)
        assert cursor.fetchone() == (1,)


def test_columns_that_changed_overnight_leave_the_last_good_version(office: Office) -> None:
    source = ready(office)
    sheet = open_sheet("编号,店名,面积（平方米）\nB1,新店,7\n".encode())
    load = take_rows(office.keeper, source.pk, sheet, origin="clock")
    source.refresh_from_db()
    assert (load.status, source.state) == (Load.Status.REFUSED, Source.State.CHANGED)
    assert (
        load.fault
        == "The columns have changed. Missing: 名称. New: 店名. The last good version stays in use."
    )
    assert [row[0] for row in rows()] == ["A1", "A2"]
    assert OutboxEvent.objects.filter(key="data.load_stopped").count() == 1


def test_rows_nobody_watches_wait_when_some_are_refused(office: Office) -> None:
    source = ready(office)
    load = take_rows(
        office.keeper,
        source.pk,
        open_sheet("编号,名称,面积（平方米）\nB1,新店,x\nB2,甲,1".encode()),
        origin="push",
    )
    source.refresh_from_db()
    assert (load.status, source.state) == (Load.Status.CHECKED, Source.State.WAITING)
    assert [row[0] for row in rows()] == ["A1", "A2"]
    load = take_rows(
        office.keeper, source.pk, open_sheet("编号,名称,面积（平方米）\nB1,新店,9\n".encode()), origin="push"
    )
    assert load.status == Load.Status.PUBLISHED
    assert rows() == [("B1", "新店", 9.0)]


def test_added_rows_replace_those_with_the_same_key(office: Office) -> None:
    source = ready(office)
    Source.objects.update(mode=Source.Mode.ADD)
    take_rows(
        office.keeper,
        source.pk,
        open_sheet("编号,名称,面积（平方米）\nA2,改名,20\nA3,三号店,3\n".encode()),
        origin="push",
    )
    assert sorted(rows()) == [("A1", "一号店", 12.0), ("A2", "改名", 20.0), ("A3", "三号店", 3.0)]


def test_identity_numbers_are_encrypted_where_they_lie(office: Office) -> None:
    source = set_up_source(
        office.keeper, NewSource("market.people", "People", office.market.pk, legal_basis="Law 1")
    )
    fields = [Field("no", "No", "identity", is_key=True, sensitivity=4), Field("name", "Name", sensitivity=3)]
    agree_fields(office.keeper, source.pk, fields)
    number = "41000019900307123"
    number += ric.calc_check_digit(number + "0")
    load = take_rows(office.keeper, source.pk, open_sheet(f"No,Name\n{number},甲\n".encode()), origin="push")
    with connection.cursor() as cursor:
        assert load.version_id is not None
        cursor.execute(
            f"SELECT no, no_sealed FROM {catalogue.version(load.version_id).table.as_string(None)}"
        )
        digest, sealed = cursor.fetchone()
    assert number not in digest
    assert len(digest) == 64
    assert unseal(sealed) == number
    assert rows("market.people") == [("甲",)]


def test_others_see_and_change_nothing(office: Office) -> None:
    source = office.source()
    load = loaded(office, source)
    assert not sources(office.other).exists()
    assert not loads(office.other).exists()
    assert sources(office.office).count() == 1
    for viewer in (office.other, office.office, STRANGER):
        with pytest.raises((Forbidden, NotFound, Invalid, Exception), match=r"may not|sign in|none of your"):
            receive_file(viewer, source.pk, b"a,b\n1,2\n")
        with pytest.raises(NotFound):
            publish_load(viewer, load.pk)
        with pytest.raises(Exception, match=r"may not|sign in|none of your"):
            list(refused_file(viewer, load.pk))
    assert Load.objects.count() == 1


def test_a_file_that_cannot_be_read_changes_nothing(office: Office) -> None:
    source = office.source()
    with pytest.raises(Unreadable):
        receive_file(office.keeper, source.pk, b"PK\x03\x04 broken")
    assert not Load.objects.exists()
    assert not source.fields.exists()


def test_moments_are_the_citys_and_odd_texts_arrive_whole(office: Office) -> None:
    source = office.source()
    agree_fields(
        office.keeper,
        source.pk,
        [Field("no", "no", is_key=True), Field("t", "t", "datetime"), Field("x", "x")],
    )
    text = 'no,t,x\n1,2026-03-05 14:30,"a,""b""\\.\nc"\n2,,\\N\n\\.,,=1+1\n'
    take_rows(office.keeper, source.pk, open_sheet(text.encode()), origin="push")
    found = rows()
    assert found[0][1].isoformat() == "2026-03-05T06:30:00+00:00"  # type: ignore[attr-defined]
    assert [row[2] for row in found] == ['a,"b"\\.\nc', "\\N", "=1+1"]
    assert found[2][0] == "\\."


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (Field("Bad", "Bad"), "small letters"),
        (Field("x", "X", "identity", sensitivity=1), "personal"),
        (Field("x", "X", pattern="(["), "regular expression"),
        (Field("x", "X", reference="DROP TABLE"), "data.set/field"),
    ],
)
def test_fields_that_make_no_sense_are_refused(office: Office, field: Field, words: str) -> None:
    source = office.source()
    with pytest.raises(Invalid, match=words):
        agree_fields(office.keeper, source.pk, [field])
    assert not source.fields.exists()
