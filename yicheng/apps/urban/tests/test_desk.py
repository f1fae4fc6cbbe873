"""The desk's pages of urban management: who may open them, what they do to many cases at once."""

from __future__ import annotations

import pytest
from django.test import Client

from yicheng.apps.urban.tests.town import Town
from yicheng.core.cases.public import open_tasks
from yicheng.core.journal.models import AccessEntry
from yicheng.core.people.models import Account


def at_desk(username: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    if username:
        account = Account.objects.get(username=username)
        account.language = "en"
        account.save(update_fields=["language"])
        client.force_login(account)
    return client


@pytest.mark.parametrize(
    ("address", "allowed"),
    [("/desk/urban/filing/", "supervisor"), ("/desk/urban/dispatching/", "dispatcher")],
)
def test_each_centre_has_its_own_list(town: Town, address: str, allowed: str) -> None:
    assert at_desk(allowed).get(address).status_code == 200
    for other in ("handler", "collector", "resident"):
        assert at_desk(other).get(address).status_code == 403
    assert at_desk("").get(address).status_code in (302, 401)


def test_reports_are_filed_and_dispatched_as_suggested(town: Town) -> None:
    cases = [town.report().case, town.report(class_code="P0101").case]
    ids = [open_tasks(case.pk)[0].pk for case in cases]
    supervisor, dispatcher = at_desk("supervisor"), at_desk("dispatcher")
    assert cases[0].number in supervisor.get("/desk/urban/filing/").content.decode()
    supervisor.post("/desk/urban/filing/", {"action": "file", "row": ids})
    ids = [open_tasks(case.pk)[0].pk for case in cases]
    dispatcher.post("/desk/urban/dispatching/", {"action": "dispatch", "row": ids})
    tasks = [open_tasks(case.pk)[0] for case in cases]
    assert [task.kind for task in tasks] == ["urban.handle", "urban.handle"]
    assert [task.organisation_id for task in tasks] == [town.bodies["roads"], town.bodies["lamps"]]


def test_tasks_of_another_kind_are_left_alone(town: Town) -> None:
    case = town.report().case
    task = open_tasks(case.pk)[0]
    at_desk("dispatcher").post("/desk/urban/dispatching/", {"action": "dispatch", "row": [task.pk]})
    assert [one.kind for one in open_tasks(case.pk)] == ["urban.file"]


def test_the_task_sheet_is_for_those_who_may_see_the_case(town: Town) -> None:
    case = town.report().case
    town.file(case.pk)
    town.dispatch(case.pk, "roads")
    address = f"/desk/urban/cases/{case.pk}/sheet/"
    assert case.number in at_desk("handler.roads").get(address).content.decode()
    assert at_desk("handler.bins").get(address).status_code == 404
    assert at_desk("resident").get(address).status_code == 403


def test_the_reporter_is_shown_once_a_purpose_is_given(town: Town) -> None:
    sent = town.report(town.resident, contact_name="B. Caller", contact_phone="555-0101")
    address = f"/desk/urban/cases/{sent.case.pk}/reporter/"
    clerk = at_desk("supervisor")
    assert "555-0101" not in clerk.get(address).content.decode()
    assert "555-0101" not in clerk.post(address, {"purpose": " "}).content.decode()
    assert not AccessEntry.objects.exists()
    shown = clerk.post(address, {"purpose": "To ask for the place"})
    assert "555-0101" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert AccessEntry.objects.count() == 1
    assert at_desk("handler.roads").post(address, {"purpose": "To ask for the place"}).status_code == 403


def test_the_cases_page_shows_the_form_of_each_step(town: Town) -> None:
    case = town.report().case
    page = at_desk("supervisor").get(f"/desk/cases/{case.pk}/").content.decode()
    assert "File as a case" in page
    assert "Report and findings" in page
    assert "Who reported it" not in page
