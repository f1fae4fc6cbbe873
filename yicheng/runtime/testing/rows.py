"""Rows that many tests begin with, written once for all of them that follow one another.

They are written in a transaction that stays open; the transaction of each test is a part of it and is rolled
back as ever. A test that wants other rows, or none, ends it. For tests in one transaction only: what other
connections must see, a test commits itself (``transactional_db``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import translation
from pytest_django.plugin import blocking_manager_key

#: pytest-django's fixture that begins a test's own transaction
_BEGINS = "_django_db_helper"


class Rows:
    """What ``build`` writes and answers; ``value`` while its transaction is open."""

    def __init__(self, build: Callable[..., Any], given: tuple[str, ...]) -> None:
        self.build, self.given = build, given
        self.value: Any = None


_open: list[tuple[Rows, transaction.Atomic]] = []


def shared_rows(build: Callable[..., Any], *given: str) -> Any:
    """A fixture: ``build`` has written its rows, in English; the value is what it answered.

    The value is shared: a fixture that gives mutable things to tests gives copies.
    ``given``: fixtures of this kind that come first, and whose values ``build`` takes.
    """
    rows = Rows(build, given)

    def fixture(db: None) -> Any:
        assert any(rows is one for one, _atomic in _open), "not for tests with transactions of their own"
        return rows.value

    fixture.rows = rows  # type: ignore[attr-defined]
    return pytest.fixture(fixture)


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: Any, request: Any) -> None:
    """Just before a test's own transaction begins."""
    if fixturedef.argname == _BEGINS:
        blocker = request.getfixturevalue("django_db_blocker")
        with blocker.unblock():
            _bring_about(list(_wanted(request.node)))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that wants no rows finds no open transaction: one that closes the connection would break it."""
    if _open and not list(_wanted(item)):
        with item.config.stash[blocking_manager_key].unblock():
            end_shared_rows()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of a module that want the same rows follow one another."""
    items[:] = [
        item
        for _path, group in groupby(list(items), key=lambda item: item.path)
        for item in sorted(group, key=lambda item: [id(rows) for rows in _wanted(item)])
    ]


def end_shared_rows() -> None:
    """Roll back whatever is open."""
    _bring_about([])


def _wanted(item: Any) -> Iterator[Rows]:
    """In the order in which they are built."""
    definitions = item._fixtureinfo.name2fixturedefs  # noqa: SLF001 (pytest tells it nowhere else)
    found: dict[str, Rows] = {}
    for name, known in definitions.items():
        rows = getattr(known[-1].func, "rows", None)
        if isinstance(rows, Rows):
            found[name] = rows
    while found:
        name = next(name for name, rows in found.items() if not set(rows.given) & set(found))
        yield found.pop(name)


def _bring_about(wanted: list[Rows]) -> None:
    same = 0
    for (rows, _atomic), other in zip(_open, wanted, strict=False):
        if rows is not other:
            break
        same += 1
    while len(_open) > same:
        rows, atomic = _open.pop()
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)
        rows.value = None
    for rows in wanted[same:]:
        _write(rows)


def _write(rows: Rows) -> None:
    atomic = transaction.atomic()
    atomic.__enter__()
    try:
        with translation.override("en"):
            rows.value = rows.build(*(before.value for before, _atomic in _open if rows.given))
        connection.check_constraints()
    except BaseException as fault:
        atomic.__exit__(type(fault), fault, fault.__traceback__)
        raise
    _open.append((rows, atomic))
