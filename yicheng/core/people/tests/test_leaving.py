"""A resident leaves: nothing personal stays, nobody signs in with it again; staff are closed by others."""

from __future__ import annotations

import pytest
from django.test import Client

from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, SignInRequired
from yicheng.core.notices.models import Notice
from yicheng.core.people import actions
from yicheng.core.people.models import Account, Session
from yicheng.core.people.public import STRANGER, viewer_of_account
from yicheng.core.people.tests.conftest import PASSWORD


@pytest.fixture
def resident(db: None) -> Account:
    account = Account(username="li", display_name="Li Lei")
    account.real_name, account.email, account.phone = "李雷", "li@example.org", "13812345678"
    account.set_password(PASSWORD)
    account.save()
    Notice.objects.create(account=account, kind="test.plain", subject="case/1", created_at=clock.now())
    return account


@pytest.fixture
def at_home(resident: Account, client: Client) -> Client:
    assert client.post("/account/login/", {"login": "li", "password": PASSWORD}).status_code == 302
    return client


def test_everything_personal_goes(resident: Account, at_home: Client) -> None:
    page = at_home.post("/account/profile/close/", {"is_sure": "on", "password": PASSWORD})
    assert page.status_code == 302
    resident.refresh_from_db()
    assert (resident.is_active, resident.username) == (False, f"closed-{resident.pk}")
    assert (resident.display_name, resident.email, resident.phone, resident.real_name) == ("–", "", "", "")
    assert (resident.email_index, resident.phone_index) == (None, None)
    assert not Session.objects.filter(account=resident).exists()
    assert not Notice.objects.filter(account=resident).exists()
    assert at_home.get("/account/profile/").status_code == 302
    for name in ("li", "li@example.org", "13812345678"):
        assert Client().post("/account/login/", {"login": name, "password": PASSWORD}).status_code == 200


@pytest.mark.parametrize(
    "sent", [{"password": PASSWORD}, {"is_sure": "on", "password": "wrong"}, {"is_sure": "on"}]
)
def test_without_a_sure_word_nothing_changes(
    resident: Account, at_home: Client, sent: dict[str, str]
) -> None:
    assert at_home.post("/account/profile/close/", sent).status_code == 422
    resident.refresh_from_db()
    assert (resident.is_active, resident.email) == (True, "li@example.org")
    assert Notice.objects.filter(account=resident).exists()


def test_not_for_strangers_nor_staff(mender: Account) -> None:
    with pytest.raises(SignInRequired):
        actions.leave(STRANGER, password="")
    with pytest.raises(Conflict):
        actions.leave(viewer_of_account(mender.pk), password=PASSWORD)
    mender.refresh_from_db()
    assert mender.is_active


def test_a_wrong_password_is_refused(resident: Account) -> None:
    with pytest.raises(Invalid):
        actions.leave(viewer_of_account(resident.pk), password="wrong")
