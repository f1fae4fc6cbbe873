"""One index of all data: declared resources are mirrored, words find entries, counts spread, pages go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from yicheng.core.catalogue import public as catalogue
from yicheng.core.catalogue.declare import RESOURCES
from yicheng.core.catalogue.facts import Field, NewDataSet
from yicheng.core.catalogue.models import CatalogueEntry
from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.people.models import Organisation
from yicheng.core.people.public import STRANGER, SYSTEM, Viewer

CLERK = Viewer(kind="staff")


@pytest.fixture
def town(db: None) -> list[Organisation]:
    """Two departments with five data sets, and the declared resources."""
    civil = Organisation.objects.create(code="civil", name="民政局", kind="bureau", path="/")
    water = Organisation.objects.create(code="water", name="水务局", kind="bureau", path="/")
    catalogue.sync_entries()
    for key, title, body, more in (
        ("civil.shelters", "应急避难场所", civil, {"is_open": True, "category": "theme.emergencies"}),
        ("civil.homes", "养老机构", civil, {"is_open": True, "keywords": ("敬老院", "elderly")}),
        ("civil.aid", "救助对象", civil, {"share_type": "conditional", "legal_basis": "办法第一条"}),
        ("water.gauges", "水位站", water, {"is_open": True, "summary": "避难时看水位"}),
        ("water.pipes", "供水管网", water, {"share_type": "not_shared", "legal_basis": "密"}),
    ):
        new: dict[str, Any] = {"share_type": "unconditional", "fields": (Field("code", "编号"),), **more}
        catalogue.register_data_set(SYSTEM, NewDataSet(key=key, title=title, provider_id=body.pk, **new))
    return [civil, water]


def keys(viewer: Viewer, words: str = "", **chosen: Any) -> list[str]:
    return [one.key for one in catalogue.find(viewer, words, **chosen).entries]


def test_the_public_finds_what_is_open(town: list[Organisation]) -> None:
    assert set(keys(STRANGER)) == {"civil.shelters", "civil.homes", "water.gauges", "works.bodies"}
    assert set(keys(CLERK)) == {*keys(STRANGER), "civil.aid", "water.pipes", "works.all_bodies"}
    assert set(keys(CLERK, only_open=True)) == set(keys(STRANGER))


def test_words_find_titles_first(town: list[Organisation]) -> None:
    assert keys(STRANGER, "避难") == ["civil.shelters", "water.gauges"]
    assert keys(STRANGER, "水 位") == ["water.gauges"]
    assert keys(STRANGER, "敬老院") == keys(STRANGER, "Elder") == ["civil.homes"]
    assert keys(STRANGER, "民政局 养老") == ["civil.homes"]
    assert keys(STRANGER, "managing nothing") == keys(STRANGER, "；") == keys(STRANGER, "救助") == []
    assert keys(CLERK, "救助") == ["civil.aid"]
    assert keys(STRANGER, "Bodies") == ["works.bodies"]


def test_words_are_no_language_of_queries(town: list[Organisation]) -> None:
    for words in ("'", "x' | 'y", "!", "& |", "\\", "<->", "避难')--", ":*", "𠀀"):
        assert keys(STRANGER, words) in ([], ["civil.shelters", "water.gauges"])


def test_counts_spread_over_what_is_found(town: list[Organisation]) -> None:
    civil, _water = town
    found = catalogue.find(CLERK, provider=civil.pk)
    assert found.total == 3
    spread = {name: {one.value: one.count for one in counts} for name, counts in found.facets.items()}
    assert spread["provider"] == {str(civil.pk): 3}
    assert spread["share_type"] == {"unconditional": 2, "conditional": 1}
    assert spread["category"] == {"theme.emergencies": 1}
    assert spread["is_open"] == {"true": 2, "false": 1}
    titles = {one.title for one in catalogue.find(CLERK).facets["provider"]}
    assert titles == {"民政局", "水务局"}
    assert keys(CLERK, share_type="not_shared") == ["water.pipes"]
    assert keys(CLERK, kind="resource") == ["works.all_bodies", "works.bodies"]


@pytest.mark.parametrize("chosen", [{}, {"newest_first": True}, {"words": "局"}])
def test_pages_go_on(town: list[Organisation], chosen: dict[str, Any]) -> None:
    whole = keys(CLERK, **chosen)
    mark, walked = "", []
    while True:
        found = catalogue.find(CLERK, limit=2, after=mark, **chosen)
        walked += [one.key for one in found.entries]
        if found.next is None:
            break
        mark = found.next
    assert walked == whole
    for damaged in ("x", "[]", "[1, 2]", '["a", {}, 3]'):
        with pytest.raises(Invalid):
            catalogue.find(CLERK, after=damaged)


def test_a_search_takes_four_queries(
    town: list[Organisation], django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(4):
        assert len(catalogue.find(CLERK, "局").entries) == 5


def test_declared_resources_follow_their_declarations(
    town: list[Organisation], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = catalogue.entry(STRANGER, "works.bodies")
    assert (found.kind, found.share_type, found.point) == ("resource", "unconditional", ("lon", "lat"))
    assert [one.key for one in found.fields][:2] == ["code", "name"]
    assert catalogue.sync_entries().unchanged == 2
    monkeypatch.delitem(RESOURCES._items, "works.bodies")
    assert catalogue.sync_entries().retired == 1
    with pytest.raises(NotFound):
        catalogue.entry(SYSTEM, "works.bodies")


def test_a_withdrawn_data_set_is_not_found(town: list[Organisation]) -> None:
    catalogue.change_data_set(SYSTEM, "civil.homes", is_listed=False)
    assert keys(STRANGER, "养老") == []
    assert CatalogueEntry.objects.filter(key="civil.homes").exists()


def test_declared_rows_are_read_like_data_sets(town: list[Organisation], bodies: list[Organisation]) -> None:
    read = catalogue.readable("works.bodies")
    rows = read.query(STRANGER, fields=["code", "name"], where=catalogue.filters.Compare("code", "=", "1"))
    assert rows.rows() == [("1", "城管局")]
    assert read.query(SYSTEM).count() == 5
    assert read.query(STRANGER).count() == 4
    page = read.page(STRANGER, fields=["code"], limit=1, after=str(bodies[0].pk))
    assert page.rows == [("2",)]
