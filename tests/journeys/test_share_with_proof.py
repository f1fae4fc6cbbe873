"""A department's messy workbook becomes data that another one uses by grant, with receipts that prove it to anybody."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils.timezone import localtime
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from yicheng.apps.data.actions.campaign import (
    NewDemand,
    answer_with,
    ask_for,
    judge_delivery,
    keep_scores,
    open_campaign,
)
from yicheng.apps.data.actions.loading import take_rows
from yicheng.apps.data.actions.sources import NewSource, agree_fields, set_up_source
from yicheng.apps.data.demo.making import identity
from yicheng.apps.data.intake.opening import open_sheet
from yicheng.apps.data.intake.rules import Field
from yicheng.apps.urban.tests.town import Town
from yicheng.core.events.public import drain_outbox
from yicheng.core.kernel import clock
from yicheng.core.people.public import (
    SYSTEM,
    NewStaff,
    Viewer,
    declare_identity,
    make_staff,
    prove_identity,
    viewer_of_account,
)
from yicheng.core.sharing.gateway import calls
from yicheng.core.sharing.models import Grant
from yicheng.core.sharing.receipts import log

Enter = Callable[..., Page]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEY = "east.aged"
PURPOSE = "Bus passes for the elderly"


def workbook() -> bytes:
    """A register as it is really sent: a title over it, an age in words, a total under it."""
    book, file = Workbook(), io.BytesIO()
    sheet: Any = book.active
    sheet["A1"] = "高龄老人登记台账"
    sheet.merge_cells("A1:D1")
    sheet.append(["登记编号", "姓名", "身份证号", "年龄（岁）"])
    for at, (name, age) in enumerate(
        (("张建国", 78), ("李秀英", "八十一"), ("王淑珍", 90), ("赵德明", 84)), 1
    ):
        sheet.append([f"DJ{at:04d}", name, identity(at), age])
    sheet.append(["合计", None, None, 4])
    book.save(file)
    return file.getvalue()


@pytest.fixture
def people(live_town: Town) -> dict[str, Viewer]:
    """The clerk of the district that has the data, the one that needs them, the city's data office; residents.

    Both residents stand in the register; one of them is too young for what the other district may use.
    """
    calls._signer_of.cache_clear()
    wanted = (
        NewStaff("clerk", "Clerk of East", "east", "data_keeper"),
        NewStaff("asker", "Clerk of West", "west", "data_keeper"),
        NewStaff("rival", "Clerk of Works", "works", "data_keeper"),
        NewStaff("office", "Data officer", "hall", "data_office", within=False),
    )
    made = make_staff(SYSTEM, wanted, password="a-long-Password-77")
    for at, name, resident in ((3, "王淑珍", live_town.resident), (1, "张建国", live_town.cast.residents[1])):
        party = declare_identity(resident, number=identity(at), name=name)
        prove_identity(SYSTEM, party.id)
    return {name: viewer_of_account(pk) for name, pk in made.items()}


@pytest.fixture
def campaign(people: dict[str, Viewer], live_town: Town) -> None:
    """East owes the register; the Works Office delivered already and led the ranking yesterday."""
    office, today = people["office"], localtime(clock.now()).date()
    row = open_campaign(
        office, "Collection 2026", begins_on=today - timedelta(30), ends_on=today + timedelta(60)
    )
    east, works = live_town.bodies["east"], live_town.bodies["works"]
    asked_by = live_town.bodies["west"]
    ask_for(
        office, row.pk, NewDemand("Register of the aged", east, asked_by, today + timedelta(9), data_set=KEY)
    )
    other = ask_for(office, row.pk, NewDemand("Bridges", works, asked_by, today + timedelta(9)))
    source = set_up_source(people["rival"], NewSource("works.bridges", "Bridges", works, "unconditional"))
    agree_fields(people["rival"], source.pk, [Field("n", "n", "integer", is_key=True)])
    take_rows(people["rival"], source.pk, open_sheet(b"n\n1\n2\n"), origin="push")
    answer_with(people["rival"], other.pk, "works.bridges")
    judge_delivery(office, other.pk, is_accepted=True)
    with clock.at(clock.now() - timedelta(days=1)):
        keep_scores()


def test_share_with_proof(
    people: dict[str, Viewer], campaign: None, live_town: Town, enter: Enter, live_server: Any, records: Path
) -> None:
    office = enter("office")
    _ranking(office, ["工务局", "东区公所"])

    clerk = enter("clerk")
    _bring_in(clerk, records)
    work_off()
    _accept(office)
    _ranking(office, ["工务局", "东区公所"])

    asker = enter("asker")
    _ask(asker)
    _grant(clerk)
    grant = Grant.objects.get()
    secret = _make_key(asker)
    receipt = _query(f"{live_server.url}/api/v1/shared/{grant.pk}", secret)
    log.sequence()

    bundle = _receipts(asker, grant, records)
    with urllib.request.urlopen(f"{live_server.url}/sharing-log/key") as answer:
        key = answer.read().decode().split()[0]
    _prove(bundle, receipt, key)

    _sees_the_access(enter("resident"), records)
    nobody = enter("resident2")
    nobody.goto("/me/looks/")
    expect(nobody.locator("main")).to_contain_text("Nobody has looked at your data")

    _ranking(office, ["东区公所", "工务局"])
    office.screenshot(path=records / "4-ranking-moved.png", full_page=True)


def work_off() -> None:
    """What the worker does."""
    while drain_outbox():
        pass


def _bring_in(page: Page, records: Path) -> None:
    """The clerk sends the workbook as it is, mends the row that is refused, publishes."""
    page.goto("/desk/data/new/")
    page.locator("[name=title]").fill("Register of the aged")
    page.locator("[name=key]").fill(KEY)
    page.locator("[name=share_type]").select_option("conditional")
    page.locator("[name=legal_basis]").fill("Law on the Rights of the Elderly, article 33")
    _upload(page, "台账.xlsx", workbook(), XLSX)
    page.get_by_role("button", name="Read the file").click()

    expect(page.locator("[name='2-kind']")).to_have_value("identity")
    expect(page.locator("[name='3-kind']")).to_have_value("integer")
    page.get_by_role("button", name="Agree, and check every row").click()
    expect(page.locator("#refused")).to_contain_text("must be a whole number")
    page.screenshot(path=records / "1-refused.png", full_page=True)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download with the reasons").click()
    table = waiting.value.path().read_text(encoding="utf-8-sig")
    _upload(page, "mended.csv", table.replace("八十一", "81").encode("utf-8-sig"), "text/csv")
    page.get_by_role("button", name="Check them again").click()
    page.get_by_role("button", name="Publish 4 rows").click()
    expect(page.get_by_text("4 rows are read from now on")).to_be_visible()


def _accept(page: Page) -> None:
    """The data office finds what came by itself, and accepts it."""
    page.goto("/desk/data/campaign/")
    page.get_by_role("link", name="Register of the aged").click()
    page.get_by_role("button", name="Accept the delivery").click()
    expect(page.get_by_text("The verdict is told to the department.")).to_be_visible()


def _ask(page: Page) -> None:
    """Another district finds the register in the catalogue and asks for two of its fields."""
    page.goto("/desk/sharing/ask/?q=Register")
    page.get_by_role("link", name="Ask Register of the aged").click()
    page.locator("[name=fields_wanted][value=xing_ming]").check()
    page.locator("[name=fields_wanted][value=nian_ling]").check()
    expect(page.locator("[name=fields_wanted][value=shen_fen_zheng_hao]")).to_have_count(0)
    page.locator("[name=purpose]").fill(PURPOSE)
    page.locator("[name=legal_basis]").fill("Rules on free bus travel, article 2")
    page.locator("[name=rows_where]").fill("nian_ling >= 80")
    page.get_by_role("button", name="Send the request").click()
    expect(page.locator("main")).to_contain_text("Waits for 东区公所")


def _grant(page: Page) -> None:
    """The clerk whose data they are gives them, the names masked."""
    page.goto("/desk/sharing/requests/")
    page.get_by_role("link", name="Register of the aged").click()
    page.get_by_role("link", name="To the task").click()
    step = page.locator("section.task").first
    step.locator("select[name$=give_xing_ming]").select_option("middle")
    step.locator("textarea[name$=answer]").fill("Names are not needed in full.")
    step.get_by_role("button", name="Grant in part").click()
    expect(page.locator("body")).to_contain_text(": done.")


def _make_key(page: Page) -> str:
    """A key for the department's own system, with the one right that it needs."""
    page.goto("/account/security/tokens/new/")
    page.locator("[name=name]").fill("Bus passes")
    page.locator("[name=rights][value='sharing.use']").check()
    page.get_by_role("button", name="Make the key").click()
    return page.locator("main p > code").first.inner_text()


