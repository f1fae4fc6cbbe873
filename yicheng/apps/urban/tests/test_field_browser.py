"""A collector without a network: reports with a photo, ends a step, ticks a cell; back on line each arrives exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from yicheng.apps.urban.models import CellCoverage
from yicheng.apps.urban.tests.street import Street, build_street, cell_code, centre
from yicheng.apps.urban.tests.test_field_page import waiting_task
from yicheng.apps.urban.tests.test_patrols import shift
from yicheng.core.cases.classes import forget
from yicheng.core.cases.models import Case, Task
from yicheng.core.journal.public import attached_files
from yicheng.core.places import atlas

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass
class InTheStreet:
    """A phone in the hand of the collector who stands in cell 5, and the step that waits there."""

    page: Page
    task: Task
    address: str

    def offline(self, *, is_off: bool) -> None:
        self.page.context.set_offline(is_off)

    def waiting(self) -> Any:
        return self.page.locator(".field-queue__item")

    def report(self, words: str, *, photo: bytes | None = None) -> None:
        form = self.page.locator("form[data-report]")
        form.locator("[name=class_code]").select_option("E0102")
        form.locator("[name=words]").fill(words)
        if photo:
            form.locator("[name=photos]").set_input_files(
                {"name": "spot.jpg", "mimeType": "image/jpeg", "buffer": photo}
            )
        form.get_by_role("button", name="I am standing there").click()
        expect(form.locator("[name=lon]")).not_to_have_value("")
        form.get_by_role("button", name="Send", exact=True).click()


@pytest.fixture
def phone(chromium: Browser, transactional_db: None, live_server: Any) -> Iterator[InTheStreet]:
    for kept in (cache.clear, atlas.forget, forget):
        kept()
    street: Street = build_street()
    shift(street)
    task = waiting_task(street)
    lon, lat = centre(5)
    context = chromium.new_context(
        viewport={"width": 360, "height": 760},
        geolocation={"longitude": lon, "latitude": lat},
        permissions=["geolocation"],
    )
    context.add_cookies(
        [
            {"name": "django_language", "value": "en", "url": live_server.url},
            {"name": "sessionid", "value": _session(street), "url": live_server.url},
        ]
    )
    page = context.new_page()
    page.goto(f"{live_server.url}/desk/field/")
    expect(page.locator("#field-state[data-kept=true]")).to_be_visible(timeout=20_000)
    yield InTheStreet(page, task, live_server.url)
    context.close()
    for kept in (cache.clear, atlas.forget, forget):
        kept()


def _session(street: Street) -> str:
    client = Client()
    client.force_login(get_user_model().objects.get(pk=street.accounts["collector"]))
    return client.cookies["sessionid"].value


def picture(colour: str) -> bytes:
    target = BytesIO()
    Image.new("RGB", (320, 240), colour).save(target, "JPEG")
    return target.getvalue()


def photos_of(case_id: int) -> int:
    return len(attached_files([f"case/{case_id}"])[f"case/{case_id}"])


def test_what_was_done_without_a_network_arrives_exactly_once(phone: InTheStreet) -> None:
    page = phone.page
    phone.offline(is_off=True)
    page.reload()
    expect(page.locator("#field-state")).to_contain_text("No network")
    expect(page.locator(f"#task-{phone.task.pk}")).to_contain_text("垃圾没人收")

    phone.report("垃圾外溢", photo=picture("red"))
    step = page.locator(f"#task-{phone.task.pk}")
    step.locator("summary").click()
    step.locator("[value=confirmed]").check()
    step.locator("[name=photos]").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture("blue")}
    )
    step.get_by_role("button", name="Done").click()
    expect(step).to_contain_text("waits to be sent")
    page.get_by_role("button", name="Tick the cell I am in").click()
    expect(phone.waiting()).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert (Case.objects.count(), CellCoverage.objects.count()) == (1, 0)
    page.reload()
    expect(phone.waiting()).to_have_count(3)

    phone.offline(is_off=False)
    expect(page.locator("#field-queue")).to_be_hidden(timeout=20_000)
    made = Case.objects.get(source="inspector")
    assert (made.description, made.cell_code, photos_of(made.pk)) == ("垃圾外溢", cell_code(5), 1)
    phone.task.refresh_from_db()
    assert (phone.task.status, phone.task.outcome, photos_of(phone.task.case_id)) == ("done", "confirmed", 1)
    assert (CellCoverage.objects.get().cell_code, CellCoverage.objects.get().visits) == (cell_code(5), 1)
    expect(page.locator(f"#task-{phone.task.pk}")).to_have_count(0)
    expect(page.locator(f'[data-cell="{cell_code(5)}"].cellmap__cell--seen')).to_have_count(1)


def test_a_lost_answer_makes_no_second_case(phone: InTheStreet) -> None:
    phone.page.evaluate(
        """() => {
          const real = window.fetch;
          let isLost = false;
          window.fetch = async (...args) => {
            const answer = await real(...args);
            if (!isLost && args[1]?.method === "POST") { isLost = true; document.body.dataset.lost = "1"; throw new TypeError("the answer is lost"); }
            return answer;
          };
        }"""
    )
    phone.report("垃圾外溢", photo=picture("red"))
    expect(phone.page.locator("body")).to_have_attribute("data-lost", "1")
    expect(phone.waiting()).to_have_attribute("data-state", "waiting")
    assert Case.objects.filter(source="inspector").count() == 1
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(phone.page.locator("#field-queue")).to_be_hidden(timeout=20_000)
    made = Case.objects.get(source="inspector")
    assert photos_of(made.pk) == 1


def test_a_refused_entry_says_why_and_is_mended_or_dropped(phone: InTheStreet) -> None:
    page = phone.page
    page.context.set_geolocation({"longitude": 10, "latitude": 10})
    phone.report("在城外", photo=picture("red"))
    refused = page.locator(".field-queue__item[data-state=refused]")
    expect(refused).to_contain_text("outside the city")
    phone.report("也在城外")
    expect(refused).to_have_count(2)
    assert not Case.objects.filter(source="inspector").exists()
    page.on("dialog", lambda dialog: dialog.accept())
    refused.nth(1).get_by_role("button", name="Drop").click()
    expect(refused).to_have_count(1)
    refused.get_by_role("button", name="Mend").click()
    lon, lat = centre(2)
    page.context.set_geolocation({"longitude": lon, "latitude": lat})
    form = page.locator("form[data-report]")
    expect(form.locator("[name=words]")).to_have_value("在城外")
    form.get_by_role("button", name="I am standing there").click()
    expect(form.locator("[name=lon]")).to_have_value(f"{lon:.6f}")
    form.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#field-queue")).to_be_hidden(timeout=20_000)
    for _ in range(100):  # the queue is also empty for a moment before the mended entry is in it
        if Case.objects.filter(source="inspector").exists():
            break
        page.wait_for_timeout(200)
    made = Case.objects.get(source="inspector")
    assert (made.cell_code, photos_of(made.pk)) == (cell_code(2), 1)


def test_a_step_that_somebody_else_ended_is_told(phone: InTheStreet) -> None:
    page = phone.page
    phone.offline(is_off=True)
    step = page.locator(f"#task-{phone.task.pk}")
    step.locator("summary").click()
    step.locator("[value=not_found]").check()
    step.locator("[name=note]").fill("没有看到")
    step.get_by_role("button", name="Done").click()
    Task.objects.filter(pk=phone.task.pk).update(status="done", outcome="confirmed")
    phone.offline(is_off=False)
    refused = page.locator(".field-queue__item[data-state=refused]")
    expect(refused).to_contain_text("somebody else", timeout=20_000)
    assert phone.task.status == "open"
