"""What applications and faces may call about seals, documents and licences. Bodies live in ``actions`` and ``queries``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from yicheng.core.credentials.facts import NewSeal
from yicheng.core.people.public import SYSTEM, Viewer

if TYPE_CHECKING:
    from yicheng.core.credentials.licences.facts import (  # noqa: TC004
        LicenceFacts,
        LicenceProof,
        TypeFacts,
        Verified,
    )
    from yicheng.core.credentials.sealing.checking import SignatureFacts

__all__ = [
    "LicenceFacts",
    "LicenceProof",
    "NewSeal",
    "TypeFacts",
    "Verified",
    "change_licence",
    "check_pdf",
    "issue_licence",
    "licence_types",
    "licences_of",
    "proof_of",
    "published_keys",
    "register_seal",
    "renew_licence",
    "restore_licence",
    "revoke_licence",
    "seal_pdf",
    "sign_jws",
    "suspend_licence",
    "verify",
]


def seal_pdf(viewer: Viewer, pdf: bytes, *, seal: str, reason: str, subject: str) -> bytes:
    """The PDF with a seal set on it (PAdES B-B, B-T with a time-stamp service), the use written into its log.

    ``seal`` is its code, ``subject`` what is sealed (``licence/food/7``): the seal's rules must cover it. The platform
    itself (``SYSTEM``) may where a rule says so. The seal goes where the template left a place: a box that links to
    ``seal:here``. Raises ``NotFound``, ``Forbidden``, ``Conflict`` (suspended, approval missing), ``Invalid`` (no PDF).
    """
    from yicheng.core.credentials.actions import setting

    return setting.seal_pdf(viewer, pdf, seal=seal, reason=reason, subject=subject)


def register_seal(viewer: Viewer, new: NewSeal) -> int:
    """A body's seal with its rules and its key (right ``credentials.keep_seals``); answers its id. Raises ``Invalid``."""
    from yicheng.core.credentials.actions import keeping

    return keeping.register_seal(viewer, new).pk


def check_pdf(pdf: bytes) -> list[SignatureFacts]:
    """Every signature on a PDF with what it is worth, oldest first. Raises ``Invalid`` where it is no readable PDF."""
    from yicheng.core.credentials.sealing import checking

    return checking.check_pdf(pdf)


def sign_jws(purpose: str, header: Mapping[str, Any], payload: Mapping[str, Any]) -> str:
    """A statement signed for machines: JWS compact, ES256, ``alg`` and ``kid`` set. Purposes: ``licences``."""
    from yicheng.core.credentials.keys import jws

    return jws.sign_jws(purpose, header, payload)


def published_keys() -> dict[str, Any]:
    """The public keys that statements are checked with, as a JSON Web Key Set."""
    from yicheng.core.credentials.keys import jws

    return jws.published_keys()


def licence_types() -> list[TypeFacts]:
    """The kinds of licence that the city issues, with their fields. Three queries at most, then remembered."""
    from yicheng.core.credentials.queries import licences

    return licences.licence_types()


def issue_licence(
    viewer: Viewer,
    type_code: str,
    party_id: int,
    fields: Mapping[str, str],
    *,
    organisation_id: int,
    case_id: int | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> LicenceFacts:
    """Issue a licence (right ``credentials.issue_licence`` over the body; ``SYSTEM`` for a decided case).

    ``fields`` by key as the kind has them, all as text; dates as ISO 8601. Without ``valid_until`` it runs as long as
    the kind says. Raises ``Invalid`` (``fields`` by key), ``NotFound``, ``Forbidden``.
    """
    from yicheng.core.credentials.actions.licences import issuing
    from yicheng.core.credentials.licences.facts import NewLicence

    new = NewLicence(
        type_code=type_code,
        party_id=party_id,
        fields=fields,
        organisation_id=organisation_id,
        case_id=case_id,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    return issuing.issue_licence(viewer, new)


def renew_licence(
    viewer: Viewer, licence_id: int, *, reason: str, valid_until: date | None = None
) -> LicenceFacts:
    """A further term; the old paper counts as replaced. Raises ``Conflict``, ``Invalid``."""
    from yicheng.core.credentials.actions.licences import issuing

    return issuing.renew_licence(viewer, licence_id, reason=reason, valid_until=valid_until)


def change_licence(
    viewer: Viewer, licence_id: int, *, values: Mapping[str, str], reason: str
) -> LicenceFacts:
    """Other words (all fields are given); the old paper counts as replaced. Raises ``Conflict``, ``Invalid``."""
    from yicheng.core.credentials.actions.licences import issuing

    return issuing.change_licence(viewer, licence_id, values=values, reason=reason)


def suspend_licence(viewer: Viewer, licence_id: int, *, reason: str) -> LicenceFacts:
    """It does not count until restored. Raises ``Conflict``."""
    from yicheng.core.credentials.actions.licences import standing

    return standing.suspend_licence(viewer, licence_id, reason=reason)


def restore_licence(viewer: Viewer, licence_id: int, *, reason: str) -> LicenceFacts:
    """A suspended one counts again. Raises ``Conflict``."""
    from yicheng.core.credentials.actions.licences import standing

    return standing.restore_licence(viewer, licence_id, reason=reason)


def revoke_licence(viewer: Viewer, licence_id: int, *, reason: str) -> LicenceFacts:
    """It never counts again. Raises ``Conflict``."""
    from yicheng.core.credentials.actions.licences import standing

    return standing.revoke_licence(viewer, licence_id, reason=reason)


def licences_of(viewer: Viewer, party_id: int) -> list[LicenceFacts]:
    """A holder's licences, the newest first; for the holder and who may act for them. Raises ``Forbidden``."""
    from yicheng.core.credentials.queries import licences

    return licences.licences_of(viewer, party_id)


def proof_of(
    party_id: int, type_code: str, *, viewer: Viewer = SYSTEM, purpose: str = ""
) -> LicenceProof | None:
    """The newest valid licence of this kind, in place of a paper; None where there is none.

    Each answer stands in the holder's log with the purpose; ``receipt`` names that line. The caller has checked that
    the party applies.
    """
    from yicheng.core.credentials.actions.licences import seeing

    return seeing.proof_of(party_id, type_code, viewer=viewer, purpose=purpose)


def verify(code: str) -> Verified | None:
    """What a printed code proves; None for a code that nobody issued. Two queries; leaves no line in the log."""
    from yicheng.core.credentials.queries import licences

    return licences.verify(code)
