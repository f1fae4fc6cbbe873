"""Who gets which drawn step: the body that the item's table names for the element, else who keeps the item.

While a case begins its application does not name it yet, so the version is told beside it (``assigning``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from yicheng.core.cases.declare import Assignment
from yicheng.core.cases.models import Case
from yicheng.core.services.models import Application, Hall
from yicheng.core.services.queries.items import item_facts

_now: ContextVar[tuple[int, int | None] | None] = ContextVar("services_assigning", default=None)
#: steps that are done where the application was taken
AT_THE_DESK = ("accept", "deliver")


@contextmanager
def assigning(version_id: int, hall_id: int | None) -> Iterator[None]:
    """Let the steps of the case that begins inside be given out by this version's table."""
    token = _now.set((version_id, hall_id))
    try:
        yield
    finally:
        _now.reset(token)


def by_element(case: Case, element_id: str) -> Assignment | None:
    """The body for a drawn element (``review__fire``). Steps at the desk stay where the application was taken."""
    told = _now.get() or _of(case)
    if told is None:
        return None
    version_id, hall_id = told
    table = item_facts(version_id).departments
    if hall_id is not None and element_id.partition("__")[0] in AT_THE_DESK:
        return Assignment(_hall_body(hall_id))
    body = table.get(element_id) or table.get(element_id.partition("__")[0])
    return Assignment(body or case.organisation_id)


def _of(case: Case) -> tuple[int, int | None] | None:
    return Application.objects.filter(case_id=case.pk).values_list("version_id", "hall_id").first()


def _hall_body(hall_id: int) -> int | None:
    return Hall.objects.filter(pk=hall_id).values_list("organisation_id", flat=True).first()
