"""Which database Django uses: ``DATABASE_URL``, or the embedded server."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import unquote, urlsplit


def database_settings() -> dict[str, Any]:
    """Django's settings for the one database."""
    url = urlsplit(os.environ.get("DATABASE_URL", "postgresql://yicheng@127.0.0.1:5432/yicheng"))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": url.port or "",
        "CONN_MAX_AGE": 600,
    }
