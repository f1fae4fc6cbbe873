"""Two made-up resources over the table of organisations: one open, one for those who may."""

from __future__ import annotations

import pytest
from django.db.models import QuerySet

from yicheng.core.catalogue.actions.syncing import sync_entries
from yicheng.core.catalogue.declare import RESOURCES, Attribute, Resource
from yicheng.core.people.declare import RIGHTS, Right
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import Viewer


def active(viewer: Viewer) -> QuerySet[Organisation]:
    """Everybody sees active bodies; the whole tree is for those who may see it."""
    rows = Organisation.objects.all()
    return rows if viewer.may("works.see_bodies") else rows.filter(is_active=True)


ATTRIBUTES = (
    Attribute("code", "Code", "code", "code"),
    Attribute("name", "Name", "name"),
    Attribute("parent", "Parent's name", "parent__name"),
    Attribute("is_active", "Active", "is_active", "boolean"),
    Attribute("lon", "Longitude", "id", "number"),
    Attribute("lat", "Latitude", "parent_id", "number"),
    Attribute("phone", "Phone", "phone", sensitivity=2),
    Attribute("path", "Path", "path", sensitivity=3),
    Attribute("secret", "Secret", "sort_key", sensitivity=4),
)
OPEN = Resource(
    key="works.bodies",
    title="Bodies of the city",
    summary="Who does what",
    model=lambda: Organisation,
    attributes=ATTRIBUTES,
    rows=active,
    share_type="unconditional",
    point=("lon", "lat"),
    find=lambda rows, words: rows.filter(name__startswith=words),
)
CLOSED = Resource(
    key="works.all_bodies",
    title="All bodies",
    summary="Those of the past, too",
    model=lambda: Organisation,
    attributes=ATTRIBUTES[:4],
    rows=active,
    share_type="conditional",
    right="works.see_bodies",
)


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RESOURCES, "_items", {OPEN.key: OPEN, CLOSED.key: CLOSED})
    monkeypatch.setattr(RESOURCES, "_owners", {OPEN.key: "people", CLOSED.key: "people"})
    monkeypatch.setitem(RIGHTS._items, "works.see_bodies", Right("works.see_bodies", "See all bodies"))


@pytest.fixture
def bodies(db: None) -> list[Organisation]:
    """A bureau, its office with a name a spreadsheet would run, and one that is no more."""
    bureau = Organisation.objects.create(code="1", name="城管局", kind="bureau", path="/", phone="12319")
    office = Organisation.objects.create(
        code="2", name='=HYPERLINK("x"),\\ "二"\n', kind="office", path="/", parent=bureau
    )
    past = Organisation.objects.create(code="3", name="Past", kind="office", path="/", is_active=False)
    return [bureau, office, past]


@pytest.fixture
def entries(db: None) -> None:
    """The declared resources stand in the index."""
    sync_entries()
