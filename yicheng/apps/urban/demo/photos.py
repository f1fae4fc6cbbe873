"""Photos for the demonstration: drawn, not taken, so that nobody's street or face is in them."""

from __future__ import annotations

import random
from functools import lru_cache
from io import BytesIO

from yicheng.apps.urban.demo.canvas import street
from yicheng.apps.urban.demo.scenes import SCENES

VARIANTS = 3


@lru_cache(maxsize=len(SCENES) * VARIANTS * 2)
def photo(scene: str, variant: int, *, solved: bool) -> bytes:
    """A JPEG of 640 × 480; the same arguments give the same bytes. Before and after show one street."""
    canvas = street(random.Random(f"{scene}/{variant}"), solved=solved)
    SCENES[scene](canvas)
    file = BytesIO()
    canvas.finished().save(file, "JPEG", quality=80)
    return file.getvalue()
