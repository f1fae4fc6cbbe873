"""Programs: API keys of accounts, and clients of other systems by OAuth2 client credentials."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from oauth2_provider.models import AccessToken, Application
from pytest_django import DjangoAssertNumQueries

from yicheng.core.kernel import clock
from yicheng.core.people.middleware import ViewerMiddleware
from yicheng.core.people.models import Account, ApiToken, Appointment, Role
from yicheng.core.people.public import Viewer, viewer_of

pytestmark = pytest.mark.django_db


def ask(key: str) -> tuple[int, Viewer | None]:
    """What a request with this key is answered, and who asks."""
    seen: list[Viewer] = []

    def door(request: HttpRequest) -> HttpResponse:
        seen.append(viewer_of(request))
        return HttpResponse()

    request = RequestFactory().get("/api/", HTTP_AUTHORIZATION=f"Bearer {key}")
    answer = ViewerMiddleware(door)(request)
    return answer.status_code, seen[0] if seen else None


def make_key(client: Client, **form: object) -> str:
    answer = client.post("/account/security/tokens/new/", {"name": "Lamp robot", "days": 30, **form})
    key: str = answer.context["key"]
    return key


def test_key_is_shown_once_kept_as_digest_and_works(at_work: Client, mender: Account) -> None:
    key = make_key(at_work)
    row = ApiToken.objects.get()
    assert key.startswith(f"yc_{row.prefix}_")
    assert key not in str(row.__dict__)
    assert key not in at_work.get("/account/security/").text
    status, viewer = ask(key)
    assert (status, viewer and viewer.kind, viewer and viewer.account_id) == (200, "system", mender.pk)
    assert viewer is not None
    assert viewer.may("lamps.mend_lamp")
    assert ApiToken.objects.get().used_at is not None


def test_key_is_narrowed_to_its_rights(at_work: Client) -> None:
    _status, viewer = ask(make_key(at_work, rights=["lamps.see_lamp"]))
    assert viewer is not None
    assert viewer.may("lamps.see_lamp")
    assert not viewer.may("lamps.mend_lamp")
    _status, viewer = ask(make_key(at_work, rights=["lamps.mend_lamp"]))
    assert viewer is not None
    assert not viewer.may("lamps.see_lamp")


def test_nobody_hands_out_rights_he_lacks(at_work: Client) -> None:
    answer = at_work.post(
        "/account/security/tokens/new/", {"name": "x", "days": 30, "rights": ["people.manage_accounts"]}
    )
    assert answer.context["form"].errors["rights"]
    assert not ApiToken.objects.exists()


def test_request_with_a_key_costs_one_query(
    at_work: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    key = make_key(at_work)
    ask(key)
    with django_assert_num_queries(1):
        ask(key)


def test_key_ends_by_revocation_time_or_closing_of_the_account(at_work: Client) -> None:
    key, second, third = (make_key(at_work) for _ in range(3))
    at_work.post(f"/account/security/tokens/{ApiToken.objects.order_by('pk')[0].pk}/revoke/")
    assert ask(key)[0] == 401
    with clock.at(datetime.now(UTC) + timedelta(days=31)):
        assert ask(second)[0] == 401
    assert ask(third)[0] == 200
    Account.objects.update(is_active=False)
    assert ask(third)[0] == 401


@pytest.mark.parametrize("key", ["", "x", "yc_", "yc_000000000000_", "yc_é_x", "é", "a" * 5000, "yc_\x00_x"])
def test_nonsense_is_refused_as_such(key: str, db: None) -> None:
    assert ask(key)[0] == 401


def test_changed_secret_is_refused(at_work: Client) -> None:
    key = make_key(at_work)
    assert ask(key[:-1] + ("a" if key[-1] != "a" else "b"))[0] == 401


@pytest.fixture
def other_system(mender: Account) -> Application:
    account = Account.objects.create(username="meters", display_name="Water meters", kind="system")
    Appointment.objects.create(account=account, role=Role.objects.get(code="mender"))
    return Application.objects.create(
        name="Water meters",
        user=account,
        client_id="meters",
        client_secret="a-long-secret-of-the-meters",
        client_type="confidential",
        authorization_grant_type="client-credentials",
    )


def token(client: Client, *, secret: str = "a-long-secret-of-the-meters", **form: str):
    basic = base64.b64encode(f"meters:{secret}".encode()).decode()
    form = {"grant_type": "client_credentials", **form}
    return client.post("/account/oauth2/token/", form, HTTP_AUTHORIZATION=f"Basic {basic}")


def test_system_gets_a_token_and_its_rights(client: Client, other_system: Application) -> None:
    answer = token(client)
    assert answer.status_code == 200
    assert answer.json()["scope"] == "lamps.mend_lamp"
    status, viewer = ask(answer.json()["access_token"])
    assert status == 200
    assert viewer is not None
    assert (viewer.kind, viewer.name) == ("system", "Water meters")
    assert viewer.may("lamps.mend_lamp")
    assert answer.json()["access_token"] not in str(AccessToken.objects.values_list())


def test_system_cannot_ask_for_more_than_it_has(client: Client, other_system: Application) -> None:
    assert token(client, scope="people.manage_accounts").json()["error"] == "invalid_scope"
    assert token(client, secret="wrong").status_code == 401
    assert token(client, grant_type="password", username="mei", password="x").status_code == 400
    Account.objects.filter(username="meters").update(is_active=False)
    assert token(client).status_code == 400


def test_token_of_a_system_ends(client: Client, other_system: Application) -> None:
    key = token(client).json()["access_token"]
    with clock.at(datetime.now(UTC) + timedelta(hours=2)):
        assert ask(key)[0] == 401
    Account.objects.filter(username="meters").update(is_active=False)
    assert ask(key)[0] == 401


def test_revoked_token_is_refused(client: Client, other_system: Application) -> None:
    key = token(client).json()["access_token"]
    basic = base64.b64encode(b"meters:a-long-secret-of-the-meters").decode()
    client.post("/account/oauth2/revoke/", {"token": key}, HTTP_AUTHORIZATION=f"Basic {basic}")
    assert ask(key)[0] == 401
