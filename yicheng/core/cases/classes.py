"""The classes of cases as other parts read them: kept in memory for a minute, in the order of their codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import get_language

from yicheng.core.cases.models import CaseClass

REMEMBERED_S = 60


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
        english = (get_language() or "").startswith("en")
        return self.name_en if english and self.name_en else self.name_zh


def case_classes(application: str) -> Sequence[ClassInfo]:
    """The application's classes in force; at most one query a minute."""
    key = f"cases.classes.{application}"
    known: Sequence[ClassInfo] | None = cache.get(key)
    if known is None:
        known = _read(application)
        cache.set(key, known, REMEMBERED_S)
    return known


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
