"""A resident begins an application to open a restaurant on a phone: what the city knows is filled in already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import translation
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from yicheng.apps.government.demo import papers
from yicheng.apps.government.demo.cast import Cast, cast
from yicheng.apps.government.tests.smallcity import load_small_city
from yicheng.apps.urban.tests.town import forget_memory

Enter = Callable[..., Page]
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def live_town(transactional_db: None, live_server: Any, tmp_path: Path) -> Iterator[Cast]:
    """A corner of the sample city behind a live server, in the place of Tinytown."""
    cache.clear()
    forget_memory()
    load_small_city(tmp_path)
    with translation.override("zh-hans"):
        people = cast()
        papers.hand_out(people)
    yield people
    cache.clear()
    forget_memory()


def test_first_step_is_prefilled_and_leads_to_the_second(
    live_town: Cast, enter: Enter, records: Path
) -> None:
    page = enter("li.ming", size=PHONE)
    page.goto("/apply/open-restaurant/")
    page.get_by_role("button", name="Begin", exact=True).click()
    expect(page.get_by_label("Operator's name")).to_have_value("李明")
    telephone = page.get_by_label("Telephone")
    telephone.fill("13800000012")
    telephone.blur()
    page.wait_for_load_state("networkidle")
    page.get_by_label("Self-employed business").check()
    page.screenshot(path=records / "1-prefilled.png", full_page=True)
    page.get_by_role("button", name="Go on", exact=True).last.click()
    expect(page.get_by_label("Name of the restaurant")).to_be_visible()
    expect(page.get_by_label("Address", exact=False).first).to_have_value("金水区花园路126号1层附3号")
    page.screenshot(path=records / "2-premises.png", full_page=True)
