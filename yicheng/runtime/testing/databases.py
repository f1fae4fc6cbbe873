"""Each run, and each worker of it, tests in a copy of one migrated database: made in a moment, gone at the end."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

from yicheng.runtime import postgres, processes
from yicheng.runtime.home import home
from yicheng.runtime.testing import template
from yicheng.runtime.testing.rows import end_shared_rows


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The database of this process. A run that a test starts may have migrations of its own."""
    from yicheng.runtime.testing import IS_FIRST

    worker: Any = getattr(request.config, "workerinput", None)
    name = f"test_of_{os.getpid()}"
    with django_db_blocker.unblock():
        template.copy_template(name, is_own=IS_FIRST or worker is not None)
    yield
    with django_db_blocker.unblock():
        end_shared_rows()
        template.drop_database(name)


def drop_stale() -> None:
    """Templates of other migrations than these, and copies whose process was killed."""
    cluster = postgres.held(home())
    if cluster is None:
        return
    with psycopg.connect(dbname="postgres", autocommit=True, **postgres.address(cluster)) as connection:
        names = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'"
            " AND datname NOT IN (SELECT datname FROM pg_stat_activity WHERE datname IS NOT NULL)"
        ).fetchall()
        for (name,) in names:
            if not _is_used(name):
                drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                connection.execute(drop.format(sql.Identifier(name)))


def _is_used(name: str) -> bool:
    copy = re.fullmatch(r"test_of_(\d+)", name)
    if copy:
        return processes.is_alive(int(copy[1]))
    return name == os.environ["YICHENG_TEST_DATABASE"]
