"""A case of one department: its own people see it, a clerk of another and a stranger do not, by any door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yicheng.core.cases.public import NewCase, complete_task, start_case
from yicheng.core.cases.tests.conftest import City, city, city_rows, in_english, trial_process
from yicheng.core.journal.public import attach_file, receive_file
from yicheng.core.people.models import Account, Appointment, Role
from yicheng.core.people.public import SYSTEM

__all__ = ["city", "city_rows", "in_english", "trial_process"]
pytestmark = pytest.mark.django_db
TITLE = "Lamp before number seven"


@pytest.fixture
def case(city: City) -> Any:
    """A case that was dispatched to the department of roads."""
    new = NewCase(process="trial.case", class_code="0101", title=TITLE, source="portal")
    opened = start_case(SYSTEM, new)
    for outcome in ("accept", "done"):
        (task,) = opened.open_tasks
        opened = complete_task(SYSTEM, task.pk, outcome=outcome)
    opened.case.refresh_from_db()
    return opened.case


@pytest.fixture
def browser(city: City) -> Callable[[str], Client]:
    """A browser of a handler in the department of this name; "" of a stranger."""

    def make(name: str) -> Client:
        client = Client()
        if name:
            account = Account.objects.get(username=name)
            role, _made = Role.objects.get_or_create(
                code="handler", defaults={"name": "Handler", "rights": ["trial.handle", "trial.view"]}
            )
            Appointment.objects.get_or_create(account=account, role=role, organisation=account.organisation)
            client.force_login(account)
        return client

    return make


def doors(case: Any, attachment_id: int) -> list[str]:
    return [
        f"/desk/cases/{case.pk}/",
        f"/desk/cases/{case.pk}/process.bpmn",
        f"/api/v1/cases/{case.pk}",
        f"/media/{attachment_id}/original",
    ]


@pytest.fixture
def attachment_id(case: Any, settings: Any, tmp_path: Any) -> int:
    settings.MEDIA_ROOT = str(tmp_path)
    received = receive_file(SYSTEM, SimpleUploadedFile("a.pdf", b"%PDF-1.7\n%%EOF"))
    return attach_file(SYSTEM, received, subject=f"case/{case.pk}")


@pytest.mark.parametrize("who", ["", "waterman"])
def test_others_open_none_of_its_doors(
    browser: Callable[[str], Client], case: Any, attachment_id: int, who: str
) -> None:
    client = browser(who)
    for path in doors(case, attachment_id):
        answer = client.get(path)
        assert answer.status_code in (302, 401, 403, 404), path
        assert TITLE not in answer.content.decode(errors="replace")


@pytest.mark.parametrize("who", ["", "waterman"])
def test_it_stands_in_no_list_of_others(browser: Callable[[str], Client], case: Any, who: str) -> None:
    client = browser(who)
    lists = (
        "/desk/",
        "/desk/work/",
        "/desk/cases/",
        f"/desk/cases/?q={TITLE}",
        "/api/v1/cases",
        "/api/v1/tasks",
    )
    for path in lists:
        answer = client.get(path)
        assert answer.status_code < 500, path
        assert TITLE not in answer.content.decode(errors="replace"), path


def test_its_own_people_see_it(browser: Callable[[str], Client], case: Any) -> None:
    client = browser("handler")
    assert TITLE in client.get(f"/desk/cases/{case.pk}/").text
    assert client.get(f"/api/v1/cases/{case.pk}").status_code == 200
