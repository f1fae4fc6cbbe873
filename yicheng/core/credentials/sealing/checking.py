"""What the seals on a PDF are worth: who sealed, when, whether a byte changed since, and whether the city knows the key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from yicheng.core.credentials.keys import certificates, ring
from yicheng.core.credentials.models import Key
from yicheng.core.kernel.errors import Invalid

LARGEST = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SignatureFacts:
    """One signature on a PDF. ``is_sound``: nothing changed and the signature is mathematically right.

    ``is_trusted``: the certificate comes from the city's authority, or one it trusts, and held at that time.
    ``seal``: the code of the city's own seal, "" for another signer. ``has_time_stamp``: the time is not only the
    signer's own word.
    """

    field: str
    signer: str
    organisation: str
    number: str
    signed_at: datetime | None
    has_time_stamp: bool
    is_sound: bool
    is_trusted: bool
    seal: str = ""
    reason: str = ""

    @property
    def holds(self) -> bool:
        """Whether one may rely on it."""
        return self.is_sound and self.is_trusted


def check_pdf(pdf: bytes) -> list[SignatureFacts]:
    """Every signature, oldest first; none: an empty list. Raises ``Invalid`` where it is no readable PDF."""
    if len(pdf) > LARGEST:
        raise Invalid(_("The file is too large to check: at most 50 MB."))
    try:
        found = list(PdfFileReader(BytesIO(pdf), strict=False).embedded_regular_signatures)
        return [_facts(one) for one in found]
    except (
        Exception
    ) as error:  # a library reads bytes of strangers: whatever it stumbles over, the file is unsound
        raise Invalid(
            _("This file cannot be read as a PDF. It may have been changed; ask for it again."),
            code="unreadable",
        ) from error


def _facts(one: Any) -> SignatureFacts:
    found = x509.load_der_x509_certificate(one.signer_cert.dump())
    status = validate_pdf_signature(one, _context())
    signed = one.sig_object
    return SignatureFacts(
        field=str(one.field_name),
        signer=certificates.name_of(found),
        organisation=certificates.organisation_of(found),
        number=certificates.number_of(found),
        signed_at=status.timestamp_validity.timestamp
        if status.timestamp_validity
        else one.self_reported_timestamp,
        has_time_stamp=bool(status.timestamp_validity and status.timestamp_validity.valid),
        is_sound=bool(status.intact and status.valid and status.docmdp_ok and _covers(status)),
        is_trusted=bool(status.trusted),
        seal=_seal_code(found),
        reason=str(signed.get("/Reason", "")),
    )


def _covers(status: Any) -> bool:
    return bool(status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION)


def _seal_code(found: x509.Certificate) -> str:
    """The city's own seal whose certificate this is."""
    row = (
        Key.objects.filter(serial=certificates.serial_of(found)).values_list("purpose", "certificate").first()
    )
    if row is None or bytes(row[1]) != found.public_bytes(Encoding.DER):
        return ""
    return str(row[0]).removeprefix("seal/") if str(row[0]).startswith("seal/") else ""


def _context() -> ValidationContext:
    """Trust the city's own authority and those of ``YICHENG_TRUSTED``; fetch nothing from the network."""
    own = ring.root().certificate.public_bytes(Encoding.DER)
    trusted = [asn1_x509.Certificate.load(one) for one in (own, *_trusted())]
    return ValidationContext(trust_roots=trusted, allow_fetching=False)


def _trusted() -> list[bytes]:
    return [
        one.public_bytes(Encoding.DER)
        for path in settings.TRUSTED_AUTHORITIES
        for one in x509.load_pem_x509_certificates(path.read_bytes())
    ]
