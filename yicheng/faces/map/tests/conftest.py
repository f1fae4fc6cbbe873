"""Tinytown with staff who may see and keep its grid, and a few cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from yicheng.core.kernel.pack import load_pack, open_pack
from yicheng.core.people.models import Account, Appointment, Organisation, Role
from yicheng.core.places.atlas import forget
from yicheng.runtime.testing.rows import shared_rows

TINYTOWN = Path(__file__).resolve().parents[4] / "tests" / "cities" / "tinytown"


@pytest.fixture(autouse=True)
def no_copy() -> Iterator[None]:
    """Without the divisions of another test's city; in the source language."""
    forget()
    with translation.override("en"):
        yield
    forget()


@pytest.fixture
def tinytown(pack_rows: None, db: None) -> None:
    """Tinytown in the database."""


pack_rows = shared_rows(lambda: load_pack(open_pack(TINYTOWN)))


@pytest.fixture
def keeper(tinytown: None) -> Client:
    """A member of staff who may change the grid and see all cases."""
    return staff("keeper", "places.view_grid", "places.assign_duty", "places.import_cells", "cases.view_case")


@pytest.fixture
def looker(tinytown: None) -> Client:
    """A member of staff who may only look."""
    return staff("looker", "places.view_grid")


def staff(name: str, *rights: str) -> Client:
    """A browser with this person signed in."""
    account = Account.objects.create(
        username=name,
        kind="staff",
        display_name=name,
        language="en",
        organisation=Organisation.objects.get(code="works"),
    )
    role = Role.objects.create(code=f"role_{name}", name=name, rights=list(rights))
    Appointment.objects.create(account=account, role=role)
    client = Client(headers={"accept-language": "en"})
    client.force_login(account)
    return client
