"""Who gets which step: the body nearest to the place whose staff hold the right, the cell's own collector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.cache import cache

from yicheng.apps.urban.permissions import COLLECTOR
from yicheng.core.cases.declare import Assignment
from yicheng.core.people.public import bodies_holding
from yicheng.core.places.public import duties_of

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case

REMEMBERED_S = 60


def supervision(case: Case) -> Assignment | None:
    """监督中心: the body that files and closes."""
    return _nearest("urban.file_case", case.division_code)


def command(case: Case) -> Assignment | None:
    """指挥中心: the body that dispatches and takes results."""
    return _nearest("urban.dispatch_case", case.division_code)


def collectors(case: Case) -> Assignment | None:
    """采集员: whoever answers for the unit cell, else the collectors of the district."""
    for duty in duties_of(case.cell_code or case.division_code):
        if duty.role_code == COLLECTOR:
            return Assignment(duty.organisation_id, duty.account_id)
    return _nearest("urban.check_case", case.division_code)


def department(case: Case) -> Assignment | None:
    """专业部门: the body the command centre chose."""
    return Assignment(case.organisation_id) if case.organisation_id else None


def assisting_department(case: Case) -> Assignment | None:
    """The body that helps the leading one."""
    from yicheng.apps.urban.models import UrbanCase

    chosen = UrbanCase.objects.filter(pk=case.pk).values_list("assisting_id", flat=True).first()
    return Assignment(chosen) if chosen else department(case)


def handles_cases(organisation_id: int) -> bool:
    """Whether this body has staff who handle cases; one taken on just now counts too."""
    right = "urban.handle_case"
    if any(organisation_id == body_id for body_id, _area in _bodies(right)):
        return True
    cache.delete(f"urban.bodies.{right}")
    return any(organisation_id == body_id for body_id, _area in _bodies(right))


def _nearest(right: str, division: str) -> Assignment | None:
    """The body with the longest division code that the place lies in; those of the whole city come last."""
    fitting = [(len(code), -body_id) for body_id, code in _bodies(right) if division.startswith(code)]
    if not fitting:
        return None
    return Assignment(-max(fitting)[1])


def _bodies(right: str) -> list[tuple[int, str]]:
    key = f"urban.bodies.{right}"
    known: list[tuple[int, str]] | None = cache.get(key)
    if known is None:
        known = [(body.id, _area(body.division_code)) for body in bodies_holding(right)]
        cache.set(key, known, REMEMBERED_S)
    return known


def _area(division_code: str) -> str:
    """A city's or province's code without the zeros that stand for “all of it”."""
    return (
        division_code.rstrip("0")
        if len(division_code) == 6 and division_code.endswith("00")
        else division_code
    )
