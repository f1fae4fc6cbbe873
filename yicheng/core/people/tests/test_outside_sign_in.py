"""Signing in through another identity provider, against one that runs in this process."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.db import connection
from django.test import Client

from yicheng.core.people.models import Account

pytestmark = pytest.mark.django_db
#: how soon the server notices that it shall stop
POLL_S = 0.01


@dataclass
class Provider:
    """An OpenID provider: answers with ``claims`` to any code; ``broken`` makes its token address fail."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    broken: bool = False
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    def answer(self, path: str, body: str) -> tuple[int, dict[str, Any]]:
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/me",
                "jwks_uri": f"{self.url}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        if path == "/token":
            self.asked.append(parse_qs(body))
            now = int(time.time())
            told = {"iss": self.url, "aud": "yicheng", "iat": now, "exp": now + 60, **self.claims}
            id_token = jwt.encode(told, "x" * 32, algorithm="HS256")
            return (
                (500, {})
                if self.broken
                else (200, {"access_token": "a", "token_type": "Bearer", "id_token": id_token})
            )
        return (200, self.claims) if path == "/me" else (404, {})


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    fake = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            status, content = fake.answer(urlsplit(self.path).path, self.rfile.read(length).decode())
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        do_POST = do_GET  # noqa: N815  (the server's own name)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, args=(POLL_S,), daemon=True).start()
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [_app("province", fake.url), _app("bureau", fake.url, staff=True)],
        }
    }
    yield fake
    server.shutdown()
    server.server_close()


def _app(name: str, url: str, **more: Any) -> dict[str, Any]:
    settings = {"server_url": url, **more}
    return {"provider_id": name, "name": name, "client_id": "yicheng", "secret": "s", "settings": settings}


def come_back(client: Client, name: str, *, state: str = "") -> Any:
    """Go to the provider and return with a code."""
    there = client.post(f"/account/oidc/{name}/login/")
    sent = parse_qs(urlsplit(there["Location"]).query)
    assert sent["code_challenge_method"] == ["S256"]
    return client.get(
        f"/account/oidc/{name}/login/callback/", {"code": "c", "state": state or sent["state"][0]}
    )


def test_sign_in_page_offers_the_providers(client: Client, provider: Provider) -> None:
    assert "/account/oidc/province/login/" in client.get("/account/login/").text


def test_stranger_becomes_a_resident_and_stays_one(client: Client, provider: Provider) -> None:
    provider.claims = {
        "sub": "17",
        "preferred_username": "Li.Lei",
        "name": "李雷",
        "email": "lilei@example.org",
    }
    assert come_back(client, "province")["Location"] == "/"
    account = Account.objects.get()
    assert (account.kind, account.username, account.display_name) == ("resident", "li.lei", "李雷")
    assert account.email == "lilei@example.org"
    assert not account.has_usable_password()
    assert provider.asked[0]["code_verifier"]
    assert come_back(Client(), "province")["Location"] == "/"
    assert Account.objects.count() == 1


def test_what_the_provider_tells_is_not_kept_in_clear(client: Client, provider: Provider) -> None:
    provider.claims = {
        "sub": "17",
        "name": "李雷",
        "email": "lilei@example.org",
        "phone_number": "13812345678",
    }
    come_back(client, "province")
    come_back(Client(), "province")
    assert [row.extra_data for row in SocialAccount.objects.all()] == [{}]
    assert not EmailAddress.objects.exists()
    assert not SocialToken.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(session_data, '') FROM people_session")
        assert "lilei" not in cursor.fetchone()[0]


def test_taken_names_and_addresses_stay_with_their_owner(
    client: Client, provider: Provider, mender: Account
) -> None:
    provider.claims = {
        "sub": "18",
        "preferred_username": "mei",
        "email": "mei@example.org",
        "name": "Another Mei",
    }
    come_back(client, "province")
    other = Account.objects.exclude(pk=mender.pk).get()
    assert other.username != "mei"
    assert other.email == ""
    assert client.get("/account/profile/").context["viewer"].account_id == other.pk


def test_staff_provider_lets_in_only_whom_an_administrator_made(
    client: Client, provider: Provider, mender: Account
) -> None:
    provider.claims = {"sub": "1", "preferred_username": "nobody"}
    assert come_back(client, "bureau")["Location"] == "/account/login/"
    assert Account.objects.count() == 1
    provider.claims = {"sub": "2", "preferred_username": "MEI"}
    assert come_back(client, "bureau")["Location"] == "/desk/"
    assert client.get("/account/profile/").context["viewer"].account_id == mender.pk


def test_second_step_is_asked_for_here_too(client: Client, provider: Provider, at_work: Client) -> None:
    from .test_second_factor import set_up

    set_up(at_work)
    provider.claims = {"sub": "2", "preferred_username": "mei"}
    browser = Client()
    assert come_back(browser, "bureau")["Location"] == "/account/two-factor/authenticate/"
    assert browser.get("/account/profile/").status_code == 302


def test_foreign_state_and_broken_provider_sign_nobody_in(client: Client, provider: Provider) -> None:
    provider.claims = {"sub": "17"}
    assert come_back(client, "province", state="forged").status_code == 401
    provider.broken = True
    assert come_back(client, "province").status_code == 401
    assert client.get("/account/oidc/unknown/login/").status_code == 404
    assert not Account.objects.exists()
