"""A small invented city with a museum: what the tests of heritage stand on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from django.utils import translation

from yicheng.apps.heritage.models import KeepingPlace
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import Scope, Viewer
from yicheng.core.places.atlas import forget
from yicheng.core.places.models import Division


@dataclass(frozen=True)
class Town:
    """Two counties, a bureau over both, a museum in the first."""

    bureau: Organisation
    museum: Organisation
    store: KeepingPlace
    hall: KeepingPlace

    def staff(self, organisation: Organisation, *rights: str) -> Viewer:
        """Somebody who holds the rights for one organisation only."""
        ids = frozenset({organisation.pk})
        grants = {right: (Scope(organisation_ids=ids),) for right in rights}
        return Viewer(kind="staff", organisation_id=organisation.pk, grants=grants)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Texts are compared in the source language; no test acts on what is remembered of another one's city."""
    forget()
    with translation.override("en"):
        yield
    forget()


def counties(names: Mapping[str, str]) -> None:
    """Counties of one city."""
    city = next(iter(names))[:4] + "00"
    Division.objects.create(code=city, name="City", level=1)
    for code, name in names.items():
        Division.objects.create(code=code, name=name, level=2, parent_id=city)


@pytest.fixture
def town(db: None) -> Town:
    counties({"100101": "East", "100102": "West"})
    bureau = Organisation.objects.create(code="B", name="Bureau", kind="bureau", path="/1/")
    museum = Organisation.objects.create(code="M", name="Museum", kind="office", path="/1/2/")
    make = {"organisation": museum, "division_code": "100101"}
    store = KeepingPlace.objects.create(code="K1", name="Store", kind="store", **make)
    hall = KeepingPlace.objects.create(code="Z1", name="Hall", kind="exhibit", is_public=True, **make)
    return Town(bureau, museum, store, hall)
