"""Writing records: each is one INSERT in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from django.db import connection
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.public import Viewer

_AUDIT = """
INSERT INTO journal_audit
    (happened_at, division_code, account_id, viewer_kind, organisation_id, address, action, subject, detail)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_ACCESS = """
INSERT INTO journal_access
    (division_code, person_id, account_id, viewer_kind, organisation_id, address, subject, purpose)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


def record(viewer: Viewer, *, action: str, subject: str, division: str, detail: Mapping[str, Any]) -> None:
    who = (viewer.account_id, viewer.kind, viewer.organisation_id, viewer.address)
    text = msgspec.json.encode(detail, enc_hook=str).decode()
    with connection.cursor() as cursor:
        cursor.execute(_AUDIT, [clock.now(), division, *who, action, subject, text])


def record_access(viewer: Viewer, *, person_id: int, subject: str, purpose: str) -> None:
    if not purpose.strip():
        raise Invalid(_("Say for what purpose you look at personal data."))
    if viewer.account_id == person_id:
        return
    who = (viewer.account_id, viewer.kind, viewer.organisation_id, viewer.address)
    with connection.cursor() as cursor:
        cursor.execute(_ACCESS, ["", person_id, *who, subject, purpose.strip()[:200]])
