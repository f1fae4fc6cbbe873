"""What a case can be about: the standard's events and parts, found by code or from a resident's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.suggestion import ClassIndex, ClassWords
from yicheng.core.cases.public import ClassInfo, case_classes
from yicheng.core.kernel.errors import Invalid

Choices = list[tuple[str, list[tuple[str, str]]]]

_index: tuple[Sequence[ClassInfo], ClassIndex] | None = None
_by_code: tuple[Sequence[ClassInfo], Mapping[str, ClassInfo]] | None = None


def class_named(code: str) -> ClassInfo:
    """The class with this code; raises ``Invalid`` when a case cannot be of it."""
    found = _leaves().get(code)
    if found is not None:
        return found
    text = _("There is no class “%(code)s”. Choose one from the list.")
    raise Invalid(text, code=code, fields={"class_code": text % {"code": code}})


def is_leaf(code: str) -> bool:
    """Whether a case can be of the class with this code."""
    return code in _leaves()


def is_part(code: str) -> bool:
    """Whether the class with this code is one of parts."""
    return any(one.code == code and one.kind == "part" for one in case_classes("urban"))


def suggested(words: str, *, limit: int = 3, public_only: bool = True) -> list[ClassInfo]:
    """The classes that fit the words best, best first; empty when none does."""
    known = {one.code: one for one in case_classes("urban")}
    found = [
        known[each.code] for each in _class_index().suggest(words, limit=limit * 3) if each.code in known
    ]
    return [one for one in found if one.is_public or not public_only][:limit]


def choices(*, public_only: bool = False) -> Choices:
    """Every class a case can be of, grouped by the class above it, for a select."""
    known = {one.code: one for one in case_classes("urban")}
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in known.values():
        if one.is_leaf and (one.is_public or not public_only):
            above = known.get(one.parent_code)
            groups.setdefault(above.name if above else "", []).append((one.code, one.name))
    return list(groups.items())


def _leaves() -> Mapping[str, ClassInfo]:
    """The classes that a case can be of, by code."""
    global _by_code
    known = case_classes("urban")
    if _by_code is None or _by_code[0] is not known:
        _by_code = (known, {one.code: one for one in known if one.is_leaf})
    return _by_code[1]


def _class_index() -> ClassIndex:
    """The index of the classes in force, built anew only when they have changed."""
    global _index
    known = case_classes("urban")
    if _index is None or _index[0] is not known:
        leaves = [one for one in known if one.is_leaf]
        _index = (known, ClassIndex(_words(one) for one in leaves))
    return _index[1]


def _words(one: ClassInfo) -> ClassWords:
    return ClassWords(
        one.code, one.name_zh, (*one.keywords, *([one.name_en] if one.name_en else [])), one.definition
    )
