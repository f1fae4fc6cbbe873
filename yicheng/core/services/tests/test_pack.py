"""Items of a city pack: laid down once, published anew when they differ, withdrawn when no longer named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from yicheng.core.kernel.pack import CityPack, Tally, open_pack
from yicheng.core.people.models import Organisation
from yicheng.core.services.models import FormVersion, Hall, ItemVersion, ServiceItem
from yicheng.core.services.pack import PACK_SECTIONS

ITEM = "road,占道审批,city,works,4101,permit,company;person,streets,yes,road-form,5,review__works=works\n"
TABLES = {
    "service_themes.csv": "code,audience,name\nstreets,company,道路\n",
    "life_events.csv": "code,audience,name\nmove,person,搬家\n",
    "halls.csv": "code,kind,name,organisation,division,address,hours,windows,slot_places\n"
    "main,hall,大厅,works,4101,一路 1 号,09:00-12:00 13:00-17:00,一号窗口;二号窗口,4\n",
    "service_items.csv": "code,name,level,organisation,division,kind,audiences,themes,is_online,form,promised_days,elements\n"
    + ITEM,
    "service_materials.csv": "item,code,name,proved_by\nroad,id,身份证明,identity-card;passport\n",
    "divisions.csv": "code,name\n4101,Town\n",
    "organisations.csv": "code,name\nworks,Works\n",
}
FORM = {
    "type": "default",
    "title": "占道申请",
    "components": [{"type": "textfield", "key": "a", "label": "甲"}],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "road-form.json").write_text(json.dumps(FORM))
    return tmp_path


@pytest.fixture
def works(db: None) -> Organisation:
    return Organisation.objects.create(code="works", name="Works", kind="bureau", path="works")


def errors(pack: CityPack) -> list[str]:
    found = [finding for section in PACK_SECTIONS for finding in section.check(pack)]
    return [str(finding) for finding in found if finding.severity == "error"]


def load(pack: CityPack) -> Tally:
    total = Tally()
    for section in PACK_SECTIONS:
        total += section.load(pack)
    return total


def test_a_sound_pack_is_laid_down_once(folder: Path, works: Organisation) -> None:
    assert errors(open_pack(folder)) == []
    assert load(open_pack(folder)).created == 9  # class, process; theme, event, hall, two windows, form, item
    version = ServiceItem.objects.get().current
    assert version is not None
    assert version.number == 1
    assert version.form is not None
    assert [one.proved_by for one in version.materials.all()] == [["identity-card", "passport"]]
    assert [(one.element, one.organisation) for one in version.elements.all()] == [("review__works", works)]
    again = load(open_pack(folder))
    assert (again.created, again.changed, again.retired) == (0, 0, 0)


def test_an_item_that_differs_is_a_new_version_and_the_old_one_stays(
    folder: Path, works: Organisation
) -> None:
    load(open_pack(folder))
    (folder / "forms" / "road-form.json").write_text(json.dumps({**FORM, "title": "新表"}))
    load(open_pack(folder))
    assert list(FormVersion.objects.order_by("number").values_list("title", flat=True)) == [
        "占道申请",
        "新表",
    ]
    statuses = ItemVersion.objects.order_by("number").values_list("status", "form__number")
    assert list(statuses) == [("retired", 1), ("published", 2)]


def test_what_is_no_longer_named_is_withdrawn_not_deleted(folder: Path, works: Organisation) -> None:
    load(open_pack(folder))
    for name in ("service_items.csv", "halls.csv", "service_materials.csv"):
        (folder / name).write_text(TABLES[name].splitlines()[0] + "\n")
    load(open_pack(folder))
    item = ServiceItem.objects.get()
    assert item.current is None
    assert item.versions.get().status == "retired"
    assert not Hall.objects.get().is_active
    for name in ("service_items.csv", "halls.csv", "service_materials.csv"):
        (folder / name).write_text(TABLES[name])
    load(open_pack(folder))
    assert ServiceItem.objects.get().current == item.versions.get(number=2)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("streets,yes", "nowhere,yes", "nowhere"),
        ("road-form,5", "other-form,5", "other-form"),
        ("review__works=works", "review__works=nobody", "review__works=nobody"),
        ("road-form,5", ",5", "needs a form"),
        ("company;person", "animals", "animals"),
    ],
)
def test_faults_are_told_by_line(folder: Path, old: str, new: str, told: str) -> None:
    (folder / "service_items.csv").write_text(TABLES["service_items.csv"].replace(old, new))
    found = errors(open_pack(folder))
    assert any(one.startswith("service_items.csv:2") and told in one for one in found), found


def test_hours_and_forms_that_cannot_be_read_are_told(folder: Path) -> None:
    (folder / "halls.csv").write_text(TABLES["halls.csv"].replace("09:00-12:00", "nine"))
    (folder / "forms" / "road-form.json").write_text("{")
    found = errors(open_pack(folder))
    assert any(one.startswith("halls.csv:2") for one in found)
    assert any(one.startswith("forms/road-form.json") for one in found)