def _query(address: str, secret: str) -> str:
    """The system asks; answers the signed receipt that came along."""
    call = urllib.request.Request(f"{address}?limit=10", headers={"Authorization": f"Bearer {secret}"})
    with urllib.request.urlopen(call) as answer:
        rows = json.loads(answer.read())["rows"]
        assert rows == [
            {"xing_ming": "王*珍", "nian_ling": 90},
            {"xing_ming": "赵*明", "nian_ling": 84},
            {"xing_ming": "李*英", "nian_ling": 81},
        ]
        found: str = answer.headers["Yicheng-Receipt"]
    return found


def _receipts(page: Page, grant: Grant, records: Path) -> Path:
    """What the department keeps: all receipts of the grant as one file."""
    page.goto(f"/desk/sharing/grants/{grant.pk}/")
    expect(page.locator("main")).to_contain_text("Place in the log")
    page.screenshot(path=records / "2-grant.png", full_page=True)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="All receipts, as a bundle that proves them").click()
    bundle = records / "receipts.zip"
    waiting.value.save_as(bundle)
    return bundle


def _prove(bundle: Path, receipt: str, key: str) -> None:
    """Proven on a machine without the platform's database; a receipt that nobody gave is not in it."""
    held = bundle.with_name("held.jws")
    held.write_text(receipt)
    proven = _verify(bundle, held, key)
    assert proven.returncode == 0, proven.stderr
    assert "PROVEN: 1 receipts" in proven.stdout
    head, body, signature = receipt.split(".")
    held.write_text(".".join((head, body[:-6] + "AAAAAA", signature)))
    assert _verify(bundle, held, key).returncode == 1


def _verify(bundle: Path, held: Path, key: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "yicheng", "receipts", "verify", bundle, "--key", key, "--receipt", held]
    offline = {
        **os.environ,
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
        "YICHENG_HOME": str(bundle.parent),
    }
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, env=offline, check=False
    )


def _sees_the_access(page: Page, records: Path) -> None:
    """The resident finds who used their row, and what for."""
    page.goto("/me/looks/")
    expect(page.locator("main")).to_contain_text(PURPOSE)
    expect(page.locator("main")).to_contain_text("西区公所")
    page.screenshot(path=records / "3-who-looked.png", full_page=True)


def _ranking(page: Page, bodies: list[str]) -> None:
    page.goto("/desk/data/campaign/")
    expect(page.locator("main table tbody th a")).to_have_text(bodies)


def _upload(page: Page, name: str, content: bytes, kind: str) -> None:
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": content})
