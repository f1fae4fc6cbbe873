"""Which database Django uses: the server that ``DATABASE_URL`` names, or the embedded one.

Connections stay open with their thread (``CONN_MAX_AGE``): granian serves from a fixed
set of threads, so their number is known, and a request pays for no pool and no handshake.
The hot paths' statements stay prepared on them (``core/kernel/statements.py``).
"""

from __future__ import annotations

import os
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from yicheng.runtime.cluster import DATABASE


def database_settings() -> dict[str, Any]:
    """Django's settings for the one database. The embedded server starts at the first connection, not here."""
    #: a PostgreSQL server, as libpq writes it (``postgresql://user:password@host/name``); empty: the embedded one
    url = os.environ.get("DATABASE_URL", "")
    #: set by the tests themselves
    test_database = os.environ.get("YICHENG_TEST_DATABASE")
    #: "off" behind a pooler that gives each transaction another connection and knows no prepared statements
    prepares = os.environ.get("YICHENG_PREPARED", "on") != "off"
    found = _server(url) if url else _embedded()
    return {
        **found,
        # Django's own cursors never prepare, whatever this number; None would forbid it to the hot paths too
        "OPTIONS": {**found.get("OPTIONS", {}), "prepare_threshold": 5 if prepares else None},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": test_database},
    }


def is_durable() -> bool:
    """Whether the embedded server syncs to disk."""
    #: "off": the embedded database no longer survives a power cut, and tests are faster
    return os.environ.get("YICHENG_FSYNC", "on") != "off"


def _embedded() -> dict[str, Any]:
    return {"ENGINE": "yicheng.runtime.embedded", "NAME": DATABASE}


def _server(url: str) -> dict[str, Any]:
    """Every form and option libpq takes: several hosts, sslmode, a socket's folder."""
    parts: dict[str, Any] = conninfo_to_dict(url)
    return {
        "ENGINE": "yicheng.runtime.served",
        "NAME": parts.pop("dbname", DATABASE),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": parts,
    }
