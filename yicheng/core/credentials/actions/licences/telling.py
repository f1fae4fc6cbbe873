"""What every change of a licence leaves behind: its own line, the audit trail, an event, a word to the holder."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.licences.events import LicenceTold
from yicheng.core.credentials.licences.holders import account_ids_for
from yicheng.core.credentials.models import LicenceChange, LicenceVersion
from yicheng.core.events.public import publish
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Invalid
from yicheng.core.notices.public import notify
from yicheng.core.people.public import Viewer


def required_reason(reason: str) -> str:
    """The reason, trimmed. Raises ``Invalid`` without one."""
    why = reason.strip()
    if not why:
        text = _("Say why: the holder reads it.")
        raise Invalid(text, fields={"reason": text})
    return why[:400]


def leave_word(viewer: Viewer, version: LicenceVersion, kind: str, *, reason: str = "") -> None:
    """All of it, in the caller's transaction."""
    change = _record(viewer, version, kind, reason=reason)
    _tell(version, kind, change)


def _record(viewer: Viewer, version: LicenceVersion, kind: str, *, reason: str) -> LicenceChange:
    licence = version.licence
    change = LicenceChange.objects.create(
        licence=licence,
        version=version,
        kind=kind,
        reason=reason,
        happened_at=clock.now(),
        account_id=viewer.account_id,
    )
    detail = {"type": licence.type.code, "version": version.number, "reason": reason}
    record(
        viewer,
        action=f"credentials.licence_{kind}",
        subject=f"licence/{licence.pk}",
        division=licence.division_code,
        detail=detail,
    )
    return change


def _tell(version: LicenceVersion, kind: str, change: LicenceChange) -> None:
    licence = version.licence
    subject = f"licence/{licence.pk}"
    told = LicenceTold(
        licence.pk, licence.type.code, version.pk, licence.holder_id, licence.organisation_id, licence.case_id
    )
    publish(f"credentials.licence_{kind}", told, subject=subject, division=licence.division_code)
    notify(
        f"credentials.licence_{kind}",
        account_ids_for(licence.holder_id),
        subject=f"licence_change/{change.pk}",
        link=f"/me/licences/{licence.pk}/",
        values={"title": version.type_version.name, "number": licence.number},
    )
