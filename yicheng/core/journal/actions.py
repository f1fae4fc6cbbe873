"""Writing records: each is one INSERT in the caller's transaction, or part of the caller's own statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel import clock, statements
from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.public import Viewer

_AUDIT = """
INSERT INTO journal_audit
    (happened_at, division_code, account_id, viewer_kind, organisation_id, address, action, subject, detail)
VALUES (%(audit_at)s, %(audit_division)s, %(audit_account)s, %(audit_kind)s, %(audit_organisation)s,
    %(audit_address)s, %(audit_action)s, %(audit_subject)s, %(audit_detail)s)
"""
_ACCESS = """
INSERT INTO journal_access
    (division_code, person_id, account_id, viewer_kind, organisation_id, address, subject, purpose)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


def record(viewer: Viewer, *, action: str, subject: str, division: str, detail: Mapping[str, Any]) -> None:
    statements.run(_AUDIT, _line(viewer, action=action, subject=subject, division=division, detail=detail))


def recording(
    viewer: Viewer, *, action: str, subject: str, division: str, detail: Mapping[str, Any]
) -> statements.Part:
    line = _line(viewer, action=action, subject=subject, division=division, detail=detail)
    return statements.Part(f"audit AS ({_AUDIT})", line)


def _line(
    viewer: Viewer, *, action: str, subject: str, division: str, detail: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "audit_at": clock.now(),
        "audit_division": division,
        "audit_account": viewer.account_id,
        "audit_kind": viewer.kind,
        "audit_organisation": viewer.organisation_id,
        "audit_address": viewer.address,
        "audit_action": action,
        "audit_subject": subject,
        "audit_detail": msgspec.json.encode(detail, enc_hook=str).decode(),
    }


def record_access(viewer: Viewer, *, person_id: int, subject: str, purpose: str) -> None:
    if not purpose.strip():
        raise Invalid(_("Say for what purpose you look at personal data."))
    if viewer.account_id == person_id:
        return
    who = (viewer.account_id, viewer.kind, viewer.organisation_id, viewer.address)
    statements.run(_ACCESS, ["", person_id, *who, subject, purpose.strip()[:200]])
