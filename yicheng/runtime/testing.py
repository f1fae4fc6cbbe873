"""Points pytest at an embedded database of its own, in ``var/test``, before Django reads its settings.

Loaded by ``-p`` in ``pyproject.toml``. The server starts once, is shared by all xdist
workers, and stays up for ten minutes after the last run. The test database is kept too,
under a name made from the migrations: while they don't change, the next run begins at once.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import psycopg
from hypothesis import settings as property_settings
from psycopg import sql

from yicheng.runtime import postgres
from yicheng.runtime.catalogues import compile_stale
from yicheng.runtime.home import home

# A slow moment of the machine is no fault of the code: properties have no time limit.
property_settings.register_profile("yicheng", deadline=None)
property_settings.load_profile("yicheng")

PACKAGE = Path(__file__).resolve().parents[1]
#: False in xdist's workers and in runs that a test starts: they use what this run has set up
IS_FIRST = "YICHENG_TEST_DATABASE" not in os.environ


def fingerprint() -> str:
    """Changes with any migration, ours or a dependency's."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.glob("**/migrations/*.py")):
        digest.update(path.read_bytes())
    lock = PACKAGE.parent / "requirements.lock"
    digest.update(lock.read_bytes() if lock.exists() else b"")
    return digest.hexdigest()[:10]


def pytest_sessionfinish() -> None:
    """Drop test databases of other migrations than these, if this run used the server at all."""
    cluster = postgres.held(home())
    if cluster is None or not IS_FIRST:
        return
    with psycopg.connect(dbname="postgres", autocommit=True, **postgres.address(cluster)) as connection:
        names = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'").fetchall()
        for (name,) in names:
            if not name.startswith(os.environ["YICHENG_TEST_DATABASE"]):
                drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                connection.execute(drop.format(sql.Identifier(name)))


if IS_FIRST:
    os.environ["YICHENG_HOME"] = str(home() / "test")
    os.environ["YICHENG_FSYNC"] = "off"
    os.environ["YICHENG_TEST_DATABASE"] = f"test_{fingerprint()}"
    compile_stale()
