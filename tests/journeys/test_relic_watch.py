"""A chip on a bronze speaks by MQTT: humidity climbs and is mended, then the bronze is carried off; the desk sees all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.machines import Gateway, devices_at_work
from yicheng.apps.heritage.tests.museum import CHIP, Museum, build_museum, forget_town
from yicheng.core.alerts.models import Alert
from yicheng.core.cases.models import Case
from yicheng.core.kernel import clock
from yicheng.core.notices.models import Notice

Enter = Callable[..., Page]
pytestmark = pytest.mark.browser
DAMP, GONE = "heritage.humidity_bronze", "heritage.carried_off"
KNOWN_WITHIN_S = 5.0


@pytest.fixture
def live_town(transactional_db: None, live_server: Any) -> Iterator[Museum]:
    """The museum behind a live server; takes the place of Tinytown at its street work."""
    yield build_museum()
    forget_town()


@pytest.fixture
def gateway(live_town: Museum) -> Iterator[Gateway]:
    with devices_at_work() as gateway:
        yield gateway


def test_relic_watch(live_town: Museum, gateway: Gateway, enter: Enter, records: Path) -> None:
    bronze = live_town.bronze
    keeper, guard = enter("keeper"), enter("head")
    _bind(keeper, bronze.pk)
    _say(gateway, "humidity", 38, minutes_ago=70)
    _say(gateway, "presence", 1, minutes_ago=70)
    _shows(keeper, f"/desk/heritage/relics/{bronze.pk}/", "38.0 %")
    keeper.screenshot(path=records / "1-bound.png", full_page=True)

    guard.goto("/desk/alerts/")
    expect(guard.locator("main")).to_contain_text("All is well")
    _say(gateway, "humidity", 46, minutes_ago=40)
    _say(gateway, "humidity", 49, minutes_ago=5)
    expect(guard.locator("#list")).to_contain_text("Relative humidity · Bronze", timeout=10_000)
    guard.screenshot(path=records / "2-alert-rises.png", full_page=True)
    alert = Alert.objects.get(rule__key=DAMP)
    assert (alert.state, alert.subject) == ("unack", f"heritage.relic/{bronze.pk}")
    _pushed(keeper, "Relative humidity · Bronze")

    keeper.goto(f"/desk/alerts/{alert.pk}/")
    keeper.get_by_role("link", name="Acknowledge").click()
    keeper.get_by_label("Remark").fill("I go and look.")
    keeper.get_by_role("button", name="Acknowledge").click()
    expect(keeper.locator("body")).to_contain_text("The alert is answered.")
    keeper.screenshot(path=records / "3-acknowledged.png", full_page=True)

    case = Case.objects.get(pk=alert.case_id or 0)
    _end_step(keeper, case, "It is so")
    _end_step(keeper, case, "Done", note="The cabinet has a new seal and fresh silica gel.")
    _say(gateway, "humidity", 37, minutes_ago=0)
    keeper.goto(f"/desk/alerts/{alert.pk}/")
    _until(lambda: Alert.objects.get(pk=alert.pk).cleared_at is not None, "the alert clears by itself")
    _end_step(guard, case, "It is solved")
    alert.refresh_from_db()
    case.refresh_from_db()
    assert (alert.state, alert.is_false, case.status) == ("normal", False, "closed")
    assert alert.acknowledged_by is not None
    assert alert.acknowledged_by.username == "keeper"
    keeper.reload()
    keeper.screenshot(path=records / "4-over.png", full_page=True)
    _counted(guard, alert.pk)
    guard.screenshot(path=records / "5-counted.png", full_page=True)

    guard.goto("/desk/alerts/")
    expect(guard.locator("main")).to_contain_text("All is well")
    _say(gateway, "presence", 0, minutes_ago=0)
    left_at = time.monotonic()
    expect(guard.locator("#list")).to_contain_text("Relic moved without an order", timeout=30_000)
    known_after_s = time.monotonic() - left_at
    guard.screenshot(path=records / "6-carried-off.png", full_page=True)
    assert known_after_s < KNOWN_WITHIN_S
    gone = Alert.objects.get(rule__key=GONE)
    assert (gone.severity, gone.subject, gone.case_id is not None) == (1, f"heritage.relic/{bronze.pk}", True)
    assert Notice.objects.filter(subject=f"alert/{gone.pk}").count() == 2
    _pushed(guard, "Relic moved without an order")


def _bind(page: Page, relic_id: int) -> None:
    page.goto(f"/desk/heritage/relics/{relic_id}/")
    page.get_by_role("link", name="Bind a chip").click()
    page.get_by_label("Chip or sensor").select_option(label=f"{CHIP} Chip")
    page.get_by_label("Component").select_option(label="body")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("body")).to_contain_text("The chip is bound.")


def _say(gateway: Gateway, observed: str, value: float, *, minutes_ago: int) -> None:
    at = (clock.now() - timedelta(minutes=minutes_ago)).isoformat()
    gateway.say(CHIP, f'{{"property": "{observed}", "value": {value}, "time": "{at}"}}')


def _shows(page: Page, path: str, words: str) -> None:
    """What needs no script of its own: look again until it is there."""
    page.goto(path)
    until = time.monotonic() + 10
    while words not in page.locator("main").inner_text() and time.monotonic() < until:
        page.wait_for_timeout(300)
        page.reload()
    expect(page.locator("main")).to_contain_text(words)


def _pushed(page: Page, words: str) -> None:
    """It lies in one's inbox, unread, and the bell says so."""
    page.goto("/desk/notices/")
    expect(page.locator("main")).to_contain_text(words)
    expect(page.locator(".bell__count")).to_be_visible()


def _counted(page: Page, alert_id: int) -> None:
    """The assessment's figure of warnings handled in time is one of one, and opens onto this alert."""
    page.goto("/desk/heritage/figures/")
    tile = page.locator("a.tile", has_text="Warnings handled in time")
    expect(tile).to_contain_text("100")
    expect(tile).to_contain_text("1 of 1")
    tile.click()
    row = page.locator(f"a[href='/desk/alerts/{alert_id}/']")
    expect(row).to_be_visible()
    expect(page.locator("#list")).to_contain_text("in time")


def _end_step(page: Page, case: Case, outcome: str, *, note: str = "") -> None:
    page.goto(f"/desk/cases/{case.pk}/")
    step = page.locator("section.task").first
    if note:
        step.locator("textarea[name$=note]").fill(note)
    step.get_by_role("button", name=outcome, exact=True).click()
    expect(page.locator("body")).to_contain_text(": done.")


def _until(holds: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + 15
    while not holds():
        assert time.monotonic() < until, what
        time.sleep(0.1)
