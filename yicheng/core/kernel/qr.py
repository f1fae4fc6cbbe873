"""Text drawn as a QR code (ISO/IEC 18004), error correction level M: the one drawing for pages, labels and papers."""

from __future__ import annotations

from io import BytesIO

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_code(text: str, *, css_class: str | None = None, border: int = 2, colour: str = "#000") -> SafeString:
    """An SVG drawing that takes the size of what holds it. ``border``: quiet modules around it; 4 by the standard.

    Safe to stand in a page: it holds squares, nothing of the text.
    """
    drawn = BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn,
        kind="svg",
        xmldecl=False,
        svgns=True,
        nl=False,
        omitsize=True,
        border=border,
        dark=colour,
        svgclass=css_class,
        lineclass=None,
    )
    return mark_safe(drawn.getvalue().decode())  # noqa: S308
