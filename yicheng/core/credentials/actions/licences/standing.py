"""Suspending, restoring and revoking: whoever scans the code sees it from that moment."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.actions.licences.issuing import current, lock
from yicheng.core.credentials.actions.licences.telling import leave_word, required_reason
from yicheng.core.credentials.licences.facts import LicenceFacts
from yicheng.core.credentials.licences.reading import facts_of
from yicheng.core.credentials.models import Licence
from yicheng.core.kernel.errors import Conflict
from yicheng.core.people.public import Viewer


@transaction.atomic
def suspend_licence(viewer: Viewer, licence_id: int, *, reason: str) -> LicenceFacts:
    """It does not count until restored. Raises ``Conflict`` unless it is valid."""
    return _turn(viewer, licence_id, to=Licence.Status.SUSPENDED, kind="suspended", reason=reason)


@transaction.atomic
def restore_licence(viewer: Viewer, licence_id: int, *, reason: str) -> LicenceFacts:
    """It counts again. Raises ``Conflict`` unless it is suspended."""
    return _turn(viewer, licence_id, to=Licence.Status.VALID, kind="restored", reason=reason)


@transaction.atomic
def revoke_licence(viewer: Viewer, licence_id: int, *, reason: str) -> LicenceFacts:
    """It never counts again."""
    return _turn(viewer, licence_id, to=Licence.Status.REVOKED, kind="revoked", reason=reason)


def _turn(viewer: Viewer, licence_id: int, *, to: Licence.Status, kind: str, reason: str) -> LicenceFacts:
    licence = lock(viewer, licence_id)
    why = required_reason(reason)
    version = current(licence)
    if licence.status == to:
        raise Conflict(_("The licence already stands so. Open it again to see what was done."))
    licence.status = to
    licence.save(update_fields=["status"])
    version.licence = licence
    leave_word(viewer, version, kind, reason=why)
    return facts_of(version)
