"""Accounts that the tests of this part sign in with."""

from __future__ import annotations

import pytest
from django.test import Client

from yicheng.core.people.declare import RIGHTS, Right
from yicheng.core.people.models import Account, Appointment, Organisation, Role

PASSWORD = "spade-lantern-41"


@pytest.fixture(autouse=True)
def lamp_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rights of an application that does not exist."""
    monkeypatch.setattr(RIGHTS, "_items", dict(RIGHTS._items))
    monkeypatch.setattr(RIGHTS, "_owners", dict(RIGHTS._owners))
    RIGHTS.fill(
        "lamps",
        [
            Right("lamps.mend_lamp", "Mend", roles=("mender",)),
            Right("lamps.see_lamp", "See", residents=True),
        ],
    )


@pytest.fixture
def mender(db: None) -> Account:
    """A member of staff who may mend lamps in the whole city."""
    root = Organisation.objects.create(code="city", name="City", kind="city", path="/")
    root.path = f"/{root.pk}/"
    root.save()
    office = Organisation.objects.create(code="lamps", name="Lamps", kind="office", parent=root, path="/")
    office.path = f"{root.path}{office.pk}/"
    office.save()
    account = Account(username="mei", kind="staff", display_name="Mei", organisation=office)
    account.email = "mei@example.org"
    account.phone = "13812345678"
    account.set_password(PASSWORD)
    account.save()
    role = Role.objects.create(code="mender", name="Mender")
    Appointment.objects.create(account=account, role=role, organisation=root)
    return account


@pytest.fixture
def at_work(mender: Account, client: Client) -> Client:
    """A browser in which the mender has signed in with the password."""
    answer = client.post("/account/login/", {"login": "mei", "password": PASSWORD})
    assert answer.status_code == 302
    return client
