"""The collector's page at its door: what is sent twice is done once, what is refused says why, nobody else's is there."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from yicheng.apps.urban.actions.report import Report, report
from yicheng.apps.urban.models import CellCoverage, UrbanCase
from yicheng.apps.urban.tests.street import NORTH_COMMUNITY, Street, cell_code, centre
from yicheng.apps.urban.tests.test_patrols import shift
from yicheng.core.cases.models import Case, Task
from yicheng.core.journal.public import attached_files
from yicheng.core.kernel import clock
from yicheng.core.people.public import STRANGER

JSON = {"accept": "application/json"}
LON, LAT = centre(5)


def photo() -> SimpleUploadedFile:
    target = BytesIO()
    Image.new("RGB", (64, 48), "green").save(target, "JPEG")
    return SimpleUploadedFile("spot.jpg", target.getvalue(), "image/jpeg")


def send(client: Client, *, key: str = "", **more: Any) -> Any:
    values = {"class_code": "E0102", "words": "垃圾外溢", "severity": "2", "lon": LON, "lat": LAT, **more}
    headers = {**JSON, **({"idempotency-key": key} if key else {})}
    return client.post("/desk/field/report/", values, headers=headers)


def waiting_task(street: Street, number: int = 5) -> Task:
    """A resident's report in the n-th cell that waits to be verified by the collector."""
    lon, lat = centre(number)
    made = report(STRANGER, Report(class_code="E0102", words="垃圾没人收", lon=lon, lat=lat))
    Task.objects.filter(case=made.case).update(assignee=street.accounts["collector"])
    return Task.objects.get(case=made.case, kind="urban.verify")


def end(client: Client, task: Task, outcome: str = "confirmed", **more: Any) -> Any:
    return client.post(f"/desk/field/tasks/{task.pk}/", {"outcome": outcome, **more}, headers=JSON)


def test_a_report_with_a_photo_arrives_once(browser, street: Street) -> None:
    collector = browser("collector")
    numbers = {send(collector, key="k1", photos=photo()).json()["number"] for _ in range(3)}
    assert len(numbers) == Case.objects.count() == 1
    case = Case.objects.get()
    assert (case.source, case.cell_code) == ("inspector", cell_code(5))
    assert len(attached_files([f"case/{case.pk}"])[f"case/{case.pk}"]) == 1
    assert UrbanCase.objects.get().reporter_id == street.accounts["collector"]
    assert not Task.objects.filter(kind="urban.verify").exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"lon": ""}, "Longitude"),
        ({"lon": 10, "lat": 10}, "outside the city"),
        ({"class_code": ""}, "What it is about"),
        ({"words": ""}, "What you see"),
        ({"photos": SimpleUploadedFile("x.jpg", b"<html>")}, ""),
    ],
)
def test_a_refused_report_says_what_to_mend(browser, street: Street, more: Any, said: str) -> None:
    answer = send(browser("collector"), **more)
    assert answer.status_code == 422
    assert said in " ".join(answer.json().get("fields", {}).values()) + answer.json()["message"]
    assert Case.objects.count() == 0


def test_a_step_is_ended_once_however_often_it_is_sent(browser, street: Street) -> None:
    task, collector = waiting_task(street), browser("collector")
    assert "垃圾没人收" in collector.get("/desk/field/").content.decode()
    for _ in range(3):
        assert end(collector, task, photos=photo()).status_code == 200
    task.refresh_from_db()
    assert (task.status, task.outcome, task.done_by_id) == ("done", "confirmed", street.accounts["collector"])
    assert len(attached_files([f"case/{task.case_id}"])[f"case/{task.case_id}"]) == 1
    conflict = end(collector, task, "not_found", note="没有")
    assert conflict.status_code == 409
    assert "report it anew" in conflict.json()["message"]


def test_a_step_needs_its_outcome_and_proof(browser, street: Street) -> None:
    task, collector = waiting_task(street), browser("collector")
    assert end(collector, task, "").status_code == 422
    refused = end(collector, task)
    assert refused.status_code == 422
    assert "photo" in " ".join(refused.json()["fields"].values())
    task.refresh_from_db()
    assert task.status == "open"


def test_cells_are_ticked_and_shown(browser, street: Street) -> None:
    shift(street)
    collector = browser("collector")
    page = collector.get("/desk/field/").content.decode()
    assert page.count("<polygon") == 9
    for _ in range(2):
        moment = (clock.now() - timedelta(minutes=5)).isoformat()
        sent = collector.post(
            "/desk/field/cells/", {"cell_code": cell_code(2), "seen_at": moment}, headers=JSON
        )
        assert sent.status_code == 200
    assert CellCoverage.objects.get().visits == 1
    assert "cellmap__cell--seen" in collector.get("/desk/field/").content.decode()
    for wrong in ("", "abc", NORTH_COMMUNITY, f"{NORTH_COMMUNITY}999"):
        assert collector.post("/desk/field/cells/", {"cell_code": wrong}, headers=JSON).status_code == 422


def test_forms_work_without_script(browser, street: Street) -> None:
    answer = browser("collector").post(
        "/desk/field/report/",
        {"class_code": "E0102", "words": "垃圾外溢", "severity": "2", "lon": LON, "lat": LAT},
    )
    assert answer.status_code == 302
    assert Case.objects.count() == 1


def test_installable(browser, street: Street) -> None:
    collector = browser("collector")
    page = collector.get("/desk/field/").content.decode()
    assert '<link rel="manifest" href="/desk/field/manifest.webmanifest">' in page
    manifest = collector.get("/desk/field/manifest.webmanifest").json()
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == (
        "/desk/field/",
        "/desk/field/",
        "standalone",
    )


@pytest.mark.parametrize("name", ["", "resident", "clerk", "keeper"])
def test_nobody_else_gets_in(browser, street: Street, name: str) -> None:
    task, client = waiting_task(street), browser(name)
    page = client.get("/desk/field/")
    assert page.status_code in (302, 403)
    assert "垃圾没人收" not in page.content.decode()
    assert send(client).status_code in (401, 403)
    assert end(client, task).status_code in (401, 403)
    assert client.post("/desk/field/cells/", {"cell_code": cell_code(1)}, headers=JSON).status_code in (
        401,
        403,
    )
    assert Case.objects.count() == 1


def test_a_colleague_does_not_see_my_steps(browser, street: Street) -> None:
    waiting_task(street)
    assert "垃圾没人收" not in browser("colleague").get("/desk/field/").content.decode()


def test_the_page_asks_a_fixed_number_of_queries(browser, street: Street) -> None:
    shift(street)
    collector, counts = browser("collector"), []
    for numbers in ((1,), (3, 7, 9)):
        for number in numbers:
            waiting_task(street, number)
        collector.get("/desk/field/")
        with CaptureQueriesContext(connection) as queries:
            collector.get("/desk/field/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14
