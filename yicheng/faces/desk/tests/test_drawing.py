"""Processes on the desk: upload, remarks, example, publishing, limits; by those who may, and nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from yicheng.core.cases.models import LimitTable, ProcessVersion
from yicheng.core.cases.public import Done
from yicheng.core.cases.tests.conftest import City
from yicheng.core.cases.tests.drawings import lifecycle
from yicheng.core.people.models import Account, Appointment, Role

RIGHTS = ["cases.view_process", "cases.draw_process", "cases.publish_process", "cases.edit_limits"]


@pytest.fixture
def designer(appointed: City, browser_of: Callable[[str], Client]) -> Client:
    Account.objects.create(
        username="designer", kind="staff", display_name="Designer", organisation=appointed.centre
    )
    role = Role.objects.create(code="role-designer", name="designer", rights=RIGHTS)
    Appointment.objects.create(account=Account.objects.get(username="designer"), role=role)
    return browser_of("designer")


def upload(browser: Client, files: dict[str, bytes], note: str = "shorter") -> str:
    sent = [SimpleUploadedFile(name, content) for name, content in files.items()]
    answer = browser.post(
        reverse("desk.process_upload", args=["trial.case"]), {"drawing": sent, "note": note}
    )
    if answer.status_code != 302:
        return str(answer.content.decode())
    return str(browser.get(answer["Location"]).content.decode())


def test_a_drawing_is_uploaded_checked_tried_and_published(designer: Client) -> None:
    assert "trial.case" in designer.get(reverse("desk.processes")).content.decode()
    page = upload(designer, lifecycle())
    assert "Nothing to mend" in page
    draft = ProcessVersion.objects.get(status="draft")
    assert "Version 1" in designer.get(reverse("desk.process", args=["trial.case"])).content.decode()
    picture = designer.get(reverse("desk.process_drawing", args=[draft.pk]))
    assert picture.content == lifecycle()["case.bpmn"]
    address = reverse("desk.process_try", args=[draft.pk])
    begun = designer.get(address, {"v_severity": "1"}).content.decode()
    assert 'value="step:file:accept"' in begun
    further = designer.get(address, {"v_severity": "1", "answer": ["step:file:accept", "step:dispatch:done"]})
    assert 'data-tokens="handle"' in further.content.decode()
    assert ProcessVersion.objects.count() == 2
    designer.post(reverse("desk.process_publish", args=[draft.pk]))
    draft.refresh_from_db()
    assert draft.status == "published"


def test_remarks_say_where_and_a_faulty_draft_is_not_published(designer: Client) -> None:
    files = lifecycle() | {"case.bpmn": lifecycle()["case.bpmn"].replace(b"userTask", b"scriptTask")}
    page = upload(designer, files)
    assert "must be mended" in page
    assert "Script tasks are never run" in page
    draft = ProcessVersion.objects.get(status="draft")
    assert reverse("desk.process_publish", args=[draft.pk]) not in page
    assert designer.post(reverse("desk.process_publish", args=[draft.pk])).status_code == 422
    draft.refresh_from_db()
    assert draft.status == "draft"
    tried = designer.get(reverse("desk.process_try", args=[draft.pk]))
    assert tried.status_code == 422


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"<x", "not well-formed"), (b"\xff\xfe\x00", "not UTF-8"), (b"x" * 2_100_000, "larger than 2 MB")],
)
def test_files_that_are_no_drawings_are_refused(designer: Client, content: bytes, said: str) -> None:
    assert said in upload(designer, {"p.bpmn": content})
    assert ProcessVersion.objects.count() == 1


@pytest.mark.parametrize("answer", ["step:close:done", "time", "message:nothing", "step:file:accept"])
def test_an_example_that_cannot_go_on_says_why(designer: Client, city: City, answer: str) -> None:
    address = reverse("desk.process_try", args=[city.version.pk])
    page = designer.get(address, {"answer": [answer, "nonsense", "step:file:accept"]})
    assert page.status_code in (200, 422)
    assert "notice--bad" in page.content.decode()


def test_limits_are_shown_taken_away_and_replaced(designer: Client) -> None:
    assert "4 hours" in designer.get(reverse("desk.limits")).content.decode()
    text = designer.get(reverse("desk.limits_file", args=[1])).content.decode("utf-8-sig")
    changed = text.replace(",4.0,hour", ",6,hour").encode()
    faulty = text.replace(",4.0,hour", ",6,fortnight").encode()

    def put(content: bytes) -> str:
        file = SimpleUploadedFile("limits.csv", content)
        return str(designer.post(reverse("desk.limits_put"), {"file": file}, follow=True).content.decode())

    assert "line 3" in put(faulty)
    assert "in force already" in put(text.encode())
    assert LimitTable.objects.count() == 1
    assert "6 hours" in put(changed)
    assert "4 hours" in designer.get(reverse("desk.limits_version", args=[1])).content.decode()
    assert designer.get(reverse("desk.limits_version", args=[9])).status_code == 404


def test_only_those_with_the_right(browser_of: Callable[[str], Client], city: City) -> None:
    clerk = browser_of("clerk")
    pages: list[tuple[str, list[object]]] = [
        ("desk.processes", []),
        ("desk.process", ["trial.case"]),
        ("desk.process_version", [city.version.pk]),
        ("desk.process_drawing", [city.version.pk]),
        ("desk.process_try", [city.version.pk]),
        ("desk.limits", []),
        ("desk.limits_file", [1]),
    ]
    for name, args in pages:
        assert clerk.get(reverse(name, args=args)).status_code == 403
    for address in (reverse("desk.process_upload", args=["trial.case"]), reverse("desk.limits_put")):
        assert clerk.post(address).status_code == 403
    assert clerk.post(reverse("desk.process_publish", args=[city.version.pk])).status_code == 403


def test_the_way_of_a_case_is_told_in_words(
    browser_of: Callable[[str], Client], open_case: Callable[..., Done]
) -> None:
    done = open_case()
    page = browser_of("clerk").get(reverse("desk.case", args=[done.case.pk])).content.decode()
    assert "The way of this case" in page
    assert "May come next" in page
