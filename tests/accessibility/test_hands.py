"""What a mouse-less, a script-less and a hurried person can do: keyboard, no JavaScript, dialogs, double clicks."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from yicheng.core.cases.models import CaseStep, ClockChange

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_work_list_is_driven_from_the_keyboard(look, town):
    page = look(reverse("desk.work"), who="clerk", language="en")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("tr.is-current").count() == 1
    assert page.locator("[data-ticked]").inner_text() == "1"
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("井盖")
    page.keyboard.press("Enter")
    page.wait_for_url("**words=*")
    expect(page.locator("[data-list] tbody tr")).to_have_count(1)
    page.locator("body").click(position={"x": 5, "y": 700})
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/*/")
    assert "井盖缺失" in page.locator("h1").inner_text()


def test_the_first_tab_leads_to_the_content(look, town):
    page = look(reverse("desk.home"), who="clerk", language="en")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"


def test_a_deed_opens_in_the_dialog_shows_its_faults_there_and_then_is_done(look, town):
    page = look(reverse("desk.case", args=[town.cases[0]]), who="clerk", language="en")
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Ask to stop the clock").click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("Reason").fill("   ")
    dialog.get_by_role("button", name="Ask to stop the clock").click()
    dialog.locator(".field--faulty").wait_for()
    assert page.url.endswith(f"/{town.cases[0]}/")
    dialog.get_by_label("Reason").fill("等待配件")
    dialog.get_by_role("button", name="Ask to stop the clock").click()
    page.get_by_text("Asked. The clock runs until somebody grants it.").wait_for()
    assert ClockChange.objects.get().reason == "等待配件"


def test_without_script_the_same_deed_is_a_page(chromium, town):
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": town.sessions["clerk"], "url": town.address}])
    page = context.new_page()
    page.goto(town.address + reverse("desk.do", args=[town.cases[1], "pause"]))
    page.locator("textarea[name=note]").fill("等待配件")
    page.locator("main form button").last.click()
    assert page.url.endswith(reverse("desk.case", args=[town.cases[1]]))
    assert ClockChange.objects.get().case_id == town.cases[1]
    context.close()


def test_an_impatient_hand_takes_a_task_once(look, town):
    page = look(reverse("desk.case", args=[town.cases[0]]), who="clerk", language="en")
    page.get_by_role("button", name="Take", exact=True).first.dblclick()
    page.get_by_text("The task is yours now.").wait_for()
    assert CaseStep.objects.filter(case_id=town.cases[0], action="claimed").count() == 1


def test_a_map_is_drawn_from_our_own_ground_only(look, town):
    page = look("/healthz", who="clerk")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(town.address + reverse("desk.case", args=[town.cases[0]]))
    page.locator(".map canvas").wait_for()
    _until(page, "document.querySelector('[data-map]').yichengMap?.loaded()")
    assert any(url.endswith("/ground.geojson") for url in asked)
    assert all(url.startswith((town.address, "blob:")) for url in asked), asked


def _until(page, condition):
    """Wait for a condition in the page. Playwright's own way polls with ``eval``, which our policy refuses."""
    for _ in range(300):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never true: {condition}")
