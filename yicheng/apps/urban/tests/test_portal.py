"""What strangers and residents do on the portal: report, follow, rate, read; and what they never see."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yicheng.apps.urban.limits import PER_ADDRESS
from yicheng.apps.urban.models import Rating, UrbanCase
from yicheng.apps.urban.tests.town import FAR_AWAY, PLACE, Town, received, upload
from yicheng.core.cases.models import Case
from yicheng.core.people.models import Account

Visit = Callable[[str], Client]


@pytest.fixture
def visit(town: Town) -> Visit:
    """A browser of somebody, "" for a stranger."""

    def opened(username: str = "") -> Client:
        client = Client(headers={"accept-language": "en"})
        if username:
            client.force_login(Account.objects.get(username=username))
        return client

    return opened


def form(**changes: Any) -> dict[str, Any]:
    return {
        "words": "There is a deep hole in the road.",
        "lon": PLACE[0],
        "lat": PLACE[1],
        "datum": "wgs84",
        "address": "Oak Road 4",
        "class_code": "E0101",
        "key": str(uuid.uuid4()),
        **changes,
    }


def test_a_stranger_reports_and_gets_a_link(visit: Visit) -> None:
    client = visit("")
    assert client.get("/report/").status_code == 200
    answer = client.post("/report/", form(photos=[upload()]), follow=True)
    page = answer.content.decode()
    case = Case.objects.get()
    assert case.number in page
    assert "<svg" in page
    assert "/follow/" in page
    assert (case.source, case.cell_code != "", case.address) == ("portal", True, "Oak Road 4")


def test_the_form_sent_twice_is_one_report(visit: Visit) -> None:
    client, sent = visit(""), form()
    first, second = client.post("/report/", sent), client.post("/report/", {**sent, "is_new": "True"})
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


def test_a_phones_own_datum_is_converted(visit: Visit) -> None:
    visit("").post("/report/", form(datum="gcj02"))
    case = Case.objects.get()
    assert case.datum == "gcj02"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"words": ""}, "required"),
        ({"words": "x"}, "at least 4"),
        ({"lon": "", "lat": "", "address": ""}, "Please say where"),
        ({"lon": FAR_AWAY[0], "lat": FAR_AWAY[1]}, "outside the city"),
        ({"lon": "abc"}, "Enter a number"),
        ({"class_code": "", "words": "zzzz zzzz"}, "could not tell"),
    ],
)
def test_a_faulty_report_comes_back_with_its_words(visit: Visit, changes: dict[str, Any], said: str) -> None:
    answer = visit("").post("/report/", form(**changes))
    assert said in answer.content.decode()
    assert not Case.objects.exists()


def test_what_is_no_photo_is_refused_and_nothing_is_written(visit: Visit) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    fake = SimpleUploadedFile("x.jpg", b"\xff\xd8\xff not a photo", "image/jpeg")
    answer = visit("").post("/report/", form(photos=[fake]))
    assert answer.status_code == 422
    assert not Case.objects.exists()


def test_the_class_is_found_from_the_words(visit: Visit) -> None:
    client = visit("")
    shown = client.get("/report/classes/", {"words": "the lamp is dark"}).content.decode()
    assert 'value="P0101"' in shown
    client.post("/report/", form(class_code="", words="the lamp is dark"))
    assert Case.objects.get().case_class_id == "P0101"


def test_similar_cases_are_offered_before_a_second_report_is_taken(town: Town, visit: Visit) -> None:
    town.report()
    client, sent = visit(""), form()
    offered = client.post("/report/", sent)
    assert "Me too" in offered.content.decode()
    assert Case.objects.count() == 1
    client.post("/report/", {**sent, "is_new": "True"})
    assert Case.objects.count() == 2


def test_me_too_joins_the_first_case(town: Town, visit: Visit) -> None:
    case = town.report().case
    answer = visit("").post(f"/report/me-too/{case.pk}/", form(), follow=True)
    assert case.number in answer.content.decode()
    assert (Case.objects.count(), UrbanCase.objects.get(pk=case.pk).supporters_count) == (1, 1)


def test_reports_of_strangers_are_limited_by_address(visit: Visit) -> None:
    client = visit("")
    client.defaults["REMOTE_ADDR"] = "203.0.113.7"
    answers = [
        client.post("/report/", form(is_new="True")).status_code for _ in range(PER_ADDRESS.amount + 1)
    ]
    assert answers[-1] == 429
    assert Case.objects.count() == PER_ADDRESS.amount


def test_the_link_opens_the_story_and_takes_a_rating(town: Town, visit: Visit) -> None:
    sent = town.solved(photos=[received()])
    client, address = visit(""), f"/follow/{sent.token}/"
    page = client.get(address)
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]
    assert "Filled with asphalt." in page.content.decode()
    assert client.post(address, {"level": ""}).status_code == 422
    client.post(address, {"level": "4", "words": "Good."})
    assert Rating.objects.get().level == 4
    assert client.post(address, {"level": "1"}).status_code == 409


def test_the_link_takes_that_it_is_not_solved(town: Town, visit: Visit) -> None:
    sent = town.solved()
    client, address = visit(""), f"/follow/{sent.token}/"
    assert client.post(address, {"dispute": "1", "reason": ""}).status_code == 422
    client.post(address, {"dispute": "1", "reason": "There is the same hole again."})
    assert Case.objects.get().status == "open"


def test_wrong_links_are_not_found(visit: Visit) -> None:
    client = visit("")
    assert client.get("/follow/nothing-like-it/").status_code == 404
    assert client.get("/follow/", {"code": "nothing-like-it"}).status_code == 404


def test_the_public_sees_filed_cases_without_words_or_reporter(town: Town, visit: Visit) -> None:
    hidden = town.report(town.resident, words="My neighbour Secretname dug this hole.")
    shown = town.report(town.resident, words="My neighbour Secretname dug that hole.", title="Hole")
    town.file(shown.case.pk)
    private = town.report()
    town.file(private.case.pk, is_public=False)
    client = visit("")
    for address in ("/cases/", "/cases/points.geojson", f"/cases/{shown.case.number}/"):
        body = client.get(address).content.decode()
        assert "Secretname" not in body
        assert "A. Person" not in body
    listed = client.get("/cases/").content.decode()
    assert shown.case.number in listed
    for other in (hidden, private):
        assert other.case.number not in listed
        assert client.get(f"/cases/{other.case.number}/").status_code == 404


@pytest.mark.parametrize("query", [{"division": "990102"}, {"class": "P01"}, {"stage": "solved"}])
def test_the_list_and_its_map_narrow_alike(town: Town, visit: Visit, query: dict[str, str]) -> None:
    case = town.report().case
    town.file(case.pk)
    client = visit("")
    assert case.number not in client.get("/cases/", query).content.decode()
    assert client.get("/cases/points.geojson", query).json()["features"] == []


def test_the_list_of_cases_takes_a_fixed_number_of_queries(town: Town, visit: Visit) -> None:
    for _ in range(3):
        town.file(town.report().case.pk)
    client = visit("")
    client.get("/cases/")
    with CaptureQueriesContext(connection) as few:
        client.get("/cases/")
    for _ in range(6):
        town.file(town.report().case.pk)
    with CaptureQueriesContext(connection) as more:
        client.get("/cases/")
    assert len(few) == len(more)


def test_ones_own_reports_are_ones_own(town: Town, visit: Visit) -> None:
    sent = town.report(town.resident)
    mine, other = visit("resident"), visit("resident2")
    assert sent.case.number in mine.get(f"/me/reports/{sent.case.number}/").content.decode()
    assert "A deep hole in the road" in mine.get("/me/reports/").content.decode()
    assert other.get(f"/me/reports/{sent.case.number}/").status_code == 404
    assert "A deep hole in the road" not in other.get("/me/reports/").content.decode()
    assert visit("").get("/me/reports/").status_code in (302, 401)


def test_the_front_page_counts_from_the_rows(town: Town, visit: Visit) -> None:
    client = visit("")
    assert "Lately solved" not in client.get("/").content.decode()
    sent = town.report(photos=[received()])
    town.file(sent.case.pk)
    town.dispatch(sent.case.pk)
    town.handle(sent.case.pk, photos=[received(solved=True)])
    for viewer, outcome in ((town.dispatcher, "accept"), (town.collector, "passed"), (town.clerk, "close")):
        town.step(viewer, sent.case.pk, outcome)
    page = client.get("/").content.decode()
    assert "Lately solved" in page
    assert sent.case.number in page


@pytest.mark.parametrize("form_of", ["csv", "geojson"])
def test_open_data_of_cases_hold_filed_public_ones_and_no_person(
    town: Town, visit: Visit, form_of: str
) -> None:
    hidden = town.report(town.resident, words="Secretname dug this.", address="Secretname's house")
    shown = town.report(
        town.resident, words="Secretname dug that.", address="Secretname's house", title="Hole"
    )
    town.file(shown.case.pk)
    answer = visit("").get(f"/open-data/urban.cases/rows.{form_of}")
    assert answer.status_code == 200
    body = (b"".join(answer) if answer.streaming else answer.content).decode()
    assert shown.case.number in body
    assert hidden.case.number not in body
    assert "Secretname" not in body
