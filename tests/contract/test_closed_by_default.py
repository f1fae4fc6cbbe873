"""Closed by default: a stranger, a resident and a member of staff without a role walk every address.

Whoever opens a new address to everybody writes its name into ``OPEN``, or declares a page whose right
is open to strangers. Nothing may fall over either, whatever the arguments.
"""

from __future__ import annotations

import pytest
from django.test import Client

from tests.contract.walk import Address, addresses
from yicheng.core.people.declare import RIGHTS
from yicheng.core.people.models import Account
from yicheng.core.web.declare import PAGES

pytestmark = pytest.mark.django_db

#: open to everybody by their nature: signing in, the page shell, health, the outline of the city
OPEN = {
    "account_login",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "web.healthz",
    "web.readyz",
    "web.manifest",
    "web.ground",
    "web.favicon",
    "web.offline",
}
#: pages for oneself: open to whoever has signed in
OWN = {"portal.me", "portal.notices", "portal.looks"}
REFUSED = {301, 302, 303, 400, 401, 403, 404, 405, 406, 410, 411, 413, 415, 422, 428, 429}


def declared_open() -> set[str]:
    """Pages that everybody may open, by their declarations."""
    return {
        page.key
        for page in PAGES
        if page.face != "desk"
        and page.key not in OWN
        and (page.right is None or RIGHTS.get(page.right).strangers)
    }


def api(address: Address) -> bool:
    """The API and standard doors answer strangers by what is public in the rows; walked below."""
    return address.path.startswith(
        (
            "/api/",
            "/open311/",
            "/dcat/",
            "/ogc/",
            "/linked-art/",
            "/sharing-log/",
            "/.well-known/",
            "/credentials/",
        )
    )


def walk(client: Client, *, method: str = "get") -> list[tuple[Address, int]]:
    client.raise_request_exception = False
    found = []
    for address in addresses():
        if address.name == "account_logout":
            continue  # would make a stranger of the walker
        answer = getattr(client, method)(address.path, secure=False)
        found.append((address, answer.status_code))
    return found


def test_every_address_is_found() -> None:
    names = {address.name for address in addresses()}
    assert {page.key for page in PAGES} | OPEN | OWN <= names
    assert len(names) > 60


@pytest.mark.parametrize("method", ["get", "post"])
def test_stranger_is_refused_everywhere_but_at_what_is_open(client: Client, method: str) -> None:
    is_open = OPEN | declared_open()
    walked = walk(client, method=method)
    assert not [(one.path, status) for one, status in walked if status >= 500]
    shown = [one.name for one, status in walked if status not in REFUSED and not api(one)]
    assert sorted(set(shown) - is_open) == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_resident_gets_no_desk(client: Client, method: str) -> None:
    client.force_login(Account.objects.create(username="li", display_name="Li"))
    walked = walk(client, method=method)
    assert not [(one.path, status) for one, status in walked if status >= 500]
    desk = {one.path: status for one, status in walked if one.path.startswith("/desk/")}
    assert desk
    assert set(desk.values()) == {403}


@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_without_a_role_open_no_page_that_names_a_right(client: Client, method: str) -> None:
    client.force_login(Account.objects.create(username="mei", display_name="Mei", kind="staff"))
    guarded = {
        page.key for page in PAGES if page.right is not None and not RIGHTS.get(page.right).residents
    } - declared_open()
    walked = walk(client, method=method)
    assert not [(one.path, status) for one, status in walked if status >= 500]
    statuses = {one.name: status for one, status in walked if one.name in guarded}
    assert set(statuses) == guarded
    assert {name: status for name, status in statuses.items() if status != 403} == {}


def test_form_from_another_site_is_refused() -> None:
    """Every address that takes a form in a browser wants its CSRF token; programs' addresses take no cookie."""
    client = Client(enforce_csrf_checks=True)
    account = Account.objects.create(username="mei", display_name="Mei", kind="staff")
    client.force_login(account)
    taken = [
        one.path
        for one, status in walk(client, method="post")
        if status not in {403, 404, 405, 410} and not api(one) and not one.path.startswith("/account/oauth2/")
    ]
    assert taken == []
