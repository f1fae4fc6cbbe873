"""Shared rows stay for the tests that want them, and for no other."""

from __future__ import annotations

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from yicheng.runtime.testing import rows


def test_a_test_without_rows_finds_no_open_transaction(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest
) -> None:
    with django_db_blocker.unblock():
        rows._write(rows.Rows(lambda: "written", ()))
        assert connection.in_atomic_block
        rows.pytest_runtest_setup(request.node)
        assert not connection.in_atomic_block


def test_a_connection_closed_under_the_rows_is_opened_anew(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        rows._write(rows.Rows(lambda: "written", ()))
        connection.close()
        rows.end_shared_rows()
        assert not connection.ensure_timezone()
