"""A resident applies at home to open a restaurant; three departments approve side by side; the sealed licence is checked
by a stranger; the low rating that follows is put right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone, translation
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import PHONE
from yicheng.apps.government.demo import papers
from yicheng.apps.government.demo.cast import Cast, cast
from yicheng.apps.government.demo.scans import scan
from yicheng.apps.government.tests.smallcity import load_small_city
from yicheng.apps.urban.tests.town import forget_memory
from yicheng.core.cases.models import Case, Task
from yicheng.core.credentials.models import Licence
from yicheng.core.credentials.public import check_pdf
from yicheng.core.events.public import drain_outbox
from yicheng.core.services.models import Application
from yicheng.core.services.public import invite_to_rate

Enter = Callable[..., Page]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
SHOP = "老李家烩面馆"


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


def test_apply_to_licence(live_town: Cast, enter: Enter, records: Path, tmp_path: Path) -> None:
    picture = tmp_path / "paper.jpg"
    picture.write_bytes(scan("平面图"))
    resident = enter("li.ming", size=PHONE)
    application = _apply(resident, picture, records)
    case = application.case
    assert case is not None

    window = enter("window")
    _end_step(window, case, "Accept")
    desks = {name: enter(f"approver.{name}") for name in ("market", "fire", "urban")}
    open_now = Task.objects.filter(case=case, status="open").values_list("element_id", flat=True)
    assert set(open_now) == {"review__market", "review__fire", "review__urban"}
    for name, page in desks.items():
        _end_step(page, case, "Agree", opinion="材料齐全，同意。")
        page.screenshot(path=records / f"2-{name}.png", full_page=True)
    _end_step(desks["market"], case, "In order", opinion="现场与图纸一致。")
    head = enter("head.market")
    _end_step(head, case, "Grant")
    _end_step(head, case, "Issue")
    _end_step(window, case, "Handed over")
    case.refresh_from_db()
    application.refresh_from_db()
    assert (case.status, application.status, application.decision) == ("closed", "delivered", "granted")

    licence = _licence_arrives(resident, application, records)
    _stranger_verifies(enter(size=PHONE), licence, records)
    _rated_low_and_put_right(resident, enter, application, records)


def _apply(page: Page, picture: Path, records: Path) -> Application:
    page.goto("/apply/open-restaurant/")
    page.get_by_role("button", name="Begin", exact=True).click()
    expect(page.get_by_label("Operator's name")).to_have_value("李明")
    _fill(page.get_by_label("Telephone"), "13800000012")
    page.get_by_label("Self-employed business").check()
    page.screenshot(path=records / "1-prefilled.png", full_page=True)
    _go_on(page)
    _fill(page.get_by_label("Name of the restaurant"), SHOP)
    expect(page.get_by_label("Address", exact=False).first).to_have_value("金水区花园路126号1层附3号")
    page.get_by_label("Owned").check()
    _fill(page.get_by_label("Dining room"), "86")
    _fill(page.get_by_label("Kitchen"), "30.5")
    _fill(page.get_by_label("Seats"), "42")
    _go_on(page)
    page.get_by_label("Hot dishes").check()
    _fill(page.get_by_label("Planned opening"), _day(20))
    _fill(page.get_by_label("Name", exact=False).first, "李明")
    _fill(page.get_by_label("Health certificate no."), "4101052026001573")
    _fill(page.get_by_label("Valid until"), _day(300))
    _go_on(page)
    page.get_by_label("Declaration now").check()
    _fill(page.get_by_label("Emergency exits"), "2")
    _fill(page.get_by_label("Fire extinguishers"), "6")
    page.get_by_label("Electricity").check()
    _go_on(page)
    page.get_by_label("Yes", exact=True).check()
    _go_on(page)
    _fill(page.get_by_label("Words on it"), SHOP)
    _fill(page.get_by_label("Width"), "6.2")
    _fill(page.get_by_label("Height"), "1.2")
    page.get_by_label("From inside").check()
    _go_on(page)
    expect(page.locator("main")).to_contain_text("spared")
    page.screenshot(path=records / "1-materials.png", full_page=True)
    for one in page.locator("main input[type=file]").all():
        one.set_input_files(picture)
    _go_on(page)
    page.get_by_label("What I state is true").check()
    page.screenshot(path=records / "1-check.png", full_page=True)
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.locator("body")).to_contain_text("Handed in under number")
    page.screenshot(path=records / "1-handed-in.png", full_page=True)
    return Application.objects.select_related("case").get(status="submitted")


def _licence_arrives(page: Page, application: Application, records: Path) -> Licence:
    page.goto(f"/applying/{application.pk}/")
    page.get_by_role("link", name="Open", exact=True).click()
    expect(page.locator("main")).to_contain_text(SHOP)
    page.screenshot(path=records / "3-licence.png", full_page=True)
    licence = Licence.objects.select_related("version").get(type__code="restaurant_permit")
    answer = page.request.get(f"/me/licences/{licence.pk}/paper.pdf")
    assert answer.status == 200
    paper = answer.body()
    (records / "3-licence.pdf").write_bytes(paper)
    found = check_pdf(paper)
    assert found
    assert all(one.is_sound for one in found)
    return licence


def _stranger_verifies(page: Page, licence: Licence, records: Path) -> None:
    assert licence.version is not None
    page.goto(f"/c/{licence.version.code}")
    main = page.locator("main")
    for words in (licence.number, SHOP, "Jinshui"):
        expect(main).to_contain_text(words)
    page.screenshot(path=records / "4-verified.png", full_page=True)


def _rated_low_and_put_right(resident: Page, enter: Enter, application: Application, records: Path) -> None:
    while drain_outbox():
        pass
    code = invite_to_rate(application.pk).code
    resident.goto(f"/rate/{code}/?level=2")
    resident.get_by_label("In your words").fill("约好上午核查，下午四点才到。")
    resident.get_by_role("button", name="Send the rating").click()
    resident.screenshot(path=records / "5-rated.png", full_page=True)
    case = Case.objects.get(process="services.rectification")
    department = enter("ratings.market")
    _end_step(department, case, "The rating is founded", note="已致电核实，确有延误。")
    _end_step(department, case, "Put right", note="核查改为提前一小时短信预约。")
    _end_step(department, case, "Send the answer", answer="给您添了麻烦，现已改为提前一小时短信预约。")
    office = enter("service.office")
    _end_step(office, case, "It is settled")
    office.screenshot(path=records / "6-settled.png", full_page=True)
    case.refresh_from_db()
    assert case.status == "closed"
    resident.goto(f"/rate/{code}/")
    expect(resident.locator("main")).to_contain_text("现已改为提前一小时短信预约")
    resident.screenshot(path=records / "6-answered.png", full_page=True)


def _fill(field: Locator, text: str) -> None:
    """Computed figures and conditions refresh the page by themselves: wait until that is over."""
    field.fill(text)
    field.blur()
    field.page.wait_for_load_state("networkidle")


def _go_on(page: Page) -> None:
    page.get_by_role("button", name="Go on", exact=True).last.click()


def _day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def _end_step(page: Page, case: Case, outcome: str, **words: str) -> None:
    """Open the case at the desk, write what the step asks for, press the button of the outcome."""
    page.goto(f"/desk/cases/{case.pk}/")
    step = page.locator("section.task").first
    for name, text in words.items():
        step.locator(f"textarea[name$={name}]").fill(text)
    step.get_by_role("button", name=outcome, exact=True).click()
    expect(page.locator("body")).to_contain_text(": done.")
