"""Documents sent by anybody: recognised by content, looked into only as far as needed to refuse tricks."""

from __future__ import annotations

import zipfile
from io import BytesIO

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Invalid

PDF = "application/pdf"
_OFFICE = "application/vnd.openxmlformats-officedocument"
#: a file that tells what a zip archive is → its type and the usual ending
ARCHIVES = {
    "word/document.xml": (f"{_OFFICE}.wordprocessingml.document", ".docx"),
    "xl/workbook.xml": (f"{_OFFICE}.spreadsheetml.sheet", ".xlsx"),
    "OFD.xml": ("application/ofd", ".ofd"),
}
ENDINGS = {PDF: ".pdf", **dict(ARCHIVES.values())}
MAX_UNPACKED = 200 * 1024 * 1024
MAX_MEMBERS = 5000
_UNKNOWN = _(
    "This kind of file is not accepted. Send a photo (JPEG, PNG, WebP) or a document (PDF, OFD, DOCX, XLSX)."
)


def recognise(content: bytes) -> str:
    """The media type of a document. Raises ``Invalid`` for anything else, macros and archives that explode."""
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2048:]:
            raise Invalid(_("This PDF is cut off. Please send it again."))
        return PDF
    if content.startswith(b"PK\x03\x04"):
        return _archive(content)
    raise Invalid(_UNKNOWN)


def _archive(content: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
    except (
        zipfile.BadZipFile,
        ValueError,
        NotImplementedError,
        OSError,
        EOFError,
        UnicodeDecodeError,
    ) as fault:
        raise Invalid(_UNKNOWN) from fault
    names = {member.filename for member in members}
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise Invalid(_("This document unpacks to more than is accepted. Send a smaller one."))
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Invalid(_("This document holds macros. Save it without them and send it again."))
    for mark, (media_type, _ending) in ARCHIVES.items():
        if mark in names:
            return media_type
    raise Invalid(_UNKNOWN)
