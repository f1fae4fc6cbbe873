"""Calls side by side share one statement, and each still has its own receipt or its own refusal."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from django.db import connection

from yicheng.core.kernel import clock
from yicheng.core.sharing.gateway import calls, metering
from yicheng.core.sharing.gateway.asked import asked
from yicheng.core.sharing.gateway.bearers import BY_ACCOUNT, Caller
from yicheng.core.sharing.gateway.metering import Use
from yicheng.core.sharing.models import Grant, GrantUse, QueuedReceipt
from yicheng.core.sharing.tests.conftest import City, granted

NOW = clock.now()
USE = Use(1, 1, NOW.date(), "", NOW, 1, 2, "civil.residents", "query", 3, "x")


def side_by_side(wanted: list[Use], *, keep: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def one(use: Use) -> None:
        try:
            found[use.call] = keep(use)
        except psycopg.Error as error:
            found[use.call] = error

    threads = [threading.Thread(target=one, args=(use,)) for use in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_who_waits_is_taken_along(monkeypatch: pytest.MonkeyPatch) -> None:
    together, sizes, all_wait = metering._Together(), [], threading.Event()

    def kept(uses: Any, *, is_past: bool) -> set[str]:
        sizes.append(len(uses))
        assert all_wait.wait(10)
        return {use.call for use in uses if use.grant_id == 1}

    def keep(use: Use) -> bool:
        if len(together._waiting) == 4:  # with this one, all that are not the first
            threading.Timer(0.05, all_wait.set).start()
        return together.keep(use)

    monkeypatch.setattr(metering, "_kept", kept)
    wanted = [replace(USE, call=f"c{n}", grant_id=1 + n % 2) for n in range(6)]
    found = side_by_side(wanted, keep=keep)
    assert found == {f"c{n}": n % 2 == 0 for n in range(6)}
    assert sum(sizes) == 6
    assert len(sizes) < 6


def test_a_failed_statement_is_tried_by_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def kept(uses: Any, *, is_past: bool) -> set[str]:
        if len(uses) > 1 or uses[0].call == "bad":
            raise psycopg.DataError("broken")
        return {uses[0].call}

    together = metering._Together()
    monkeypatch.setattr(metering, "_kept", kept)
    found = side_by_side([replace(USE, call=call) for call in ("good", "bad", "fine")], keep=together.keep)
    assert (found["good"], found["fine"], type(found["bad"])) == (True, True, psycopg.DataError)


def test_one_statement_meters_all_and_leaves_out_changed_grants(city: City, residents: None) -> None:
    grant, other = granted(city), granted(city)
    uses = [replace(USE, grant_id=grant.pk, call=f"a{n}") for n in range(3)]
    uses += [
        replace(USE, grant_id=other.pk, call="b", rows=4),
        replace(USE, grant_id=other.pk, version=9, call="c"),
    ]
    assert metering._kept(uses, is_past=False) == {"a0", "a1", "a2", "b"}
    assert sorted(GrantUse.objects.values_list("grant_id", "calls", "rows")) == [
        (grant.pk, 3, 9),
        (other.pk, 1, 4),
    ]
    Grant.objects.filter(pk=grant.pk).update(revoked_at=clock.now(), revoke_reason="x")
    assert metering._kept(uses[:1], is_past=False) == set()
    assert QueuedReceipt.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_each_of_many_calls_has_its_receipt(city: City, residents: None) -> None:
    grant, by = granted(city, rows_where=""), Caller(BY_ACCOUNT, city.asker.account_id or 0)

    def work(use: Use) -> int:
        try:
            return sum(calls.page(by, grant.pk, asked("limit=2"), line="GET x").rows for _call in range(10))
        finally:
            connection.close()

    found = side_by_side([replace(USE, call=str(n)) for n in range(6)], keep=work)
    assert set(found.values()) == {20}
    assert QueuedReceipt.objects.values("call").distinct().count() == 60
    assert [sum(column) for column in zip(*GrantUse.objects.values_list("calls", "rows"), strict=True)] == [
        60,
        120,
    ]
