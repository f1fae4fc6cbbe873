"""A browser that records what it does, and Tinytown with staff for every step behind a live server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from yicheng.apps.urban.limits import PER_ADDRESS
from yicheng.apps.urban.tests.town import Town, build_town, forget
from yicheng.core.people.limits import forgive
from yicheng.core.people.models import Account

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@pytest.fixture
def records(request: pytest.FixtureRequest) -> Path:
    """Where traces and pictures of this test go: ``build/journeys/`` (git-ignored)."""
    name: str = request.node.name
    folder = Path(django_settings.PROJECT) / "build" / "journeys" / name.replace("/", "-")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def live_town(transactional_db: None, live_server: Any) -> Iterator[Town]:
    """Tinytown behind a live server."""
    yield build_town()
    forgive(PER_ADDRESS, "127.0.0.1")  # the counters' table outlives the test
    forget()


@pytest.fixture
def enter(
    chromium: Browser, live_town: Town, live_server: Any, records: Path
) -> Iterator[Callable[..., Page]]:
    """Opens a browser of one's own as somebody ("" for a stranger); what happens in it is recorded."""
    opened: list[tuple[str, BrowserContext]] = []

    def somebody(username: str = "", *, language: str = "en", size: dict[str, int] = DESK) -> Page:
        context = chromium.new_context(viewport=size, base_url=live_server.url)  # type: ignore[arg-type]
        context.tracing.start(screenshots=True, snapshots=True)
        cookies: list[Any] = [{"name": "django_language", "value": language, "url": live_server.url}]
        if username:
            Account.objects.filter(username=username).update(language=language)
            client = Client()
            client.force_login(Account.objects.get(username=username))
            session = client.cookies["sessionid"].value
            cookies.append({"name": "sessionid", "value": session, "url": live_server.url})
        context.add_cookies(cookies)
        opened.append((username or "stranger", context))
        return context.new_page()

    yield somebody
    for number, (name, context) in enumerate(opened):
        context.tracing.stop(path=records / f"{number:02}-{name}.zip")
        context.close()
