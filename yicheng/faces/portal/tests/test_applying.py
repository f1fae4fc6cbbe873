"""Applying through the pages: what is written is kept, the button counts once, others see nothing."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from importlib.util import find_spec

import pytest
from django.test import Client

from yicheng.core.cases.current import forget as forget_settings
from yicheng.core.cases.models import Case
from yicheng.core.people.models import Account
from yicheng.core.services.actions import applications as acts
from yicheng.core.services.models import Application, Signature
from yicheng.core.services.opening import answers_of
from yicheng.core.services.tests.acting import only_these_sources
from yicheng.core.services.tests.town import PASSWORD, WANG, Town, build_town, paper
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


@pytest.fixture
def li(town: Town) -> Client:
    return signed_in("li")


def begun(li: Client, town: Town) -> Application:
    answer = li.post("/apply/open-kiosk/", {"party": town.li_id, "may_look_up": "on"})
    assert answer.status_code == 302
    return Application.objects.get()


def steps(li: Client, draft: Application) -> list[str]:
    """The addresses of the form's steps, as the pages lead from one to the next."""
    first = li.get(f"/applying/{draft.pk}/")["Location"]
    second = li.post(first, {"_revision": "0", "name": "李雷", "phone": "13800001234"})
    assert second.status_code == 302
    return [first, second["Location"]]


def filled(li: Client, town: Town) -> Application:
    draft = begun(li, town)
    _first, second = steps(li, draft)
    answer = li.post(second, {"_revision": "1", "area": "12", "address": "1 River Road"})
    assert answer["Location"].endswith("/materials/")
    answer = li.post(answer["Location"], {"on": "1", "material-plan": paper()})
    assert answer["Location"].endswith("/check/")
    draft.refresh_from_db()
    return draft


def hand_in(li: Client, draft: Application) -> int:
    sent = {"token": str(draft.token), "revision": draft.revision, "delivery": "online", "is_true": "on"}
    return li.post(f"/applying/{draft.pk}/check/", sent).status_code


def test_from_the_first_page_to_the_slip(li: Client, town: Town) -> None:
    page = li.get("/apply/open-kiosk/").content.decode()
    assert "1101**********002X" in page
    draft = filled(li, town)
    page = li.get(f"/applying/{draft.pk}/check/").content.decode()
    assert "1 River Road" in page
    assert "Identity card" in page
    for _time in range(2):
        assert hand_in(li, draft) == 302
    assert Case.objects.count() == 1
    draft.refresh_from_db()
    assert draft.number
    for path in ("", "slip/"):
        assert draft.number in li.get(f"/applying/{draft.pk}/{path}").content.decode()
    assert draft.number in li.get("/applying/").content.decode()


def test_prefilled_fields_name_their_source_and_spared_materials_their_receipt(
    li: Client, town: Town
) -> None:
    draft = begun(li, town)
    _first, second = steps(li, draft)
    assert "Base data" in li.get(second).content.decode()
    page = li.get(f"/applying/{draft.pk}/materials/").content.decode()
    assert "r-2" in page
    assert "1 material spared" in page


def test_a_wrong_answer_is_kept_and_told(li: Client, town: Town) -> None:
    draft = begun(li, town)
    _first, second = steps(li, draft)
    answer = li.post(second, {"_revision": "1", "area": "1000", "address": "1 River Road"})
    assert answer.status_code == 422
    draft.refresh_from_db()
    assert (answers_of(draft)["area"], answers_of(draft)["address"]) == (1000, "1 River Road")


