"""The database that all test databases are copied from: migrated once, kept until a migration changes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from psycopg import sql

PACKAGE = Path(__file__).resolve().parents[2]


def fingerprint() -> str:
    """Changes with any migration, ours or a dependency's."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.glob("**/migrations/*.py")):
        digest.update(path.read_bytes())
    lock = PACKAGE.parent / "requirements.lock"
    digest.update(lock.read_bytes() if lock.exists() else b"")
    return digest.hexdigest()[:10]


def copy_template(name: str, *, is_own: bool) -> None:
    """Make the database ``name`` as a copy of the template, and use it from now on.

    ``is_own``: the template is of this tree's migrations; else it is used only if the migrations are the same:
    tables that no model knows would stand in the way of those that are emptied.
    """
    template = os.environ["YICHENG_TEST_DATABASE"]
    connection.close()
    with connection._nodb_cursor() as cursor:
        # one at a time: the others wait while the first migrates
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [template])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        is_there = cursor.fetchone() is not None
        if is_own and not is_there:
            _migrate(template, cursor)
        is_same = is_there and template == f"test_{fingerprint()}"
        origin = template if is_own or is_same else "template1"
        cursor.execute(_sql("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))
        cursor.execute(_sql("CREATE DATABASE {} TEMPLATE {}", name, origin))
        cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [template])
    _use(name)
    if not is_own:
        _lay_tables()


def drop_database(name: str) -> None:
    """No longer use a copy, and remove it."""
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(_sql("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))


def _migrate(template: str, cursor: object) -> None:
    """Under another name until it is complete: a killed run leaves nothing half-made to copy."""
    draft = f"{template}_draft"
    execute = cursor.execute  # type: ignore[attr-defined]
    execute(_sql("DROP DATABASE IF EXISTS {} WITH (FORCE)", draft))
    execute(_sql("CREATE DATABASE {}", draft))
    _use(draft)
    _lay_tables()
    connection.close()
    execute(_sql("ALTER DATABASE {} RENAME TO {}", draft, template))


def _lay_tables() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def _use(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _sql(text: str, *names: str) -> str:
    """Names go into the text quoted: these commands take no parameters."""
    return sql.SQL(text).format(*map(sql.Identifier, names)).as_string()
