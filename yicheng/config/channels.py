"""Which ways out of the platform are switched on: read from the environment, none by default.

``YICHENG_EMAIL_URL``
    ``smtp://user:password@host:587`` (STARTTLS) or ``smtps://…:465``; ``YICHENG_EMAIL_FROM`` is the sender.
``YICHENG_SMS_URL``, ``YICHENG_SMS_TOKEN``
    A short-message provider's JSON door and its bearer token. ``YICHENG_SMS_FIELDS`` (JSON) maps phone,
    text and reference to the provider's names, ``YICHENG_SMS_EXTRA`` (JSON) goes along with every message.
``YICHENG_WEBHOOK_URL``, ``YICHENG_WEBHOOK_SECRET``
    The city's own messenger; CloudEvents signed with the secret.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

_ADAPTERS = "yicheng.core.notices.channels"


def notice_channels(environ: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """``settings.NOTICE_CHANNELS``: channel → adapter and its arguments."""
    found: dict[str, dict[str, Any]] = {}
    if environ.get("YICHENG_EMAIL_URL"):
        sender = environ.get("YICHENG_EMAIL_FROM", "yicheng@localhost")
        found["email"] = {"adapter": f"{_ADAPTERS}.email.Email", "sender": sender}
    if environ.get("YICHENG_SMS_URL"):
        found["sms"] = {
            "adapter": f"{_ADAPTERS}.gateway.SmsGateway",
            "url": environ["YICHENG_SMS_URL"],
            "token": environ.get("YICHENG_SMS_TOKEN", ""),
            "fields": json.loads(environ.get("YICHENG_SMS_FIELDS", "{}")),
            "extra": json.loads(environ.get("YICHENG_SMS_EXTRA", "{}")),
        }
    if environ.get("YICHENG_WEBHOOK_URL"):
        found["webhook"] = {
            "adapter": f"{_ADAPTERS}.gateway.Webhook",
            "url": environ["YICHENG_WEBHOOK_URL"],
            "secret": environ.get("YICHENG_WEBHOOK_SECRET", ""),
            "source": environ.get("YICHENG_URL", "yicheng"),
        }
    return found


_mail = urlsplit(os.environ.get("YICHENG_EMAIL_URL", ""))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _mail.scheme else 'console'}.EmailBackend"
EMAIL_HOST = _mail.hostname or "localhost"
EMAIL_PORT = _mail.port or (465 if _mail.scheme == "smtps" else 587)
EMAIL_HOST_USER = unquote(_mail.username or "")
EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
EMAIL_USE_SSL = _mail.scheme == "smtps"
EMAIL_USE_TLS = _mail.scheme == "smtp" and EMAIL_HOST not in {"localhost", "127.0.0.1"}
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("YICHENG_EMAIL_FROM", "yicheng@localhost")

#: where people reach the platform, for links that leave it (``https://city.example``); empty: none are sent
PUBLIC_URL = os.environ.get("YICHENG_URL", "")
NOTICE_CHANNELS = notice_channels(os.environ)
#: how long an inbox keeps a message
NOTICE_DAYS = 365
