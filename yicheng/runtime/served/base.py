"""The PostgreSQL backend for a server of one's own. Django finds it by the name ``base`` in the package."""

from __future__ import annotations

from django.db.backends.postgresql import base

from yicheng.runtime.liveness import Watched


class DatabaseWrapper(Watched, base.DatabaseWrapper):
    """PostgreSQL, its connection looked at before each request."""
