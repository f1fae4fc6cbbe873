"""A small city: civil affairs keeps a register of people, health and water want some of it, a data office watches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from yicheng.core.cases import registry
from yicheng.core.cases.actions import start
from yicheng.core.cases.models import Task
from yicheng.core.catalogue import public as catalogue
from yicheng.core.catalogue.facts import Field, NewDataSet
from yicheng.core.people.models import Account, Appointment, Organisation, Role
from yicheng.core.people.public import SYSTEM, Scope, Viewer, viewer_of_account
from yicheng.core.sharing import pack
from yicheng.core.sharing.actions.asking import ask
from yicheng.core.sharing.facts import NewRequest
from yicheng.core.sharing.gateway import calls
from yicheng.core.sharing.models import Grant, Request

KEY = "civil.residents"
FIELDS = (
    Field("number", "编号", "code", is_key=True),
    Field("name", "姓名", sensitivity=3),
    Field("phone", "电话", sensitivity=3),
    Field("division", "区划", "code"),
    Field("born", "出生日期", "date", sensitivity=2),
    Field("income", "收入", "decimal", sensitivity=3),
    Field("secret", "密级", sensitivity=4),
)
ROWS: list[tuple[Any, ...]] = [
    ("R1", "张小明", "13800001234", "410102", date(1950, 5, 1), None, "x"),
    ("R2", "李雷", "13900005678", "410103", date(1961, 2, 3), None, "y"),
    ("R3", "欧阳娜娜", "13700009999", "410102", date(1970, 7, 7), None, "z"),
]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Texts are compared in the source language."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def fresh_key() -> Iterator[None]:
    """The process's open key is one of another test's database."""
    calls._signer_of.cache_clear()
    yield
    calls._signer_of.cache_clear()


@dataclass(frozen=True)
class City:
    civil: Organisation
    health: Organisation
    office: Organisation
    keeper: Viewer
    asker: Viewer
    officer: Viewer
    outsider: Viewer


def body(code: str, name: str) -> Organisation:
    made = Organisation.objects.create(code=code, name=name, kind="bureau", path="/", division_code="410100")
    made.path = f"/{made.pk}/"
    made.save()
    return made


def staff(name: str, of: Organisation, role: str, *, everywhere: bool = False) -> Viewer:
    account = Account.objects.create(username=name, kind="staff", display_name=name, organisation=of)
    held, _ = Role.objects.get_or_create(code=role, defaults={"name": role})
    Appointment.objects.create(account=account, role=held, organisation=None if everywhere else of)
    return viewer_of_account(account.pk)


@pytest.fixture
def city(db: None) -> City:
    # what other tests' drawings were compiled to must not stand in for this city's
    registry.forget_versions()
    start._kept_begin.cache_clear()
    pack.REQUESTS.lay_down_class()
    pack.REQUESTS.lay_down_process()
    civil, health, office = body("civil", "民政局"), body("health", "卫健委"), body("office", "大数据局")
    return City(
        civil, health, office,
        keeper=staff("keeper", civil, "data_keeper"),
        asker=staff("asker", health, "data_keeper"),
        officer=staff("officer", office, "data_office", everywhere=True),
        outsider=staff("outsider", body("water", "水利局"), "data_keeper"),
    )  # fmt: skip


def publish(rows: list[tuple[Any, ...]], *, key: str = KEY) -> None:
    version = catalogue.begin_version(SYSTEM, key, FIELDS)
    catalogue.copy_rows(version, rows)
    catalogue.publish_version(SYSTEM, version.id)


def register(city: City, *, key: str = KEY, share_type: Any = "conditional", rows: Any = ROWS) -> None:
    basis = "" if share_type == "unconditional" else "居民身份证法第六条"
    new = NewDataSet(key=key, title="居民登记", provider_id=city.civil.pk, share_type=share_type,
                     legal_basis=basis, fields=FIELDS)  # fmt: skip
    catalogue.register_data_set(SYSTEM, new)
    publish(rows, key=key)


@pytest.fixture
def residents(city: City) -> None:
    register(city)


def wish(**changed: Any) -> NewRequest:
    today = date.today()
    facts: dict[str, Any] = {
        "resource": KEY, "fields": ("number", "name", "phone"), "purpose": "高龄津贴核对",
        "legal_basis": "老年人权益保障法第三十三条", "starts_on": today, "ends_on": today + timedelta(days=90),
        "rows_where": "division = 410102",
    }  # fmt: skip
    return NewRequest(**facts | changed)


def the_task(request: Request) -> Task:
    """The one open task of a request's case."""
    assert request.case_id
    return Task.objects.get(case_id=request.case_id, status="open")


def granted(city: City, **changed: Any) -> Grant:
    """A grant as asked, decided by the provider."""
    from yicheng.core.cases.public import complete_task

    request = ask(city.asker, wish(**changed))
    complete_task(city.keeper, the_task(request).pk, outcome="grant")
    return Grant.objects.get(request=request)


EVERYWHERE = (Scope(),)
