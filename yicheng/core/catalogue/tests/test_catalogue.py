"""A declared resource shows each viewer the rows and fields that are theirs to see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from yicheng.core.catalogue import public as catalogue
from yicheng.core.catalogue.declare import (
    RESOURCES,
    Attribute,
    Resource,
    check_resources,
    check_sources,
    check_words,
)
from yicheng.core.catalogue.filters import And, Compare
from yicheng.core.catalogue.tests.conftest import ATTRIBUTES, CLOSED, active
from yicheng.core.kernel.errors import Forbidden, Invalid, NotFound, SignInRequired
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import STRANGER, SYSTEM, Scope, Viewer

RESIDENT = Viewer(kind="resident", account_id=1)
CLERK = Viewer(kind="staff", account_id=2)
AUDITOR = Viewer(kind="staff", account_id=3, grants={"catalogue.read_sensitive": (Scope(),)})
DISTRICT_AUDITOR = Viewer(
    kind="staff", account_id=4, grants={"catalogue.read_sensitive": (Scope(division="410105"),)}
)


@pytest.mark.parametrize(
    ("viewer", "hidden"),
    [
        (STRANGER, {"phone", "path", "secret"}),
        (RESIDENT, {"phone", "path", "secret"}),
        (CLERK, {"path", "secret"}),
        (DISTRICT_AUDITOR, {"path", "secret"}),
        (AUDITOR, {"secret"}),
        (SYSTEM, {"secret"}),
    ],
)
def test_fields_follow_their_sensitivity(entries: None, viewer: Viewer, hidden: set[str]) -> None:
    shown = {field.key for field in catalogue.readable("works.bodies").fields(viewer)}
    assert {attribute.key for attribute in ATTRIBUTES} - shown == hidden


def test_closed_resources_are_closed(entries: None) -> None:
    read = catalogue.readable("works.all_bodies")
    with pytest.raises(SignInRequired):
        read.query(STRANGER)
    with pytest.raises(Forbidden):
        read.query(CLERK)
    for key in ("works.nothing", "works.all_bodies"):
        with pytest.raises(NotFound):
            catalogue.entry(SYSTEM, key, only_open=True)


def test_what_is_not_declared_open_is_closed_to_the_public(
    entries: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = Resource("works.inner", "I", "", lambda: Organisation, ATTRIBUTES, active, "conditional")
    monkeypatch.setitem(RESOURCES._items, inner.key, inner)
    catalogue.sync_entries()
    with pytest.raises(NotFound):
        catalogue.readable("works.inner").query(RESIDENT)
    assert catalogue.readable("works.inner").query(CLERK).count() == 0


def test_pages_take_one_query_and_follow_a_mark(
    entries: None, bodies: list[Organisation], django_assert_num_queries: Callable[..., Any]
) -> None:
    read = catalogue.readable("works.bodies")
    with django_assert_num_queries(1):
        first = read.page(SYSTEM, limit=2)
    assert first.next == str(bodies[1].pk)
    rest = read.page(SYSTEM, after=first.next, limit=2)
    assert ([row[0] for row in first.rows], [row[0] for row in rest.rows], rest.next) == (
        ["1", "2"],
        ["3"],
        None,
    )
    for damaged in ("x", "1" * 30, "1;DROP"):
        with pytest.raises(Invalid):
            read.page(SYSTEM, after=damaged)


def test_words_and_filters(entries: None, bodies: list[Organisation]) -> None:
    def codes(words: str = "", **where: str) -> list[str]:
        wanted = And(tuple(Compare(key, "=", value) for key, value in where.items()))
        return [
            row[0] for row in catalogue.readable("works.bodies").page(SYSTEM, where=wanted, words=words).rows
        ]

    assert codes("城管") == ["1"]
    assert codes(is_active="false") == ["3"]
    assert codes(code="2", is_active="true") == ["2"]
    assert codes(code="' OR 1=1 --") == []
    for nonsense in ({"is_active": "maybe"}, {"secret": "x"}, {"code": "\0"}):
        with pytest.raises(Invalid):
            codes(**nonsense)
    with pytest.raises(Invalid):
        catalogue.readable("works.all_bodies").page(SYSTEM, words="x")


def test_nobody_asks_by_a_field_they_may_not_see(entries: None, bodies: list[Organisation]) -> None:
    read = catalogue.readable("works.bodies")
    with pytest.raises(Invalid):
        read.query(CLERK, where=Compare("path", "=", "/"))


def test_faulty_declarations_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [*check_resources(), *check_sources(), *check_words()] == []
    faulty = Resource(
        "works.faulty",
        "F",
        "",
        lambda: Organisation,
        (Attribute("A b", "A", "parent__nothing"), Attribute("c", "C", "name__x"), Attribute("c", "C", "pk")),
        active,
        "unconditional",
        right="works.nothing",
        point=("x", "c"),
        category="nothing",
        update_cycle="never",
        licence="none",
    )
    monkeypatch.setattr(RESOURCES, "_items", {faulty.key: faulty})
    assert len(list(check_resources())) == 4
    assert len(list(check_sources())) == 2
    assert len(list(check_words())) == 3
    assert CLOSED.right == "works.see_bodies"
