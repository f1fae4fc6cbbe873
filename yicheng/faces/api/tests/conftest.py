"""Browsers and tokens at the API of a small city (the one of the cases' tests)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from yicheng.core.cases.public import NewCase, start_case
from yicheng.core.cases.tests.conftest import City, city, city_rows, in_english, trial_process
from yicheng.core.people.models import Account, Appointment, Organisation, Role
from yicheng.core.people.public import SYSTEM

__all__ = ["city", "city_rows", "in_english", "trial_process"]
RIGHTS = {
    "clerk": ["trial.report", "trial.file", "trial.view"],
    "handler": ["trial.handle", "trial.view"],
    "waterman": ["trial.handle", "trial.view"],
    "other": [],
}


@dataclass
class Api:
    """A caller; real CSRF checks."""

    client: Client
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", query, headers=self.headers)

    def post(self, path: str, body: Any = None, **extra: Any) -> Any:
        data = body if isinstance(body, (str, bytes)) else json.dumps(body if body is not None else {})
        return self.client.post(
            f"/api/v1{path}", data, content_type="application/json", headers={**self.headers, **extra}
        )


@pytest.fixture(autouse=True)
def _empty_cache(db: None) -> None:
    cache.clear()


@pytest.fixture
def calls(city: City) -> Callable[[str], Api]:
    """``calls("clerk")``: signed in as somebody of the city; "" a stranger; "resident" an account of the portal."""

    def make(name: str) -> Api:
        client = Client(enforce_csrf_checks=True)
        if not name:
            return Api(client)
        account = _account(name, city)
        client.force_login(account)
        client.cookies["csrftoken"] = token = "a" * 32
        return Api(client, {"X-CSRFToken": token, "Accept-Language": "en"})

    return make


def _account(name: str, city: City) -> Account:
    if name == "resident":
        return Account.objects.create(username="resident", display_name="Li", language="en")
    account = Account.objects.get(username=name)
    account.language = "en"
    account.save()
    role = Role.objects.create(code=name, name=name, rights=RIGHTS[name])
    body: Organisation | None = None if name == "clerk" else account.organisation
    Appointment.objects.create(account=account, role=role, organisation=body)
    return account


@pytest.fixture
def report(city: City) -> Callable[..., Any]:
    """Opens a case and answers what it led to."""

    def make(title: str = "Broken lamp", class_code: str = "0101") -> Any:
        return start_case(
            SYSTEM, NewCase(process="trial.case", class_code=class_code, title=title, source="portal")
        )

    return make
