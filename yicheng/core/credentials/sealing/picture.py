"""The picture of a seal, drawn as a vector: sharp at every size, a few kilobytes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from yicheng.core.credentials.models import Seal
from yicheng.core.credentials.typesetting import drawn, typeset

LAYOUT = Path(__file__).parent.parent / "layouts" / "seal.typ"


def picture(seal: Seal) -> bytes:
    """A one-page PDF as large as the seal. Drawn once per process and wording."""
    return _drawn(seal.title, seal.line, seal.number, float(seal.diameter_mm))


def picture_for_screens(seal: Seal) -> bytes:
    """The same as SVG."""
    return _on_screen(seal.title, seal.line, seal.number, float(seal.diameter_mm))


@lru_cache(maxsize=256)
def _drawn(title: str, line: str, number: str, diameter: float) -> bytes:
    return typeset(LAYOUT.read_text(encoding="utf-8"), _words(title, line, number, diameter))


@lru_cache(maxsize=256)
def _on_screen(title: str, line: str, number: str, diameter: float) -> bytes:
    return drawn(LAYOUT.read_text(encoding="utf-8"), _words(title, line, number, diameter))[0]


def _words(title: str, line: str, number: str, diameter: float) -> dict[str, Any]:
    return {"title": title, "line": line, "number": number, "diameter": diameter}
