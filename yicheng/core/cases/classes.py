"""The classes of cases as other parts read them: kept in memory for a minute, in the order of their codes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from yicheng.core.cases.models import CaseClass
from yicheng.core.kernel.languages import in_language

REMEMBERED_S = 60
_kept: dict[str, tuple[float, Sequence[ClassInfo]]] = {}


@dataclass(frozen=True, slots=True)
class ClassInfo:
    """A class. ``name`` is in the reader's language; ``is_leaf``: cases may be of it."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    parent_code: str
    keywords: tuple[str, ...]
    definition: str
    is_public: bool
    is_leaf: bool

    @property
    def name(self) -> str:
        return in_language(self.name_zh, self.name_en)


def case_classes(application: str) -> Sequence[ClassInfo]:
    """The application's classes in force, the same object until read anew; at most one query a minute."""
    until, known = _kept.get(application, (0.0, ()))
    if time.monotonic() > until:
        known = _read(application)
        _kept[application] = (time.monotonic() + REMEMBERED_S, known)
    return known


def forget() -> None:
    """Read the classes anew next time: they have changed."""
    _kept.clear()


def _read(application: str) -> Sequence[ClassInfo]:
    rows = list(CaseClass.objects.filter(application=application, is_active=True).order_by("code"))
    parents = {row.parent_id for row in rows}
    return tuple(
        ClassInfo(
            row.code,
            row.kind,
            row.name,
            row.name_en,
            row.parent_id or "",
            tuple(row.keywords.split()),
            row.definition,
            row.is_public,
            row.code not in parents,
        )
        for row in rows
    )
