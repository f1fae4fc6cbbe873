"""What urban management's tests share: English words, and a small street to work in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import translation

from yicheng.apps.urban.tests.street import Street, build_street
from yicheng.apps.urban.tests.town import Town, build_town, forget_memory
from yicheng.apps.urban.tests.town import forget as forget_town
from yicheng.core.cases.classes import forget
from yicheng.runtime.testing.rows import shared_rows


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Texts are compared in the source language."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """No test acts on what this process remembers of another one's city."""
    forget_memory()


street_rows = shared_rows(build_street)
town_rows = shared_rows(build_town)


@pytest.fixture
def street(street_rows: Street, db: None) -> Iterator[Street]:
    """An invented city of two counties, one street each, nine cells in the first; departments and people."""
    yield street_rows
    forget()


@pytest.fixture
def browser(street: Street) -> Callable[[str], Client]:
    """A browser in which one of the street's people is signed in ("" for a stranger)."""

    def signed_in(name: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        if name:
            client.force_login(get_user_model().objects.get(pk=street.accounts[name]))
        return client

    return signed_in


@pytest.fixture
def town(town_rows: Town, db: None) -> Iterator[Town]:
    """Tinytown from its pack, with its own drawn process and staff for every step."""
    yield town_rows
    forget_town()
