"""From a figure to the cases behind it: the same conditions as the counting, as filters over the case rows."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from yicheng.apps.urban.decision.chosen import Chosen
from yicheng.core.cases.public import cases_for, in_class
from yicheng.core.kernel import clock
from yicheng.core.people.public import Viewer

F = "urban_fact__"
WHAT = ("", "open", "closed", "on_time", "late", "reworked", "rated")


def cases_behind(
    viewer: Viewer, chosen: Chosen, *, what: str = "", stage: str = "", spot: str = ""
) -> QuerySet[Any]:
    """The cases of a period and its filters that the viewer may see. Raises ``ValueError`` for an unknown ``what``."""
    rows = cases_for(viewer).filter(**{f"{F}opened_on__range": (chosen.begin, chosen.end)})
    equal = {
        "county": chosen.county,
        "organisation_id": chosen.organisation,
        "source": chosen.source,
        "stage": stage,
        "spot": spot,
    }
    rows = rows.filter(**{F + name: value for name, value in equal.items() if value not in ("", None)})
    if chosen.class_code:
        rows = in_class(rows, chosen.class_code)
    return rows.filter(_what(what)) if what else rows


def _what(what: str) -> Q:
    no_limit = Q(**{f"{F}is_on_time": None, f"{F}due_at": None})
    good, bad = Q(**{f"{F}is_on_time": True}) | no_limit, Q(**{f"{F}is_on_time": False})
    closed = Q(**{f"{F}status": "closed"})
    opened = Q(**{f"{F}status__in": ["open", "suspended"]})
    decided = Q(**{f"{F}is_undecided": False})
    running = Q(**{f"{F}status": "open"}) & decided
    past = Q(**{f"{F}is_on_time": None, f"{F}due_at__lt": clock.now()})
    conditions = {
        "open": opened,
        "closed": closed,
        "on_time": (closed | (opened & decided)) & good,
        "late": (closed & bad) | (running & (bad | past)),
        "reworked": Q(**{f"{F}rework_count__gt": 0}),
        "rated": Q(**{f"{F}rating__isnull": False}),
    }
    if what not in conditions:
        raise ValueError(what)
    return conditions[what]
