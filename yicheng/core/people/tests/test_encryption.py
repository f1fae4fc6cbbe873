"""Personal data lies sealed, opens again, survives a change of keys, and is found by its digest."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from yicheng.core.people import contacts
from yicheng.core.people.encryption import SealBroken, blind_index, reseal, seal, unseal
from yicheng.core.people.models import Account
from yicheng.core.people.rotation import reseal_accounts


@given(st.text())
def test_sealed_text_opens_again(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    assert unseal(seal(text)) == text


def test_old_key_opens_and_resealing_moves_to_the_new_one(settings: Settings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.FIELD_KEYS = [old]
    sealed = seal("郑州")
    settings.FIELD_KEYS = [new, old]
    moved = reseal(sealed)
    settings.FIELD_KEYS = [new]
    assert unseal(moved) == "郑州"
    with pytest.raises(SealBroken):
        unseal(sealed)


def test_digest_tells_kinds_apart() -> None:
    assert blind_index("email", "a") != blind_index("phone", "a")
    assert blind_index("email", "") is None


@pytest.mark.django_db
def test_nothing_personal_lies_in_clear() -> None:
    account = Account(username="li", display_name="Li")
    account.email, account.phone, account.real_name = "Li@Example.org", "138 1234 5678", "李雷"
    account.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(a)::text FROM people_account a WHERE id = %s", [account.pk])
        row = cursor.fetchone()[0].lower()
    assert not any(word in row for word in ("example", "13812345678", "李雷"))
    found = Account.objects.by_email("li@example.org")
    assert found == account == Account.objects.by_phone("+86 138-1234-5678")
    assert (found.email, found.phone, found.real_name) == ("li@example.org", "+8613812345678", "李雷")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Chen.Wei", ("username", "chen.wei")),
        ("陈伟123", ("username", "陈伟123")),
        ("A@B.cn", ("email", "a@b.cn")),
        ("１３８１２３４５６７８", ("phone", "+8613812345678")),
        ("0086 138 1234 5678", ("phone", "+8613812345678")),
        ("ab", None),
        ("a b c", None),
        ("a@b", None),
        ("", None),
    ],
)
def test_what_people_type(text: str, expected: tuple[str, str] | None) -> None:
    assert contacts.kind_of(text) == expected


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    found = contacts.kind_of(text)
    assert found is None or contacts.kind_of(found[1]) == found


def test_masks() -> None:
    assert contacts.masked("+8613812345678") == "138****5678"
    assert contacts.masked("lilei@example.org") == "l***@example.org"


@pytest.mark.django_db
def test_keys_are_rotated_and_the_old_one_can_go(settings: Settings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.FIELD_KEYS = [old]
    account = Account(username="li", display_name="Li")
    account.email, account.phone = "li@example.org", "13812345678"
    account.save()
    Authenticator.objects.create(user=account, type="totp", data={"secret": seal("ABC")})
    settings.FIELD_KEYS = [new, old]
    assert reseal_accounts() == 2
    settings.FIELD_KEYS = [new]
    account.refresh_from_db()
    assert (account.email, account.phone) == ("li@example.org", "+8613812345678")
    assert unseal(Authenticator.objects.get().data["secret"]) == "ABC"
    assert Account.objects.by_email("li@example.org") == account
