"""The signature under a seal: PAdES baseline B-B, or B-T where a time-stamp service is configured (ETSI EN 319 142-1)."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO

from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import Signer
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from yicheng.core.credentials.keys.ring import OpenKey
from yicheng.core.credentials.sealing.placing import seal_field
from yicheng.core.events.outgoing import call
from yicheng.core.kernel.errors import Invalid, Refusal


class NoTimeStamp(Refusal):
    """The configured time-stamp service gave no time stamp: nothing is sealed without one."""

    status = 502
    code = "no_time_stamp"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the signature says and shows."""

    name: str
    reason: str
    picture: bytes
    diameter_mm: float


def signed(pdf: bytes, key: OpenKey, above: x509.Certificate, *, wanted: Wanted) -> bytes:
    """The PDF with one more seal on it. Raises ``Invalid`` where it is none, ``NoTimeStamp``."""
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
        field = seal_field(writer, wanted.diameter_mm)
        out = _signer(key, above, wanted, field).sign_pdf(writer, output=BytesIO())
        return bytes(out.getbuffer())
    except (PdfError, ValueError, SigningError) as error:
        raise Invalid(_("This file is no PDF that can be sealed (%(fault)s)."), fault=str(error)) from error
    except TimestampRequestError as error:
        raise NoTimeStamp(
            _("The time-stamp service gave no stamp (%(fault)s): nothing was sealed. Try again later."),
            fault=str(error),
        ) from error


def _signer(key: OpenKey, above: x509.Certificate, wanted: Wanted, field: str) -> PdfSigner:
    said = PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=wanted.reason,
        name=wanted.name,
    )
    look = StaticStampStyle(
        border_width=0,
        background=_Picture(wanted.picture),
        background_opacity=1.0,
        background_layout=SimpleBoxLayoutRule(
            x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID
        ),
    )
    return PdfSigner(said, signer=_KeySigner(key, above), timestamper=_time_stamper(), stamp_style=look)


class _Picture(PdfContent):
    """The seal's own page, drawn into the signature's field."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self.pdf = pdf

    def render(self) -> bytes:
        """The drawing commands; sets the size that the layout asks for."""
        assert self.writer is not None
        drawn = self.writer.import_page_as_xobject(PdfFileReader(BytesIO(self.pdf)), page_ix=0)
        self.resources.xobject[pdf_name("/Seal")] = drawn
        left, low, right, high = (float(edge) for edge in drawn.get_object()["/BBox"])
        self.box = BoxConstraints(width=right - left, height=high - low)
        return b"/Seal Do"


class _KeySigner(Signer):
    """Lets pyHanko sign with a key of ours, wherever its private half lies."""

    def __init__(self, key: OpenKey, above: x509.Certificate) -> None:
        chain = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        chain.register_multiple([_asn1(key.certificate), _asn1(above)])
        super().__init__(signing_cert=_asn1(key.certificate), cert_registry=chain)
        self.key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: FBT001, FBT002
        """A placeholder while the space is measured, else the signature."""
        return bytes(72) if dry_run else self.key.sign(data)


class _Stamps(TimeStamper):
    """A time-stamp service by HTTP (RFC 3161), called as every outgoing call is."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Ask; the answer's own status is checked by pyHanko."""
        answer = call(
            self.url,
            method="POST",
            body=req.dump(),
            headers={"Content-Type": "application/timestamp-query", **_authorization()},
            timeout_s=5.0,
        )
        if answer.status != 200:
            raise NoTimeStamp(
                _("The time-stamp service answered %(status)d: nothing was sealed. Try again later."),
                status=answer.status,
            )
        return tsp.TimeStampResp.load(answer.body)


def _time_stamper() -> TimeStamper | None:
    return _Stamps(settings.TIMESTAMP_URL) if settings.TIMESTAMP_URL else None


def _authorization() -> dict[str, str]:
    login = settings.TIMESTAMP_LOGIN
    return {"Authorization": f"Basic {b64encode(login.encode()).decode()}"} if login else {}


def _asn1(found: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(found.public_bytes(Encoding.DER))
