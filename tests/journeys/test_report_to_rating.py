"""A resident's report, made in a browser, is filed, dispatched, handled, checked and closed by staff, and rated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from yicheng.apps.urban.demo.photos import photo
from yicheng.apps.urban.models import Rating, UrbanCase
from yicheng.apps.urban.tests.town import PLACE, Town
from yicheng.core.cases.models import Case, Task
from yicheng.core.journal.models import Attachment

Enter = Callable[..., Page]
pytestmark = pytest.mark.browser


def test_report_to_rating(live_town: Town, enter: Enter, records: Path, tmp_path: Path) -> None:
    before, after = _photos(tmp_path)

    resident = enter(size=PHONE)
    _report(resident, before)
    case = Case.objects.get()
    expect(resident.get_by_role("heading", level=1)).to_have_text("Thank you. We have your report.")
    expect(resident.locator("main")).to_contain_text(case.number)
    resident.screenshot(path=records / "1-sent.png", full_page=True)
    resident.get_by_role("link", name="Follow it").click()
    link = resident.url
    expect(resident.locator("main")).to_contain_text("We received your report.")

    _end_step(enter("supervisor"), case, "File as a case")
    assert _stage(case) == "dispatch"
    dispatcher = enter("dispatcher")
    _end_step(dispatcher, case, "Dispatch", suggestion=str(live_town.bodies["roads"]))
    assert _stage(case) == "handle"
    _end_step(enter("handler.roads"), case, "Done", note="Filled and rolled.", picture=after)
    _end_step(dispatcher, case, "Pass on to supervision")
    _end_step(enter("collector"), case, "It is solved", picture=after)
    clerk = enter("clerk.watch")
    _end_step(clerk, case, "Close", note="Thank you for telling us.")
    clerk.screenshot(path=records / "2-case-closed.png", full_page=True)

    case.refresh_from_db()
    assert (case.status, case.is_on_time, case.organisation_id) == ("closed", True, live_town.bodies["roads"])
    assert UrbanCase.objects.get(pk=case.pk).check_passed is True

    resident.goto(link)
    main = resident.locator("main")
    for words in (
        "An inspector went there: it is solved.",
        "Filled and rolled.",
        "Thank you for telling us.",
    ):
        expect(main).to_contain_text(words)
    expect(main.get_by_alt_text("Photo 1 before")).to_be_visible()
    expect(main.get_by_alt_text("Photo 1 after")).to_be_visible()
    resident.get_by_text("Very satisfied", exact=True).click()
    resident.get_by_label("In your words").fill("Done within the day.")
    resident.get_by_role("button", name="Send the rating").click()
    expect(resident.locator("body")).to_contain_text("You rated it: Very satisfied. Thank you.")
    resident.screenshot(path=records / "3-rated.png", full_page=True)

    rating = Rating.objects.get()
    assert (rating.level, rating.words, rating.urban_case_id) == (5, "Done within the day.", case.pk)
    doers = Task.objects.filter(case=case).values_list("done_by__username", flat=True)
    assert set(doers) == {"supervisor", "dispatcher", "handler.roads", "collector", "clerk.watch"}
    stages = Attachment.objects.filter(subject=f"case/{case.pk}").values_list("stage", flat=True)
    assert sorted(stages) == ["after", "after", "before"]


@pytest.mark.parametrize("script", [True, False])
def test_a_report_needs_no_script(
    live_town: Town, chromium: object, live_server: object, script: bool
) -> None:
    context = chromium.new_context(java_script_enabled=script, base_url=live_server.url)  # type: ignore[attr-defined]
    context.add_cookies([{"name": "django_language", "value": "en", "url": live_server.url}])  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto("/report/")
    page.get_by_label("In your words").fill("The lamp is dark.")
    page.get_by_label("Address or landmark").fill("Elm Road 4")
    page.get_by_label("Street or town").select_option("990101002")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have your report.")
    context.close()
    case = Case.objects.get()
    assert (case.case_class_id, case.division_code, case.lon) == ("P0101", "990101002", None)


def _photos(folder: Path) -> tuple[Path, Path]:
    paths = folder / "before.jpg", folder / "after.jpg"
    for path, solved in zip(paths, (False, True), strict=True):
        path.write_bytes(photo("pothole", 0, solved=solved))
    return paths


def _report(page: Page, picture: Path) -> None:
    """Words first, then a suggestion is there; the place as a QR code at it would give it."""
    page.goto(f"/report/?lon={PLACE[0]}&lat={PLACE[1]}")
    page.locator("input[type=file]").set_input_files(picture)
    page.get_by_label("In your words").press_sequentially("There is a big hole in the road", delay=5)
    expect(page.locator("#suggestions input[value=E0101]")).to_be_checked()
    page.get_by_label("Address or landmark").fill("Oak Road 4")
    page.get_by_role("button", name="Send the report").click()


def _end_step(
    page: Page, case: Case, outcome: str, *, note: str = "", picture: Path | None = None, suggestion: str = ""
) -> None:
    """Open the case at the desk and press the button of the outcome."""
    page.goto(f"/desk/cases/{case.pk}/")
    step = page.locator("section.task").first
    if suggestion:
        expect(step.locator("select[name$=-organisation_id]")).to_have_value(suggestion)
    if note:
        step.locator("textarea[name$=note]").fill(note)
    if picture:
        step.locator("input[type=file]").set_input_files(picture)
    step.get_by_role("button", name=outcome, exact=True).click()
    expect(page.locator("body")).to_contain_text(": done.")


def _stage(case: Case) -> str:
    case.refresh_from_db()
    return case.stage
