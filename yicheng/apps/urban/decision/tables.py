"""Counted figures as tables: names in the reader's language, a link to the cases behind each line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yicheng.apps.urban.decision.chosen import Chosen
from yicheng.apps.urban.decision.measures import Counted, Figures
from yicheng.apps.urban.sources import source_title
from yicheng.apps.urban.stages import STAGES
from yicheng.core.cases.public import case_classes
from yicheng.core.people.public import organisation_names
from yicheng.core.places.public import division_name, divisions


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: who or what, its figures, where its cases are listed, how to look closer."""

    key: Any
    name: str
    figures: Figures
    url: str
    closer: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A breakdown. ``key`` names its file and its chart."""

    key: str
    title: str | Promise
    lines: Sequence[Line]


def tables(counted: Counted, chosen: Chosen) -> list[Table]:
    """By class (one level below the chosen one), district, department, source and, for open cases, stage."""
    return [
        Table("class", _("By class"), _lines(by_class(counted, chosen), chosen, "class_code", _class_name())),
        Table("county", _("By district"), _lines(counted.by["county"], chosen, "county", division_name)),
        Table(
            "organisation",
            _("By department"),
            _lines(_bodies(counted), chosen, "organisation", _body_name(counted)),
        ),
        Table("source", _("By source"), _lines(counted.by["source"], chosen, "source", source_title)),
        Table("stage", _("Open cases by stage"), _stages(counted, chosen)),
    ]


def by_class(counted: Counted, chosen: Chosen) -> Mapping[str, Figures]:
    """Figures summed up to the classes just below the chosen one."""
    parents = {one.code: one.parent_code for one in case_classes("urban")}
    found: dict[str, Figures] = defaultdict(Figures)
    for code, figures in counted.by["class_code"].items():
        at = code
        while parents.get(at, "") not in ("", chosen.class_code):
            at = parents[at]
        found[at] = added(found[at], figures)
    return found


def added(one: Figures, other: Figures) -> Figures:
    """The sum of two."""
    return Figures(**{f.name: getattr(one, f.name) + getattr(other, f.name) for f in fields(Figures)})


def class_codes(code: str) -> tuple[str, ...]:
    """A class and all below it; empty for none."""
    if not code:
        return ()
    found = [code]
    for one in case_classes("urban"):
        if one.parent_code in found:
            found.append(one.code)
    return tuple(found)


def cases_url(chosen: Chosen, **changed: Any) -> str:
    """Where the cases behind a figure are listed."""
    return f"{reverse('urban.decision_cases')}?{chosen.query(**changed)}"


def _lines(by: Mapping[Any, Figures], chosen: Chosen, name: str, title: Callable[[Any], str]) -> list[Line]:
    ordered = sorted(by.items(), key=lambda pair: (-pair[1].cases, str(pair[0])))
    return [
        Line(
            key,
            title(key) or str(_("not known")),
            figures,
            cases_url(chosen, **{name: key}),
            f"?{chosen.query(**{name: key})}",
        )
        for key, figures in ordered
        if key not in ("", None)
    ]


def _stages(counted: Counted, chosen: Chosen) -> list[Line]:
    known = counted.by["stage"]
    return [
        Line(key, str(title), known[key], cases_url(chosen, stage=key, what="open"))
        for key, title in STAGES.items()
        if key in known
    ]


def _class_name() -> Callable[[str], str]:
    names = class_names()
    return lambda code: names.get(code, code)


def class_names() -> Mapping[str, str]:
    """Code → name in the reader's language; where a part and an event are called the same, with which it is."""
    classes = case_classes("urban")
    often = Counter(one.name for one in classes)
    kinds = {"part": _("parts"), "event": _("events")}
    return {
        one.code: _("%(name)s (%(kind)s)") % {"name": one.name, "kind": kinds.get(one.kind, one.kind)}
        if often[one.name] > 1
        else one.name
        for one in classes
    }


def _bodies(counted: Counted) -> Mapping[Any, Figures]:
    return counted.by["organisation_id"]


def _body_name(counted: Counted) -> Callable[[Any], str]:
    names = body_names(counted.by["organisation_id"])
    return lambda key: names.get(key, "")


def district_names() -> Mapping[str, str]:
    """Code → name of the districts."""
    return {one.code: one.name for one in divisions(2)}


def body_names(ids: Iterable[int | None]) -> Mapping[int, str]:
    """Body → name; one query."""
    return organisation_names([one for one in ids if one is not None], language=get_language() or "")
