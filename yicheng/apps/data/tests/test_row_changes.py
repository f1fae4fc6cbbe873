"""A department's system changes single rows of what is published: by the same rules, through the API, told one by one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from yicheng.apps.data.actions.loading import take_rows
from yicheng.apps.data.actions.row_changes import change_rows, take_back_rows
from yicheng.apps.data.actions.sources import agree_fields
from yicheng.apps.data.demo.making import identity
from yicheng.apps.data.intake.opening import open_sheet
from yicheng.apps.data.intake.rules import Field
from yicheng.apps.data.models import Load, Source
from yicheng.apps.data.tests.conftest import Office
from yicheng.core.catalogue import public as catalogue
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.people.models import Account, Appointment, Role
from yicheng.core.people.public import SYSTEM
from yicheng.core.people.tokens import make

pytestmark = pytest.mark.django_db
FIELDS = [
    Field("no", "编号", is_key=True),
    Field("area", "面积", "integer", lowest=10),  # type: ignore[arg-type]
    Field("seen", "检查时间", "datetime"),
    Field("phone", "电话", is_unique=True),
]
FIRST = "编号,面积,检查时间,电话\n1,10,2026-03-05 14:30,111\n2,20,,222\n".encode()


@pytest.fixture
def source(office: Office) -> Source:
    return published(office, FIELDS, FIRST)


def published(office: Office, fields: list[Field], content: bytes) -> Source:
    source = office.source()
    agree_fields(office.keeper, source.pk, fields)
    load = take_rows(office.keeper, source.pk, open_sheet(content), origin="push")
    assert load.status == Load.Status.PUBLISHED
    return source


def rows() -> list[Any]:
    return sorted(catalogue.readable("market.shops").query(SYSTEM).rows())


def shop(no: str, area: Any = 30, phone: str = "333", seen: Any = None) -> dict[str, Any]:
    return {"no": no, "area": area, "seen": seen, "phone": phone}


def test_rows_by_the_names_of_fields_or_columns(office: Office, source: Source) -> None:
    by_title = {"编号": "1", "面积": "１,２００", "检查时间": "2026年3月6日 8:00", "电话": "111"}
    done = change_rows(office.keeper, source.pk, upserts=[shop("3"), by_title], deletes=[{"no": "2"}])
    assert (done.edition, done.inserted, done.updated, done.deleted, done.unchanged) == (1, 1, 1, 1, 0)
    assert [row[:2] for row in rows()] == [("1", 1200), ("3", 30)]
    assert rows()[0][2].isoformat() == "2026-03-06T00:00:00+00:00"
    again = change_rows(office.keeper, source.pk, upserts=[shop("3"), by_title], deletes=[{"no": "2"}])
    assert (again.edition, again.unchanged) == (1, 2)
    assert take_back_rows(office.keeper, source.pk, to=0).edition == 2
    assert [row[:2] for row in rows()] == [("1", 10), ("2", 20)]


def test_the_clerk_takes_changes_back(office: Office, source: Source, client: Client) -> None:
    change_rows(office.keeper, source.pk, deletes=[{"no": "2"}])
    role = Role.objects.create(code="data_keeper", name="Keeper")
    clerk = Account.objects.create(username="clerk", kind="staff", organisation=office.market, language="en")
    Appointment.objects.create(account=clerk, role=role, organisation=office.market)
    client.force_login(clerk)
    page = f"/desk/data/{source.pk}/"
    assert "1 edition since version 1" in client.get(page).content.decode()
    assert client.post(f"{page}take-back/", {"to": "x"}).status_code == 422
    assert client.post(f"{page}take-back/", {"to": "0"}).status_code == 302
    assert [row[0] for row in rows()] == ["1", "2"]


@pytest.mark.parametrize(
    ("upserts", "deletes", "field", "words"),
    [
        ([shop("3"), shop("4", 5, "4")], [], "upsert.1", "at least 10"),
        ([shop("3", "big")], [{"no": "1"}], "upsert.0", "whole number"),
        ([shop("3"), shop("3", phone="4")], [], "upsert.0", "more than once"),
        ([shop("")], [], "upsert.0", "is missing"),
        ([], [{"no": "1"}, {"no": None, "x": 1}], "delete.1", "is missing"),
    ],
)
def test_refused_rows_are_named_and_nothing_changes(
    office: Office, source: Source, upserts: Any, deletes: Any, field: str, words: str
) -> None:
    before = rows()
    with pytest.raises(Invalid, match="nothing was changed") as refused:
        change_rows(office.keeper, source.pk, upserts=upserts, deletes=deletes)
    assert words in str(refused.value.fields[field])
    assert rows() == before


def test_what_cannot_be(office: Office, source: Source) -> None:
    with pytest.raises(Invalid, match="another row has this value"):
        change_rows(office.keeper, source.pk, upserts=[shop("3", phone="222")])
    change_rows(office.keeper, source.pk, upserts=[shop("2", phone="222")])  # its own
    with pytest.raises(Invalid, match="replaced and deleted"):
        change_rows(office.keeper, source.pk, upserts=[shop("2")], deletes=[{"no": "2"}])
    with pytest.raises(Invalid, match="Missing"):
        change_rows(office.keeper, source.pk, upserts=[{"no": "2"}])
    with pytest.raises(Invalid, match="At most"):
        change_rows(office.keeper, source.pk, deletes=[{"no": str(at)} for at in range(1_001)])
    agree_fields(office.keeper, source.pk, [*FIELDS, Field("x", "x")])
    with pytest.raises(Conflict, match="agreed anew"):
        change_rows(office.keeper, source.pk, deletes=[{"no": "2"}])


def test_not_before_the_first_whole_load(office: Office) -> None:
    source = office.source()
    agree_fields(office.keeper, source.pk, FIELDS)
    with pytest.raises((Conflict, NotFound)):
        change_rows(office.keeper, source.pk, upserts=[shop("1")])


def test_references_hold(office: Office, source: Source) -> None:
    other = office.source(key="market.visits")
    agree_fields(
        office.keeper,
        other.pk,
        [Field("n", "n", is_key=True), Field("shop", "shop", reference="market.shops/no")],
    )
    take_rows(office.keeper, other.pk, open_sheet(b"n,shop\n1,1\n"), origin="push")
    change_rows(office.keeper, other.pk, upserts=[{"n": "2", "shop": "2"}])
    with pytest.raises(Invalid) as refused:
        change_rows(office.keeper, other.pk, upserts=[{"n": "3", "shop": "7"}])
    assert "not to be found" in str(refused.value.fields["upsert.0"])


def test_identity_numbers_lie_sealed_and_the_same_one_changes_nothing(office: Office) -> None:
    fields = [
        Field("id_no", "身份证号", "identity", sensitivity=4, is_key=True),
        Field("age", "年龄", "integer"),
    ]
    source = published(office, fields, f"身份证号,年龄\n{identity(1)},70\n".encode())
    person = {"id_no": identity(1), "age": 70}
    assert change_rows(office.keeper, source.pk, upserts=[person]).unchanged == 1
    assert change_rows(office.keeper, source.pk, upserts=[{**person, "age": 71}]).updated == 1
    assert change_rows(office.keeper, source.pk, deletes=[{"id_no": identity(1)}]).deleted == 1


def test_through_the_api(office: Office, source: Source) -> None:
    role = Role.objects.create(code="data_system", name="System")
    account = Account.objects.create(username="market-system", kind="staff", organisation=office.market)
    Appointment.objects.create(account=account, role=role, organisation=office.market)
    expires = clock.now().replace(year=clock.now().year + 1)
    secret = make(account, name="push", rights=[], expires_at=expires)[1]

    def send(body: Any, key: str = "market.shops") -> Any:
        return Client().post(
            f"/api/v1/data/sources/{key}/changes", body if isinstance(body, bytes) else json.dumps(body),
            content_type="application/json", headers={"Authorization": f"Bearer {secret}"},
        )  # fmt: skip

    done = send({"upsert": [shop("3")], "delete": [{"no": "1"}]})
    assert (done.status_code, done.json()) == (
        200, {"edition": 1, "inserted": 1, "updated": 0, "deleted": 1, "unchanged": 0},
    )  # fmt: skip
    refused = send({"upsert": [shop("4", 1)]})
    assert refused.status_code == 422
    assert list(refused.json()["fields"]) == ["upsert.0"]
    assert send(b"[1,").status_code in (400, 422)
    assert send({}, "police.secret").status_code == 404
    assert [row[0] for row in rows()] == ["2", "3"]
