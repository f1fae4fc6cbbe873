"""The second step at sign-in: setting it up, using it, recovery codes, being made to have it."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from yicheng.core.people.models import Account, Role

from .conftest import PASSWORD

pytestmark = pytest.mark.django_db
SET_UP = "/account/two-factor/totp/activate/"


def code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def set_up(client: Client) -> str:
    """Through the pages: password once more, then a code of the app. Answers the secret."""
    asked = client.get(SET_UP)
    client.post(asked["Location"], {"password": PASSWORD})
    secret: str = client.get(SET_UP).context["form"].secret
    assert client.post(SET_UP, {"code": code(secret)}).status_code == 302
    return secret


def test_setting_up_and_signing_in_with_a_code(at_work: Client) -> None:
    secret = set_up(at_work)
    again = Client()
    answer = again.post("/account/login/", {"login": "mei", "password": PASSWORD})
    assert answer["Location"] == "/account/two-factor/authenticate/"
    assert again.get("/account/profile/").status_code == 302
    assert again.post(answer["Location"], {"code": "000000"}).context["form"].errors["code"]
    entered = again.post(answer["Location"], {"code": code(secret)})
    assert entered["Location"] == "/desk/"
    assert again.get("/account/profile/").status_code == 200


def test_code_works_once(at_work: Client) -> None:
    secret = set_up(at_work)
    now = code(secret)
    for browser, works in ((Client(), True), (Client(), False)):
        browser.post("/account/login/", {"login": "mei", "password": PASSWORD})
        browser.post("/account/two-factor/authenticate/", {"code": now})
        assert (browser.get("/account/profile/").status_code == 200) is works


def test_recovery_code_works_once_instead_of_the_app(at_work: Client) -> None:
    set_up(at_work)
    codes = at_work.get("/account/two-factor/recovery-codes/").context["unused_codes"]
    assert len(codes) == 10
    for browser, works in ((Client(), True), (Client(), False)):
        browser.post("/account/login/", {"login": "mei", "password": PASSWORD})
        browser.post("/account/two-factor/authenticate/", {"code": codes[0]})
        assert (browser.get("/account/profile/").status_code == 200) is works


def test_secret_lies_sealed(at_work: Client) -> None:
    secret = set_up(at_work)
    assert all(secret not in str(row.data) for row in Authenticator.objects.all())


def test_wrong_codes_are_limited(at_work: Client) -> None:
    secret = set_up(at_work)
    browser = Client()
    browser.post("/account/login/", {"login": "mei", "password": PASSWORD})
    for _ in range(12):
        browser.post("/account/two-factor/authenticate/", {"code": "000000"})
    browser.post("/account/two-factor/authenticate/", {"code": code(secret)})
    assert browser.get("/account/profile/").status_code == 302


def test_administrator_must_set_it_up_when_the_city_says_so(at_work: Client, settings) -> None:
    settings.TOTP_REQUIRED_FOR = "administrators"
    assert at_work.get("/desk/").status_code == 200
    Role.objects.update(rights=["people.manage_accounts"])
    answer = at_work.get("/desk/")
    assert (answer.status_code, answer["Location"]) == (302, SET_UP)
    assert at_work.get("/account/security/").status_code == 200
    set_up(at_work)
    assert at_work.get("/desk/").status_code == 200


def test_staff_cannot_switch_off_what_is_required(at_work: Client, settings) -> None:
    set_up(at_work)
    settings.TOTP_REQUIRED_FOR = "staff"
    at_work.post("/account/two-factor/totp/deactivate/")
    assert Authenticator.objects.filter(type="totp").exists()


def test_resident_may_switch_it_off(client: Client) -> None:
    account = Account(username="li", display_name="Li")
    account.set_password(PASSWORD)
    account.save()
    client.post("/account/login/", {"login": "li", "password": PASSWORD})
    set_up(client)
    client.post("/account/two-factor/totp/deactivate/")
    assert not Authenticator.objects.exists()
