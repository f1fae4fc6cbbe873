"""A clerk's day in the browser: a messy workbook is sent in, understood, its refused row mended, all of it published."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from openpyxl import Workbook
from playwright.sync_api import Browser, Page, expect

from yicheng.apps.data.models import Load
from yicheng.core.catalogue import public as catalogue
from yicheng.core.people.models import Organisation, Role
from yicheng.core.people.public import SYSTEM, NewStaff, make_staff

pytestmark = [pytest.mark.browser, pytest.mark.slow]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def page(chromium: Browser, transactional_db: None, live_server: Any) -> Iterator[Page]:
    cache.clear()
    body = Organisation.objects.create(
        code="market", name="Market Bureau", short_name="Market", kind="bureau", path="/1/"
    )
    Role.objects.get_or_create(code="data_keeper", defaults={"name": "Keeper"})
    make_staff(SYSTEM, [NewStaff("clerk", "Clerk", body.code, "data_keeper")], password="a-long-Password-77")
    client = Client()
    client.force_login(get_user_model().objects.get(username="clerk"))
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies(
        [
            {"name": "django_language", "value": "en", "url": live_server.url},
            {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url},
        ]
    )
    found = context.new_page()
    found.goto(f"{live_server.url}/desk/data/new/")
    yield found
    context.close()


def workbook() -> bytes:
    book, file = Workbook(), io.BytesIO()
    sheet = book.active
    sheet["A1"] = "食品经营许可台账"
    sheet.merge_cells("A1:C1")
    sheet.append(["许可证编号", "经营者名称", "面积（平方米）"])
    for row in (
        ["JY001", "一号店", 120],
        ["JY002", "二号店", "八十"],
        ["JY003", "三号店", "1,200"],
        ["JY004", "四号店", 95],
    ):
        sheet.append(row)
    sheet.append(["合计", None, 1400])
    book.save(file)
    return file.getvalue()


def upload(page: Page, name: str, content: bytes, kind: str) -> None:
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": content})


def test_from_a_messy_workbook_to_published_rows(page: Page) -> None:
    page.locator("[name=title]").fill("Food licences")
    page.locator("[name=key]").fill("market.food_licences")
    page.locator("[name=share_type]").select_option("unconditional")
    upload(page, "台账.xlsx", workbook(), XLSX)
    page.get_by_role("button", name="Read the file").click()

    expect(page.locator("[name='2-kind']")).to_have_value("integer")
    expect(page.locator("[name='0-is_key']")).to_be_checked()
    page.get_by_role("button", name="Agree, and check every row").click()

    expect(page.locator("#refused")).to_contain_text("八十")
    expect(page.locator("#refused")).to_contain_text("must be a whole number")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download with the reasons").click()
    table = waiting.value.path().read_text(encoding="utf-8-sig")
    assert "JY002" in table
    upload(page, "mended.csv", table.replace("八十", "80").encode("utf-8-sig"), "text/csv")
    page.get_by_role("button", name="Check them again").click()

    expect(page.get_by_text("Every row is sound now")).to_be_visible()
    page.get_by_role("button", name="Publish 4 rows").click()
    expect(page.get_by_text("4 rows are read from now on")).to_be_visible()
    found = catalogue.readable("market.food_licences").query(SYSTEM).rows()
    assert sorted(row[2] for row in found) == [80, 95, 120, 1200]
    assert Load.objects.get().quality == 100
