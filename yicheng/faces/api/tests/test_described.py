"""schemathesis holds every address against its description: as a stranger, as staff who may much, with nonsense."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings

from yicheng.core.cases.tests.conftest import City
from yicheng.core.events.models import ParkedEvent
from yicheng.core.notices.models import Notice
from yicheng.core.people.models import Account
from yicheng.faces.api.composed import api
from yicheng.faces.api.document import document
from yicheng.faces.api.tests.conftest import Api

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PRESENT = {"case_id", "task_id", "notice_id"}


def schema() -> Any:
    """The document with the platform behind it, in this process."""
    made = schemathesis.openapi.from_dict(document(api()))
    made.app = get_wsgi_application()
    return made


SCHEMA = schema()
held = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
    derandomize=True,
    database=None,
)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """The test's transaction outlives each request, as in Django's own test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def rows(city: City, report: Callable[..., Any]) -> dict[str, int]:
    """Something real at the addresses that name an id."""
    done = report()
    clerk = Account.objects.get(username="clerk")
    notice = Notice.objects.create(account=clerk, kind="k", subject="s", created_at=clerk.created_at)
    return {"case_id": done.case.pk, "task_id": done.open_tasks[0].pk, "notice_id": notice.pk}


def hold(case: Any, caller: Api, rows: dict[str, int]) -> None:
    """Send, and compare with what is described. Every second id is one that exists."""
    for name in PRESENT.intersection(case.path_parameters or ()):
        if isinstance(case.path_parameters[name], int) and case.path_parameters[name] % 2:
            case.path_parameters[name] = rows[name]
    cookies = {name: morsel.value for name, morsel in caller.client.cookies.items()}
    case.call_and_validate(headers=caller.headers, cookies=cookies)


@SCHEMA.parametrize()  # type: ignore[untyped-decorator]
@held
def test_as_a_stranger(case: Any, calls: Callable[[str], Api], rows: dict[str, int]) -> None:
    hold(case, calls(""), rows)


@SCHEMA.parametrize()  # type: ignore[untyped-decorator]
@held
def test_as_staff(case: Any, calls: Callable[[str], Api], rows: dict[str, int]) -> None:
    hold(case, _clerk(calls), rows)
    assert not ParkedEvent.objects.exists()


def _clerk(calls: Callable[[str], Api], kept: dict[int, Api] = {}) -> Api:  # noqa: B006  one sign-in per test
    key = id(calls)
    if key not in kept:
        kept.clear()
        kept[key] = calls("clerk")
    return kept[key]
