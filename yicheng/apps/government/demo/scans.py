"""Papers as applicants scan them: drawn, not found, and marked as samples."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont

SIZE = (620, 877)
_FONT = Path(pylopdf_fonts_zh_cn.__file__).parent / "NotoSansSC-Regular.otf"


@lru_cache(maxsize=64)
def scan(title: str) -> bytes:
    """A sheet with a heading, lines where the text would be, and the mark of a sample; JPEG."""
    page = Image.new("RGB", SIZE, (250, 249, 245))
    draw = ImageDraw.Draw(page)
    draw.text((SIZE[0] / 2, 110), title, fill=(35, 38, 42), font=_font(30), anchor="mm")
    for at in range(16):
        width = 470 if at % 5 != 4 else 260
        draw.line((75, 200 + at * 34, 75 + width, 200 + at * 34), fill=(190, 192, 196), width=9)
    draw.text((SIZE[0] / 2, 800), "演示样例，无任何效力", fill=(176, 60, 52), font=_font(22), anchor="mm")
    kept = io.BytesIO()
    page.save(kept, "JPEG", quality=70)
    return kept.getvalue()


@lru_cache(maxsize=4)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONT), size)
