"""A small city with one published process, and browsers in which its staff are signed in with real appointments."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from yicheng.core.cases.actions.start import start_case
from yicheng.core.cases.public import Done, NewCase
from yicheng.core.cases.tests.conftest import City, city, city_rows, in_english, trial_process
from yicheng.core.people.models import Account, Appointment, Role
from yicheng.core.people.public import SYSTEM
from yicheng.core.web.city import forget_city

__all__ = ["City", "city", "city_rows", "in_english", "trial_process"]

RIGHTS_OF = {
    "clerk": ["trial.report", "trial.file", "trial.view"],
    "handler": ["trial.handle", "trial.view"],
    "waterman": ["trial.handle", "trial.view"],
    "manager": ["cases.manage_case", "cases.decide_clock", "cases.view_case"],
    "other": [],
}
#: these hold their rights for their own body only
OF_THEIR_BODY = ("handler", "waterman")


@pytest.fixture
def appointed(city: City) -> City:
    """The same people with roles, as an administrator would have appointed them."""
    for username, rights in RIGHTS_OF.items():
        account = Account.objects.get(username=username)
        role = Role.objects.create(code=f"role-{username}", name=username, rights=rights)
        body = account.organisation if username in OF_THEIR_BODY else None
        Appointment.objects.create(account=account, role=role, organisation=body)
    forget_city()
    return city


@pytest.fixture
def browser_of(appointed: City) -> Callable[[str], Client]:
    """A browser in which this member of staff is signed in, in English."""

    def browser(username: str) -> Client:
        client = Client(headers={"Accept-Language": "en"})
        client.cookies["django_language"] = "en"
        client.force_login(Account.objects.get(username=username))
        return client

    return browser


@pytest.fixture
def open_case(appointed: City) -> Callable[..., Done]:
    """Opens a case as the platform itself would."""

    def start(title: str = "路灯不亮", **values: object) -> Done:
        new = NewCase("trial.case", "0101", title, "portal", address="建设路 1 号", **values)  # type: ignore[arg-type]
        return start_case(SYSTEM, new)

    return start
