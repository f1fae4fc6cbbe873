"""A small city with some cases, people of every kind, and a browser that looks at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, Page

from yicheng.core.cases import classes
from yicheng.core.cases.actions.processes import publish_version, save_version
from yicheng.core.cases.public import NewCase, case_classes, start_case
from yicheng.core.kernel.pack import load_pack, open_pack
from yicheng.core.people.models import Account, Appointment, Organisation, Role
from yicheng.core.people.public import SYSTEM
from yicheng.core.places import atlas
from yicheng.core.places.public import divisions
from yicheng.core.web.city import forget_city

TOWN = Path(__file__).resolve().parents[1] / "cities" / "tinytown"
DRAWN = Path(__file__).resolve().parents[2] / "cities" / "zhengzhou" / "processes"


@dataclass(frozen=True)
class Town:
    """What the tests look at."""

    address: str
    cases: tuple[int, ...]
    tasks: tuple[int, ...]
    sessions: dict[str, str]


@pytest.fixture
def town(transactional_db: None, live_server: Any) -> Iterator[Town]:
    """The invented town of the tests, loaded from its pack, with three cases and an account of each kind."""
    _forget()
    load_pack(open_pack(TOWN))
    _publish()
    sessions = {
        username: _session(username, kind)
        for username, kind in (("clerk", "staff"), ("resident", "resident"))
    }
    done = [_start(number) for number in range(3)]
    yield Town(
        live_server.url,
        tuple(one.case.pk for one in done),
        tuple(task.pk for one in done for task in one.open_tasks),
        sessions,
    )
    _forget()


@pytest.fixture
def look(chromium: Browser, town: Town) -> Iterator[Callable[..., Page]]:
    """Opens a page as somebody, in a language, at a width."""
    contexts = []

    def open_page(
        path: str, *, who: str = "", language: str = "zh-hans", width: int = 1280, dark: bool = False
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        cookies: list[Any] = [{"name": "django_language", "value": language, "url": town.address}]
        if who:
            cookies.append({"name": "sessionid", "value": town.sessions[who], "url": town.address})
        context.add_cookies(cookies)
        page = context.new_page()
        page.goto(town.address + path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def _session(username: str, kind: str) -> str:
    account = Account(username=username, kind=kind, display_name=username.title())
    account.organisation = Organisation.objects.order_by("pk").first() if kind == "staff" else None
    account.set_unusable_password()
    account.save()
    for role in Role.objects.all() if kind == "staff" else ():
        Appointment.objects.create(account=account, role=role)
    client = Client()
    client.force_login(account)
    return client.cookies["sessionid"].value


def _forget() -> None:
    """What the process remembers of another test's town."""
    for forget in (cache.clear, forget_city, atlas.forget, classes.forget):
        forget()


def _publish() -> None:
    """The town draws no process of its own: it takes the one drawn for Zhengzhou."""
    files = {path.name: path.read_text("utf-8") for path in DRAWN.glob("urban*")}
    publish_version(SYSTEM, save_version(SYSTEM, "urban.case", files=files).pk)


def _start(number: int) -> Any:
    leaf = [info for info in case_classes("urban") if info.is_leaf][number]
    street = divisions(3)[0]
    new = NewCase(
        "urban.case",
        leaf.code,
        ("路灯不亮", "井盖缺失", "垃圾没人收")[number],
        "portal",
        description="已经三天了，晚上很危险。",
        division_code=street.code,
        lon=street.lon,
        lat=street.lat,
        address="建设路 1 号",
        severity=number + 1,
        is_public=True,
    )
    return start_case(SYSTEM, new)
