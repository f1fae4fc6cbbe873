"""A case on a part: offered in the report form, and with its owner by itself once it is filed."""

from __future__ import annotations

import pytest
from django.test import Client

from yicheng.apps.urban.actions.parts import take_parts
from yicheng.apps.urban.actions.report import Report, report
from yicheng.apps.urban.models import Part, PartCase
from yicheng.apps.urban.queries.parts import cases_at, owner_of_case, part_of_case
from yicheng.apps.urban.tests.street import Street, centre
from yicheng.apps.urban.tests.test_parts_import import line, stage
from yicheng.core.cases.models import Case, Task
from yicheng.core.cases.public import complete_task
from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.public import STRANGER

LON, LAT = centre(5)


@pytest.fixture
def lamp(street: Street) -> Part:
    keeper = street.viewer("keeper")
    take_parts(keeper, stage(keeper, line(5)).pk)
    return Part.objects.get()


def test_the_form_offers_the_parts_around(lamp: Part) -> None:
    client = Client(headers={"accept-language": "en"})
    page = client.get("/report/parts/", {"lon": str(LON), "lat": str(LAT)}).content.decode()
    assert "Street lamp" in page
    assert "000005" in page
    assert "LAMPS" not in page
    assert (
        client.get(
            "/report/parts/", {"lon": str(LON), "lat": str(LAT), "class_code": "E0102"}
        ).content.strip()
        == b""
    )
    assert client.get("/report/parts/", {"lon": "x"}).content.strip() == b""
    assert client.get("/report/parts/", {"lon": 10, "lat": 10}).content.strip() == b""


def test_a_resident_chooses_one(lamp: Part) -> None:
    values = {
        "class_code": "P0118",
        "words": "路灯不亮了",
        "lon": LON,
        "lat": LAT,
        "part": lamp.pk,
        "is_new": "True",
    }
    assert Client().post("/report/", values).status_code == 302
    case = Case.objects.get()
    assert PartCase.objects.get().part_id == lamp.pk
    assert owner_of_case(case.pk) == case.organisation_id == lamp.owner_id
    assert part_of_case(case.pk) == lamp


def test_once_filed_it_is_with_its_owner(lamp: Part, street: Street) -> None:
    made = report(STRANGER, Report(class_code="P0118", words="路灯不亮", lon=LON, lat=LAT, part_id=lamp.pk))
    verify = Task.objects.get(case=made.case, status="open")
    complete_task(street.viewer("collector"), verify.pk, outcome="confirmed", note="看到了")
    file = Task.objects.get(case=made.case, status="open")
    data = {"class_code": "P0118", "severity": 2, "is_public": True}
    done = complete_task(street.viewer("supervisor"), file.pk, outcome="file", data=data)
    assert [(task.kind, task.organisation_id) for task in done.open_tasks] == [
        ("urban.handle", street.bodies["LAMPS"])
    ]
    assert [case.pk for case in cases_at(street.viewer("lamp_clerk"), lamp.pk)] == [made.case.pk]
    assert cases_at(street.viewer("clerk"), lamp.pk) == []


def test_one_without_a_part_is_dispatched(street: Street) -> None:
    made = report(STRANGER, Report(class_code="P0118", words="路灯不亮", lon=LON, lat=LAT))
    verify = Task.objects.get(case=made.case, status="open")
    complete_task(street.viewer("collector"), verify.pk, outcome="confirmed", note="看到了")
    file = Task.objects.get(case=made.case, status="open")
    data = {"class_code": "P0118", "severity": 2, "is_public": True}
    done = complete_task(street.viewer("supervisor"), file.pk, outcome="file", data=data)
    assert [task.kind for task in done.open_tasks] == ["urban.dispatch"]


def test_a_part_that_is_not_there_is_refused(street: Street) -> None:
    with pytest.raises(Invalid):
        report(STRANGER, Report(class_code="P0118", words="路灯不亮", lon=LON, lat=LAT, part_id=999))
    assert Case.objects.count() == 0
