"""Who gets through which door, and what a refusal looks like to a person, to htmx and to a program."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from yicheng.core.kernel.errors import Conflict, Invalid, SignInRequired
from yicheng.core.people.public import STRANGER
from yicheng.core.web import faults

pytestmark = pytest.mark.django_db


def asked(path: str = "/desk/", **headers: str) -> HttpRequest:
    request = RequestFactory().get(path, headers=headers)
    request.viewer = STRANGER  # type: ignore[attr-defined]
    return request


def test_a_stranger_is_led_from_the_desk_to_sign_in_and_back():
    response = Client().get("/desk/?x=1")
    assert response.status_code == 302
    assert response["Location"] == reverse("account_login") + "?next=/desk/%3Fx%3D1"


def test_a_resident_is_told_that_the_desk_is_for_staff(sign_in):
    response = sign_in("resident").get("/desk/")
    assert response.status_code == 403
    assert "The desk is for the city&#x27;s staff" in response.content.decode()


def test_staff_open_the_desk(sign_in):
    assert sign_in("staff").get("/desk/").status_code == 200


def test_a_refusal_is_a_page_for_people():
    response = faults.answer(asked(), Conflict("Case %(number)s is closed.", number="UC1"))
    assert response.status_code == 409
    assert "Case UC1 is closed." in response.content.decode()
    assert "<html" in response.content.decode()


def test_a_refusal_goes_where_messages_stand_for_htmx():
    response = faults.answer(asked(**{"HX-Request": "true"}), Invalid("No.", fields={"title": "Too long."}))
    assert response.status_code == 422
    assert response["HX-Retarget"] == "#messages"
    assert "Too long." in response.content.decode()
    assert "<html" not in response.content.decode()


def test_a_refusal_is_json_for_programs():
    response = faults.answer(asked("/api/x"), Invalid("No.", fields={"title": "Too long."}))
    assert response.status_code == 422
    assert response.content == b'{"code": "invalid", "message": "No.", "fields": {"title": "Too long."}}'


def test_a_program_without_an_account_is_told_how_to_come_back():
    response = faults.answer(asked(Accept="application/json"), SignInRequired("Who?"))
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")


def test_what_is_not_there_says_so_in_the_reader_s_language():
    response = Client().get("/nowhere/", headers={"Accept-Language": "en"})
    assert response.status_code == 404
    assert "There is nothing at this address" in response.content.decode()


def test_an_address_for_forms_only_says_so():
    response = Client(headers={"Accept-Language": "en"}).get(reverse("web.save_view"))
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "only takes what its form sends" in response.content.decode()


def test_a_form_without_its_token_is_explained():
    client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    response = client.post(reverse("web.save_view"), {"page": "x"})
    assert response.status_code == 403
    assert "too old, or cookies are switched off" in response.content.decode()


def test_a_body_that_is_too_large_is_told_its_limit(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
    client = Client(headers={"Accept-Language": "en"})
    body = b"a=" + b"x" * (1024 * 1024 + 1)
    response = client.post("/views/save", body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 413
    assert "larger than 1 MB" in response.content.decode()


def test_a_fault_of_ours_needs_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        response = faults.server_error(asked())
    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/manifest.webmanifest"])
def test_whoever_watches_gets_an_answer(path):
    assert Client().get(path).status_code == 200
