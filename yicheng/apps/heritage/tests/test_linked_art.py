"""Linked Art records as somebody else's reader takes them; nothing leaves that the public may not know."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from cromulent.reader import Reader
from django.test import Client

from yicheng.apps.heritage.actions.relics import register_relic
from yicheng.apps.heritage.models import Relic, Site
from yicheng.apps.heritage.tests.conftest import Town
from yicheng.apps.heritage.tests.test_registers import a_relic, a_site
from yicheng.core.people.public import SYSTEM

reader = Reader(validate_props=True, validate_profile=True)


@pytest.fixture
def bronze(town: Town) -> Relic:
    site = a_site(category="ancient_site")
    Site.objects.filter(pk=site.pk).update(lon=113.123456, lat=34.654321, story="一座塔")
    changes: dict[str, Any] = {
        "name_en": "Ding",
        "height_cm": Decimal("87.5"),
        "weight_kg": Decimal("64.25"),
        "found_at_id": site.pk,
    }
    return register_relic(SYSTEM, a_relic(town.hall.pk, **changes))


def test_an_object_on_show_is_read(bronze: Relic) -> None:
    answer = Client().get(f"/linked-art/object/{bronze.number}")
    assert answer.headers["Content-Type"].startswith("application/ld+json")
    read = reader.read(answer.content.decode())
    assert type(read).__name__ == "HumanMadeObject"
    assert [name.content for name in read.identified_by] == ["鼎", "Ding", "M-1"]
    assert {(one.value, one.unit._label) for one in read.dimension} == {(87.5, "cm"), (64.25, "kg")}


def test_a_site_is_read_as_coarsely_as_the_rule_says(bronze: Relic) -> None:
    answer = Client().get("/linked-art/place/1-0048")
    read = reader.read(answer.content.decode())
    assert type(read).__name__ == "Place"
    assert read.approximated_by[0].defined_by.startswith("POLYGON ((113.1 34.65, 113.15 34.65")
    assert "113.123456" not in answer.content.decode()


def test_what_is_in_the_store_is_not_told(bronze: Relic, town: Town) -> None:
    Relic.objects.filter(pk=bronze.pk).update(place=town.store)
    assert Client().get(f"/linked-art/object/{bronze.number}").status_code == 404
    assert Client().get("/linked-art/place/9-9999").status_code == 404
