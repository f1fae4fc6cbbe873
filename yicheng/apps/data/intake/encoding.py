"""Bytes to text: UTF-8 (with its mark or without), UTF-16 with its mark, else GB 18030, which holds GBK and GB 2312.

No guessing by frequency: UTF-8 that decodes is UTF-8, and what is neither is refused with the line.
"""

from __future__ import annotations

import codecs

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.sheets.records import Unreadable

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def to_utf8(content: bytes) -> tuple[bytes, str]:
    """The text as UTF-8 without a mark, and the encoding it came in. Raises ``Unreadable``."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return _checked(_decoded(content[len(mark) :], encoding), encoding)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _checked(_decoded(content, "gb18030"), "gb18030")
    _refuse_nul(content)
    return content, "utf-8"


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(
            _("The bytes near line %(line)d are neither UTF-8 nor GB 18030: save the file as UTF-8."),
            line=content.count(b"\n", 0, error.start) + 1,
        ) from None


def _checked(text: str, encoding: str) -> tuple[bytes, str]:
    content = text.encode("utf-8")
    _refuse_nul(content)
    return content, encoding


def _refuse_nul(content: bytes) -> None:
    if b"\x00" in content:
        raise Unreadable(
            _("There is a NUL byte near line %(line)d: this is no text file. Save it as CSV again."),
            line=content.count(b"\n", 0, content.index(b"\x00")) + 1,
        )
