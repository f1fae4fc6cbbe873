"""Setting a seal: the rule that allows it, the signature, one line in the log of uses, all or nothing."""

from __future__ import annotations

import hashlib

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.keys import ring
from yicheng.core.credentials.models import Seal, SealRequest, SealRule
from yicheng.core.credentials.sealing.picture import picture
from yicheng.core.credentials.sealing.rules import purpose_of, subject_of, ways_for
from yicheng.core.credentials.sealing.signing import Wanted, signed
from yicheng.core.journal.public import record
from yicheng.core.kernel.errors import Conflict, Forbidden, NotFound
from yicheng.core.people.public import Viewer

Way = SealRule.Way

_INSERT = """
INSERT INTO credentials_seal_use
    (division_code, seal_id, key_id, account_id, viewer_kind, request_id, subject, reason, digest_before, digest_after)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@transaction.atomic
def seal_pdf(viewer: Viewer, pdf: bytes, *, seal: str, reason: str, subject: str) -> bytes:
    """The PDF with the seal set on it, the use of the seal in its log. See ``public.seal_pdf``."""
    row = _seal(seal)
    request = _allowed(viewer, row, subject)
    key = ring.key_for(purpose_of(row), subject_of(row))
    wanted = Wanted(str(row), reason, picture(row), float(row.diameter_mm))
    out = signed(pdf, key, ring.root().certificate, wanted=wanted)
    _log(viewer, row, key_id=key.id, request=request, subject=subject, reason=reason, before=pdf, after=out)
    return out


def _seal(code: str) -> Seal:
    row = Seal.objects.select_related("organisation").filter(code=code).first()
    if row is None:
        raise NotFound(_("There is no seal “%(code)s”. Register it first."), code=code)
    if row.state != Seal.State.IN_USE:
        raise Conflict(
            _("The seal “%(seal)s” is %(state)s: it is set on nothing. Ask its custodian."),
            seal=row,
            state=row.get_state_display(),
        )
    return row


def _allowed(viewer: Viewer, seal: Seal, subject: str) -> SealRequest | None:
    """The request that this use rests on, None where it needs none. Raises ``Forbidden``, ``Conflict``."""
    ways = ways_for(seal, subject)
    if viewer.kind == "system" and Way.PROCESS in ways:
        return None
    if viewer.kind != "system":
        viewer.require("credentials.use_seal", organisation_id=seal.organisation_id)
        if Way.HAND in ways:
            return None
        if Way.APPROVAL in ways:
            return _granted(viewer, seal, subject)
    raise Forbidden(
        _("The rules of the seal “%(seal)s” do not let it be set on this. Choose another one."), seal=seal
    )


def _granted(viewer: Viewer, seal: Seal, subject: str) -> SealRequest | None:
    if viewer.account_id == seal.custodian_id:
        return None  # who keeps the seal agrees by setting it
    rows = SealRequest.objects.select_for_update().filter(seal=seal, subject=subject)
    request = rows.filter(state=SealRequest.State.GRANTED).first()
    if request is None:
        raise Conflict(
            _("The custodian of the seal “%(seal)s” has not agreed to this use yet. Ask first."),
            seal=seal,
            code="seal_needs_approval",
        )
    request.state = SealRequest.State.USED
    request.save(update_fields=["state"])
    return request


def _log(
    viewer: Viewer,
    seal: Seal,
    *,
    key_id: int,
    request: SealRequest | None,
    subject: str,
    reason: str,
    before: bytes,
    after: bytes,
) -> None:
    division = seal.organisation.division_code
    digests = [hashlib.sha256(one).hexdigest() for one in (before, after)]
    who = (viewer.account_id, viewer.kind, request.pk if request else None)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [division, seal.pk, key_id, *who, subject, reason[:200], *digests])
    record(
        viewer,
        action="credentials.use_seal",
        subject=f"seal/{seal.pk}",
        division=division,
        detail={"on": subject, "digest": digests[1]},
    )
