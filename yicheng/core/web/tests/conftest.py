"""What the tests of the page shell share: English words, a city, people who sign in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import translation

from yicheng.core.people.models import Account
from yicheng.core.web.city import forget_city
from yicheng.core.web.models import CityProfile


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Texts are compared in the source language; the city is read anew in each test."""
    forget_city()
    with translation.override("en"):
        yield
    forget_city()


@pytest.fixture
def sample_city(db: None) -> CityProfile:
    """A city of the tests' own."""
    return CityProfile.objects.create(code="100000", name="样城", name_en="Sample", lon=113.6, lat=34.7)


@pytest.fixture
def make_account(db: None) -> Callable[..., Account]:
    """Makes an account; ``kind`` as in the model."""

    def make(username: str, kind: str = "staff") -> Account:
        account = Account(username=username, kind=kind, display_name=username.title(), language="en")
        account.set_unusable_password()
        account.save()
        return account

    return make


@pytest.fixture
def sign_in(make_account: Callable[..., Account]) -> Callable[..., Client]:
    """A browser in which a new account of this kind is signed in."""

    def browser(kind: str = "staff", username: str = "clerk") -> Client:
        client = Client()
        client.force_login(make_account(username, kind))
        return client

    return browser
