"""Pages for print: a typst template and plain values become a PDF, the same one on every machine.

Values reach the template as data (``#let data = json(bytes(sys.inputs.data))``), never as markup: nothing that
people type can run. Templates cannot reach the network or files outside their own folder.

Fonts: the licensed ones of the city in the folders of ``YICHENG_FONTS`` (GB/T 9704 asks for 小标宋, 仿宋, 楷体, 黑体),
then Noto Serif SC and Noto Sans SC, which come with the platform. What else the machine has is not looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pylopdf_fonts_zh_cn
import typst
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Invalid

#: what a template writes to say where its seal goes: a box with a link to this address
SEAL_PLACE = "seal:here"
_PACKAGE = re.compile(r'(?:import|include)\s+"@')


def typeset(
    template: str,
    data: Mapping[str, Any],
    *,
    root: Path | None = None,
    made_at: datetime | None = None,
) -> bytes:
    """The PDF of a template filled with ``data`` (anything JSON can hold). ``root``: the folder it may read from.

    Raises ``Invalid`` with the typesetter's words where the template is at fault.
    """
    moment = made_at.replace(microsecond=0) if made_at else None  # PDF knows whole seconds
    try:
        made = _compiler(template, data, root).compile(format="pdf", timestamp=moment)
    except typst.TypstError as error:
        raise Invalid(_("The template cannot be set: %(fault)s."), fault=_said(error)) from error
    assert isinstance(made, bytes)
    return made


def drawn(template: str, data: Mapping[str, Any]) -> list[bytes]:
    """The pages as SVG, to be looked at on a screen. Raises ``Invalid`` as ``typeset`` does."""
    try:
        made = _compiler(template, data, None).compile(format="svg")
    except typst.TypstError as error:
        raise Invalid(_("The template cannot be set: %(fault)s."), fault=_said(error)) from error
    return [made] if isinstance(made, bytes) else list(made or ())


def families() -> list[str]:
    """The font families that templates can name here."""
    return sorted(_fonts(tuple(settings.FONT_FOLDERS)).families())


def _compiler(template: str, data: Mapping[str, Any], root: Path | None) -> typst.Compiler:
    _check(template)
    return typst.Compiler(
        template.encode(),
        root=str(root or _nowhere()),
        font_paths=_fonts(tuple(settings.FONT_FOLDERS)),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        package_path=_nowhere(),
        package_cache_path=_nowhere(),
    )


def _check(template: str) -> None:
    if _PACKAGE.search(template):
        raise Invalid(_("Templates use no packages of the network: copy what is needed beside the template."))


def _said(error: typst.TypstError) -> str:
    return str(getattr(error, "message", "") or error).strip().splitlines()[0].rstrip(".")


@lru_cache(maxsize=2)
def _fonts(folders: tuple[str, ...]) -> typst.Fonts:
    """The fonts, found once per process (10 ms)."""
    own = Path(pylopdf_fonts_zh_cn.__file__).parent
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[*folders, str(own)],
    )


@lru_cache(maxsize=1)
def _nowhere() -> str:
    """An empty folder: what templates without one of their own may read, and where packages are not found."""
    return mkdtemp(prefix="yicheng-typesetting-")
