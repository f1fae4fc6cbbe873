"""What applications and faces may call about seals, documents and licences. Bodies live in ``actions`` and ``queries``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from yicheng.core.people.public import Viewer

if TYPE_CHECKING:
    from yicheng.core.credentials.sealing.checking import SignatureFacts

__all__ = ["check_pdf", "published_keys", "seal_pdf", "sign_jws"]


def seal_pdf(viewer: Viewer, pdf: bytes, *, seal: str, reason: str, subject: str) -> bytes:
    """The PDF with a seal set on it (PAdES B-B, B-T with a time-stamp service), the use written into its log.

    ``seal`` is its code, ``subject`` what is sealed (``licence/food/7``): the seal's rules must cover it. The platform
    itself (``SYSTEM``) may where a rule says so. The seal goes where the template left a place: a box that links to
    ``seal:here``. Raises ``NotFound``, ``Forbidden``, ``Conflict`` (suspended, approval missing), ``Invalid`` (no PDF).
    """
    from yicheng.core.credentials.actions import setting

    return setting.seal_pdf(viewer, pdf, seal=seal, reason=reason, subject=subject)


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
