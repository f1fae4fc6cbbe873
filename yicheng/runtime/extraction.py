"""Finds every translatable text of a folder: in Python and in Django's templates, without GNU gettext."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_OWN_NAMES = {name: name for name in KEYWORDS}
_TEMPLATES = {".html", ".txt", ".xml", ".svg"}
_SKIPPED = {"tests", "migrations", "locale", "node_modules", "assets", "scaffold", "__pycache__"}


@dataclass(frozen=True)
class Text:
    """One text to translate; ``plural`` and ``context`` where it has them; ``file`` is relative to the folder."""

    text: str
    plural: str | None
    context: str | None
    file: str


def texts(folder: Path) -> Iterator[Text]:
    """Every translatable text below ``folder``, in the order of files and lines."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not _SKIPPED & set(path.relative_to(folder).parts):
            name = path.relative_to(folder).as_posix()
            if path.suffix == ".py":
                source = path.read_bytes()
                yield from _found(source, name, {**_OWN_NAMES, **_aliases(source)})
            elif path.suffix in _TEMPLATES:
                yield from _found(_as_python(path), name, _OWN_NAMES)


def _as_python(path: Path) -> bytes:
    """Django turns a template into calls amid filler; without indentation Python can read it."""
    code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    return re.sub(r"^[ \t]+", "", code, flags=re.MULTILINE).encode()


def _aliases(source: bytes) -> dict[str, str]:
    """``from django.utils.translation import gettext as now``: now → gettext."""
    imports = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom))
    names = (name for node in imports if node.module == "django.utils.translation" for name in node.names)
    return {name.asname: name.name for name in names if name.asname and name.name in KEYWORDS}


def _found(source: bytes, file: str, functions: Mapping[str, str]) -> Iterator[Text]:
    """The texts of calls to ``functions`` (name in the source → gettext's own name)."""
    keywords = {name: KEYWORDS[own] for name, own in functions.items()}
    found: Iterable[Any] = extract_python(BytesIO(source), keywords, [], {"encoding": "utf-8"})
    for _line, function, message, _comments in found:
        words = list(message) if isinstance(message, tuple) else [message]
        own = functions[function]
        context = words.pop(0) if own.lstrip("n").startswith("pgettext") else None
        if words and isinstance(words[0], str) and words[0]:
            is_plural = own.startswith(("ngettext", "npgettext"))
            yield Text(words[0], words[1] if is_plural else None, context, file)
