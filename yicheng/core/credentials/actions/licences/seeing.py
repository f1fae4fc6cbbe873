"""Being shown a licence: each time leaves a line in the holder's log; staff state a purpose first."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.licences import codes
from yicheng.core.credentials.licences.facts import LicenceFacts, LicenceProof, Verified
from yicheng.core.credentials.licences.reading import (
    facts_of,
    public_fields,
    rules_of,
    standing,
    verified,
    versions,
)
from yicheng.core.credentials.models import Licence, LicenceVersion, Showing
from yicheng.core.journal.public import record_access
from yicheng.core.kernel.errors import Invalid, NotFound
from yicheng.core.people.parties import with_number
from yicheng.core.people.public import SYSTEM, PartyKind, Viewer, proper_number, scoped

SEE = "credentials.see_licences"
AT_MOST = 200
_SHOWN = """
INSERT INTO credentials_showing (division_code, licence_id, version_id, party_id, kind, fields,
    viewer_kind, account_id, organisation_id, stated, purpose)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
"""


def log_showing(
    viewer: Viewer,
    version: LicenceVersion,
    *,
    kind: Showing.Kind,
    fields: Sequence[str] = (),
    stated: str = "",
    purpose: str = "",
) -> int:
    """A line in the holder's log, in the caller's transaction; answers its id. One INSERT, no address."""
    licence = version.licence
    where = (licence.division_code, licence.pk, version.pk, licence.holder_id, kind.value, list(fields))
    who = (viewer.kind, viewer.account_id, viewer.organisation_id)
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, [*where, *who, stated.strip()[:120], purpose.strip()[:200]])
        (shown_id,) = cursor.fetchone()
    return int(shown_id)


def scan(viewer: Viewer, code: str) -> Verified | None:
    """What a printed code proves, and a line in the holder's log; None for a code that nobody issued."""
    version = versions().filter(code=codes.normal(code)).first()
    if version is None:
        return None
    keys = [field.rule.key for field in public_fields(version)]
    if viewer.account_id is None or viewer.account_id != version.licence.holder.account_id:
        log_showing(viewer, version, kind=Showing.Kind.CODE, fields=keys)
    return verified(version)


def log_file(viewer: Viewer, version_id: int) -> LicenceVersion:
    """The version whose sealed file was checked, with a line in the holder's log."""
    version = versions().get(pk=version_id)
    log_showing(viewer, version, kind=Showing.Kind.FILE)
    return version


@transaction.atomic
def open_licence(viewer: Viewer, licence_id: int, *, purpose: str) -> LicenceFacts:
    """The whole licence for staff. The purpose stands in the holder's log. Raises ``Invalid``, ``NotFound``."""
    return facts_of(log_staff(viewer, licence_id, purpose=purpose))


@transaction.atomic
def log_staff(viewer: Viewer, licence_id: int, *, purpose: str) -> LicenceVersion:
    """The current version for staff who may see it, with a line in the holder's log. Raises as ``open_licence``."""
    version = versions().filter(current_of=licence_id).first()
    if version is None:
        raise NotFound(_("There is no such licence."))
    licence = version.licence
    viewer.require(SEE, organisation_id=licence.organisation_id, division=licence.division_code)
    _log_look(viewer, version, purpose=required_purpose(purpose))
    return version


@transaction.atomic
def find_licences(viewer: Viewer, *, kind: PartyKind, number: str, purpose: str) -> list[LicenceFacts]:
    """What the viewer's bodies issued to whoever has this number; each is a look that the holder reads.

    Raises ``Invalid`` for a number that is none, or without a purpose; ``Forbidden``.
    """
    viewer.require(SEE)
    why = required_purpose(purpose)
    party = with_number(kind, proper_number(kind, number))
    if party is None:
        return []
    mine = scoped(Licence.objects.filter(holder=party), viewer, SEE)
    rows = versions().filter(current_of__in=mine).order_by("-licence__issued_at", "-id")[:AT_MOST]
    for version in rows:
        _log_look(viewer, version, purpose=why)
    return [facts_of(version) for version in rows]


def required_purpose(purpose: str) -> str:
    """The purpose, trimmed. Raises ``Invalid`` without one."""
    why = purpose.strip()
    if not why:
        text = _("Say for what purpose you look at personal data.")
        raise Invalid(text, fields={"purpose": text})
    return why


def _log_look(viewer: Viewer, version: LicenceVersion, *, purpose: str) -> None:
    licence = version.licence
    keys = ["holder_name", *(rule.key for rule in rules_of(version.type_version_id))]
    log_showing(viewer, version, kind=Showing.Kind.STAFF, fields=keys, purpose=purpose)
    account_id = licence.holder.account_id
    if account_id is not None:
        record_access(viewer, person_id=account_id, subject=f"licence/{licence.pk}", purpose=purpose)


@transaction.atomic
def proof_of(
    party_id: int, type_code: str, *, viewer: Viewer = SYSTEM, purpose: str = ""
) -> LicenceProof | None:
    """The newest valid licence of this kind, in place of a paper; each use stands in the holder's log."""
    rows = versions().filter(
        licence__holder_id=party_id, licence__type__code=type_code, current_of__isnull=False
    )
    for version in rows.order_by("-id")[:20]:
        if standing(version.licence, version) == "valid":
            return _proof(viewer, version, purpose=purpose)
    return None


def _proof(viewer: Viewer, version: LicenceVersion, *, purpose: str) -> LicenceProof:
    facts = facts_of(version)
    keys = list(facts.values())
    shown_id = log_showing(viewer, version, kind=Showing.Kind.PROOF, fields=keys, purpose=purpose)
    return LicenceProof(
        licence_id=facts.id,
        number=facts.number,
        type_code=facts.type_code,
        type_name=facts.type_name,
        type_name_en=facts.type_name_en,
        organisation_id=facts.organisation_id,
        valid_until=facts.valid_until,
        fields=facts.values(),
        receipt=f"showing/{shown_id}",
    )
