"""Signing up, in and out; limits; a forgotten password; sessions."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from yicheng.core.journal.models import AuditEntry
from yicheng.core.kernel import clock
from yicheng.core.people.models import Account, Session

from .conftest import PASSWORD

pytestmark = pytest.mark.django_db


def sign_in(client: Client, name: str, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post("/account/login/", {"login": name, "password": password}, **extra)


def is_signed_in(client: Client) -> bool:
    return client.get("/account/profile/").status_code == 200


@pytest.mark.parametrize("name", ["mei", " MEI ", "Mei@Example.org", "138 1234 5678", "+8613812345678"])
def test_one_signs_in_by_name_address_or_number(client: Client, mender: Account, name: str) -> None:
    answer = sign_in(client, name)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert is_signed_in(client)
    entry = AuditEntry.objects.get(action="people.sign_in")
    assert (entry.account_id, entry.address) == (mender.pk, "127.0.0.1")


def test_wrong_password_tells_nothing_and_is_recorded(client: Client, mender: Account) -> None:
    wrong = sign_in(client, "mei", "not-this-one")
    unknown = sign_in(client, "nobody", "not-this-one")
    texts = [str(answer.context["form"].non_field_errors()) for answer in (wrong, unknown)]
    assert texts[0] == texts[1]
    assert AuditEntry.objects.get().action == "people.fail_sign_in"
    assert not is_signed_in(client)


def test_account_locks_after_five_failures_even_for_the_right_password(
    client: Client, mender: Account
) -> None:
    for _ in range(5):
        sign_in(client, "mei", "not-this-one")
    locked = sign_in(client, "mei")
    assert "%(time)s" not in str(locked.context["form"].non_field_errors())
    assert not is_signed_in(client)
    with clock.at(datetime.now(UTC) + timedelta(minutes=16)):
        assert sign_in(client, "mei").status_code == 302


def test_failures_of_one_address_lock_that_address_only(client: Client, mender: Account) -> None:
    for number in range(60):
        sign_in(client, f"nobody{number}", "not-this-one")
    assert sign_in(client, "mei").status_code == 200
    assert sign_in(client, "mei", REMOTE_ADDR="192.0.2.9").status_code == 302


def test_an_office_behind_one_address_signs_in_as_often_as_it_likes(client: Client, mender: Account) -> None:
    for _ in range(65):
        assert sign_in(Client(), "mei").status_code == 302


def test_forwarded_address_counts_only_behind_a_proxy(client: Client, mender: Account, settings) -> None:
    sign_in(client, "mei", HTTP_X_FORWARDED_FOR="198.51.100.1")
    settings.TRUSTED_PROXIES = 1
    sign_in(Client(), "mei", HTTP_X_FORWARDED_FOR="203.0.113.5, 198.51.100.1")
    addresses = set(AuditEntry.objects.filter(action="people.sign_in").values_list("address", flat=True))
    assert addresses == {"127.0.0.1", "198.51.100.1"}


def test_next_page_is_one_of_ours(client: Client, mender: Account) -> None:
    answer = client.post("/account/login/?next=https://evil.example/", {"login": "mei", "password": PASSWORD})
    assert answer["Location"] == "/desk/"


@pytest.mark.parametrize(
    ("name", "kind"), [("li.lei", "username"), ("lilei@example.org", "email"), ("13987654321", "phone")]
)
def test_resident_signs_up_and_goes_on_signed_in(client: Client, name: str, kind: str) -> None:
    form = {"name": name, "display_name": "李雷", "password": "copper-field-73"}
    answer = client.post("/account/signup/", form)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    account = Account.objects.get()
    assert (account.kind, account.display_name) == ("resident", "李雷")
    assert getattr(account, kind).endswith(name)
    assert is_signed_in(client)
    assert sign_in(Client(), name, "copper-field-73").status_code == 302


@pytest.mark.parametrize("password", ["short", "password12", "1234567890123", "lilei@example.org"])
def test_weak_password_is_refused_and_nothing_is_made(client: Client, password: str) -> None:
    form = {"name": "lilei@example.org", "display_name": "李雷", "password": password}
    answer = client.post("/account/signup/", form)
    assert answer.context["form"].errors["password"]
    assert not Account.objects.exists()


def test_taken_name_is_refused(client: Client, mender: Account) -> None:
    for name in ("MEI", "mei@example.org", "13812345678"):
        form = {"name": name, "display_name": "Mei", "password": "copper-field-73"}
        assert client.post("/account/signup/", form).context["form"].errors["name"]
    assert Account.objects.count() == 1


def test_sign_ups_are_limited_per_address(client: Client) -> None:
    for number in range(20):
        Client().post("/account/signup/", {"name": f"a{number}", "display_name": "A", "password": "x"})
    form = {"name": "late.comer", "display_name": "A", "password": "copper-field-73"}
    assert client.post("/account/signup/", form).status_code == 200
    assert not Account.objects.filter(username="late.comer").exists()


def test_forgotten_password(client: Client, mender: Account) -> None:
    sign_in(client, "mei")
    stranger = Client()
    assert stranger.post("/account/password/reset/", {"email": "MEI@example.org"}).status_code == 200
    link = re.search(r"http://testserver(/\S+)", str(mail.outbox[0].body))
    assert link
    assert stranger.post(link[1], {"password": "short"}).context["form"].errors["password"]
    answer = stranger.post(link[1], {"password": "copper-field-73"})
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/")
    assert not is_signed_in(client)
    assert sign_in(stranger, "mei", "copper-field-73").status_code == 302
    assert stranger.get(link[1]).status_code == 410


def test_unknown_address_gets_the_same_answer_and_no_letter(client: Client, mender: Account) -> None:
    known = client.post("/account/password/reset/", {"email": "mei@example.org"})
    unknown = client.post("/account/password/reset/", {"email": "nobody@example.org"})
    strip = re.compile(r'value="[^"]{64}"|content="[^"]{64}"')
    assert strip.sub("", known.text) == strip.sub("", unknown.text)
    assert len(mail.outbox) == 1


def test_sessions_are_listed_and_ended(client: Client, mender: Account) -> None:
    here, phone, library = client, Client(), Client()
    for browser, name in ((here, "Desk"), (phone, "Phone"), (library, "Library")):
        sign_in(browser, "mei", HTTP_USER_AGENT=name)
    shown = here.get("/account/security/").context["sessions"]
    assert shown[0].browser == "Desk"
    assert {session.browser for session in shown} == {"Desk", "Phone", "Library"}
    (mark,) = [session.mark for session in shown if session.browser == "Phone"]
    here.post("/account/security/sessions/", {"mark": mark})
    assert not is_signed_in(phone)
    assert is_signed_in(library)
    here.post("/account/security/sessions/")
    assert not is_signed_in(library)
    assert is_signed_in(here)


def test_nobody_ends_another_persons_session(client: Client, mender: Account) -> None:
    other = Account.objects.create(username="wang", display_name="Wang")
    stranger = Client()
    stranger.force_login(other)
    sign_in(client, "mei")
    mark = Session.objects.get(account=mender).session_key[:8]
    stranger.post("/account/security/sessions/", {"mark": mark})
    assert is_signed_in(client)


def test_profile_is_changed_and_taken_address_refused(at_work: Client, mender: Account) -> None:
    other = Account(username="wang", display_name="Wang")
    other.email = "wang@example.org"
    other.save()
    form = {
        "display_name": "Mei Li",
        "real_name": "李梅",
        "email": "li@example.org",
        "phone": "",
        "language": "en",
    }
    assert at_work.post("/account/profile/", form).status_code == 302
    mender.refresh_from_db()
    assert (mender.display_name, mender.real_name, mender.email) == ("Mei Li", "李梅", "li@example.org")
    assert (mender.phone, mender.phone_index) == ("", None)
    refused = at_work.post("/account/profile/", form | {"email": "wang@example.org"})
    assert refused.context["form"].errors["email"]
    mender.refresh_from_db()
    assert mender.email == "li@example.org"


def test_signing_out(at_work: Client) -> None:
    at_work.post("/account/logout/")
    assert not is_signed_in(at_work)
    assert not Session.objects.exclude(account=None).exists()