def test_a_second_tab_keeps_what_was_written_in_sight(li: Client, town: Town) -> None:
    draft = begun(li, town)
    _first, second = steps(li, draft)
    li.post(second, {"_revision": "1", "area": "3", "later": "1"})
    answer = li.post(second, {"_revision": "1", "area": "4", "address": "Elsewhere"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert 'value="Elsewhere"' in page
    assert 'name="_revision" value="2"' in page
    draft.refresh_from_db()
    assert answers_of(draft)["area"] == 3


def test_a_session_that_ends_in_mid_form_loses_nothing(li: Client, town: Town) -> None:
    draft = begun(li, town)
    _first, second = steps(li, draft)
    li.cookies.pop("sessionid", None)
    answer = li.post(second, {"_revision": "1", "area": "12", "address": "Half written"})
    assert "/account/login/" in answer["Location"]
    assert "Half written" not in str(dict(li.session.items()))
    answer = li.post(answer["Location"], {"login": "li", "password": PASSWORD})
    assert answer.status_code == 302
    assert "Half written" in li.get(second).content.decode()


def test_others_see_nothing(li: Client, town: Town) -> None:
    draft = filled(li, town)
    hand_in(li, draft)
    for path in ("", "slip/", "materials/", "check/"):
        for name in ("wang", "waterman", "station-clerk"):
            assert signed_in(name).get(f"/applying/{draft.pk}/{path}").status_code == 404
        assert Client().get(f"/applying/{draft.pk}/{path}").status_code in (302, 401)
    assert signed_in("wang").post(f"/applying/{draft.pk}/withdraw/").status_code == 404
    assert Application.objects.get().status == "submitted"


@pytest.mark.skipif(find_spec("yicheng.faces.code") is None, reason="the face that resolves codes is absent")
def test_a_slip_shows_strangers_nothing_personal(li: Client, town: Town) -> None:
    draft = filled(li, town)
    hand_in(li, draft)
    page = Client(headers={"accept-language": "en"}).get(f"/c/{draft.code}")
    assert page.status_code == 200
    draft.refresh_from_db()
    assert draft.number
    assert draft.number in page.content.decode()
    assert not any(word in page.content.decode() for word in ("李雷", "River Road", "002X"))
    assert li.get(f"/c/{draft.code}")["Location"].endswith(f"/applying/{draft.pk}/")
    assert Client().get(f"/c/{'0' * 32}").status_code == 404


def test_what_is_missing_is_added_on_the_page(li: Client, town: Town) -> None:
    draft = filled(li, town)
    hand_in(li, draft)
    acts.check_material(town.clerk, draft.pk, "plan", is_good=False, note_text="not legible")
    acts.ask_for_missing(town.clerk, draft.pk)
    url = f"/applying/{draft.pk}/"
    assert "not legible" in li.get(url).content.decode()
    assert li.post(url, {"done": "1"}).status_code == 422
    assert li.post(url, {"done": "1", "material-plan": paper()}).status_code == 302
    draft.refresh_from_db()
    assert draft.status == "submitted"


def test_another_signs(li: Client, town: Town) -> None:
    draft = filled(li, town)
    url = f"/applying/{draft.pk}/check/"
    assert li.post(url, {"signer": "1", "name": "王芳", "number": WANG}).status_code == 302
    assert hand_in(li, draft) == 422
    row = Signature.objects.get()
    assert li.get(f"/applying/sign/{row.pk}/").status_code == 404
    wang = signed_in("wang")
    assert "Open a kiosk" in wang.get("/applying/").content.decode()
    assert "1 River Road" in wang.get(f"/applying/sign/{row.pk}/").content.decode()
    assert wang.post(f"/applying/sign/{row.pk}/").status_code == 302
    assert hand_in(li, draft) == 302


def test_a_new_resident_says_who_they_are_first(town: Town) -> None:
    account = Account(username="zhao", display_name="Zhao")
    account.set_password(PASSWORD)
    account.save()
    zhao = signed_in("zhao")
    assert zhao.post("/apply/open-kiosk/", {"name": "赵六", "number": "123"}).status_code == 422
    answer = zhao.post("/apply/open-kiosk/", {"name": "赵六", "number": "360426199101010071"})
    assert answer.status_code == 302
    assert "3604**********0071" in zhao.get("/apply/open-kiosk/").content.decode()
    page = zhao.get("/me/identity/").content.decode()
    assert "not proven" in page
    sent = {"act": "company", "company_name": "Riverside Inn", "company_number": "91110000600037341L"}
    assert zhao.post("/me/identity/", sent).status_code == 302
    assert "Riverside Inn" in zhao.get("/me/identity/").content.decode()
    give = {"act": "give", "mandate_name": "王芳", "mandate_number": WANG, "scope": "apply"}
    assert zhao.post("/me/identity/", give).status_code == 302
    wang = signed_in("wang")
    assert "赵六" in wang.get("/me/identity/").content.decode()
