"""A link drawn as a QR code, in the page itself."""

from __future__ import annotations

import io

import segno
from django.utils.safestring import SafeString, mark_safe


def drawn_code(link: str) -> SafeString:
    """The drawing; it takes the size of what holds it."""
    out = io.BytesIO()
    segno.make(link, error="m").save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=True,
        nl=False,
        scale=4,
        border=2,
        omitsize=True,
        svgclass="qr",
        lineclass=None,
    )
    return mark_safe(out.getvalue().decode())  # noqa: S308  (our own drawing, no text of anybody)
