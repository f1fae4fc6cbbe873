"""A kept connection is looked at, not asked, and one whose server has gone is not used again."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, connections

from yicheng.runtime import liveness

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Any:
    made = connections.create_connection("default")
    made.ensure_connection()
    yield made
    made.close()


def _end(pid: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_a_fresh_connection_is_not_asked_again(own: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert own.is_usable()
    monkeypatch.setattr(own.connection, "cursor", None)  # asking would fail
    assert own.is_usable()


def test_an_idle_one_is_asked(own: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert own.is_usable()
    asked: list[int] = []
    cursor = own.connection.cursor

    def asking() -> Any:
        asked.append(1)
        return cursor()

    monkeypatch.setattr(own.connection, "cursor", asking)
    monkeypatch.setattr(liveness, "IDLE_S", 0.0)
    assert own.is_usable()
    assert asked == [1]


def test_one_whose_server_has_gone_is_noticed(own: Any) -> None:
    assert own.is_usable()
    _end(own.connection.info.backend_pid)
    assert not own.is_usable()


def test_none_is_not_usable() -> None:
    assert not connections.create_connection("default").is_usable()
