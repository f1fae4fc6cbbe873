"""The demonstration: a museum under watch, told by the same actions as people's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from yicheng.apps.heritage import demo
from yicheng.apps.heritage.models import Movement, Relic, StockCount
from yicheng.apps.heritage.tests.museum import TINYTOWN, forget_town
from yicheng.core.alerts.public import alerts_for
from yicheng.core.kernel.pack import load_pack, open_pack
from yicheng.core.people.public import SYSTEM

ZHENGZHOU = TINYTOWN.parents[2] / "cities" / "zhengzhou"


@pytest.fixture
def city(db: None) -> Iterator[None]:
    forget_town()
    load_pack(open_pack(ZHENGZHOU))
    forget_town()
    yield
    forget_town()


@pytest.mark.slow
def test_a_museum_under_watch(city: None) -> None:
    assert not demo.is_built()
    demo.build(0.02, lambda _line: None)
    assert demo.is_built()
    alerts = {one.rule.key: one for one in alerts_for(SYSTEM, shown="all").order_by("raised_at")}
    damp = [one for one in alerts_for(SYSTEM, shown="all") if one.rule.key == "heritage.humidity_bronze"]
    assert sorted(one.state for one in damp) == ["normal", "unack"]
    assert [one.case.status for one in damp if one.state == "normal" and one.case] == ["closed"]
    assert alerts["heritage.tampered"].is_false is True
    assert [one.status for one in Movement.objects.all()] == ["asked"]
    assert sorted(one.closed_at is None for one in StockCount.objects.all()) == [False, True]
    assert Relic.objects.count() == 30
    assert [one.name for one in demo.sign_ins()] == ["curator", "museumhead", "officer"]
    demo.build(0.02, lambda _line: None)
    assert Movement.objects.count() == 1
