"""The one window through its pages: taken, accepted, reviewed side by side, missing told once, handed over."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.test import Client

from yicheng.core.cases.current import forget as forget_settings
from yicheng.core.journal.models import AccessEntry
from yicheng.core.services.models import Application, Material
from yicheng.core.services.tests.acting import do, granted, handed_in, only_these_sources
from yicheng.core.services.tests.town import LI, PASSWORD, Town, build_town
from yicheng.runtime.testing.rows import shared_rows

town_rows = shared_rows(build_town)


@pytest.fixture
def town(town_rows: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    forget_settings()
    only_these_sources(monkeypatch)
    yield deepcopy(town_rows)
    forget_settings()


def signed_in(name: str) -> Client:
    browser = Client(headers={"accept-language": "en"})
    assert browser.post("/account/login/", {"login": name, "password": PASSWORD}).status_code == 302
    browser.cookies["django_language"] = "en"
    return browser


def taken(browser: Client, town: Town) -> str:
    who = {
        "place": f"{town.hall.pk}:{town.window.pk}",
        "kind": "person",
        "number": LI,
        "name": "李雷",
        "purpose": "opens a kiosk",
        "way": "spoken",
    }
    answer = browser.post("/desk/window/take/open-kiosk/", who)
    assert answer.status_code == 302
    url: str = answer["Location"]
    return url


def test_a_matter_is_taken_and_accepted_with_a_logged_look(town: Town) -> None:
    clerk = signed_in("clerk")
    assert "Open a kiosk" in clerk.get("/desk/window/").content.decode()
    url = taken(clerk, town)
    looks = AccessEntry.objects.filter(person_id=town.li.account_id or 0, purpose="opens a kiosk")
    assert looks.count() == 1
    assert "Base data" in clerk.get(url).content.decode()
    draft = Application.objects.get()
    form = {
        "_revision": "0",
        "token": str(draft.token),
        "name": "李雷",
        "phone": "13800001234",
        "area": "12",
        "address": "1 River Road",
        "hand_in": "1",
        "way": "signed",
    }
    assert clerk.post(url, form).status_code == 422
    form |= {"_revision": "1", "paper": "plan", "is_true": "on"}
    answer = clerk.post(url, form)
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert (draft.status, Material.objects.get(code="plan").way) == ("accepted", "paper")
    assert draft.number
    for path in ("", "slip/"):
        assert draft.number in clerk.get(f"/desk/applications/{draft.pk}/{path}").content.decode()


def test_a_name_that_does_not_fit_the_number_opens_nothing(town: Town) -> None:
    clerk = signed_in("clerk")
    who = {"place": f"{town.hall.pk}:{town.window.pk}", "kind": "person", "number": LI, "name": "李四",
           "purpose": "curious", "way": "spoken"}  # fmt: skip
    assert clerk.post("/desk/window/take/open-kiosk/", who).status_code == 422
    assert not Application.objects.exists()


def test_staff_without_a_window_and_residents_are_kept_out(town: Town) -> None:
    application = handed_in(town)
    for name in ("fireman", "waterman", "li"):
        browser = signed_in(name)
        assert browser.get("/desk/window/").status_code in (302, 403)
        assert browser.get("/desk/window/take/open-kiosk/").status_code in (302, 403)
    for name in ("waterman", "station-clerk"):
        assert signed_in(name).get(f"/desk/applications/{application.pk}/").status_code == 404


def test_materials_are_checked_and_all_that_is_missing_is_told(town: Town) -> None:
    application = handed_in(town)
    clerk, url = signed_in("clerk"), f"/desk/applications/{application.pk}/"
    assert clerk.post(url, {"bad": "plan", "note-plan": "not legible"}).status_code == 302
    assert clerk.post(url, {"ask": "1", "text": "and the lease"}).status_code == 302
    application.refresh_from_db()
    assert application.status == "returned"
    assert "and the lease" in clerk.get(url).content.decode()
    assert signed_in("station-clerk").post(url, {"deliver": "1"}).status_code in (403, 404, 409)


def test_each_department_sees_the_one_pool_and_the_others_opinions(town: Town) -> None:
    application = handed_in(town)
    do(town.clerk, application, "accept", "accept")
    do(town.marketer, application, "review__market", "agree", opinion="fits the street")
    page = signed_in("fireman").get(f"/desk/cases/{application.case_id}/").content.decode()
    assert "fits the street" in page
    assert "1 River Road" in page
    assert "Identity card" in page


def test_results_are_handed_over_at_the_window(town: Town) -> None:
    application = granted(town)
    do(town.head, application, "issue", "done")
    clerk, url = signed_in("clerk"), f"/desk/applications/{application.pk}/"
    assert application.number
    assert application.number in clerk.get("/desk/window/").content.decode()
    assert clerk.post(url, {"deliver": "1"}).status_code == 302
    application.refresh_from_db()
    assert application.status == "delivered"
