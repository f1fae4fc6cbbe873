"""Who gets which step: the body nearest to the place whose staff hold the right, the cell's own collector."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from yicheng.apps.urban.memory import Memory
from yicheng.apps.urban.permissions import COLLECTOR
from yicheng.core.cases.declare import Assignment
from yicheng.core.people.public import bodies_holding
from yicheng.core.places.public import HeldDuties, duties_around

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case

REMEMBERED_S = 60
#: digits of a street's code: duties are read street by street
STREET = 9


def supervision(case: Case) -> Assignment | None:
    """监督中心: the body that files and closes."""
    return _nearest("urban.file_case", case.division_code)


def command(case: Case) -> Assignment | None:
    """指挥中心: the body that dispatches and takes results."""
    return _nearest("urban.dispatch_case", case.division_code)


def collectors(case: Case) -> Assignment | None:
    """采集员: whoever answers for the unit cell, else the collectors of the district."""
    ground = case.cell_code or case.division_code
    for duty in _duties.get(ground[:STREET]).of(ground):
        if duty.role_code == COLLECTOR:
            return Assignment(duty.organisation_id, duty.account_id)
    return _nearest("urban.check_case", case.division_code)


def read_duties(cases: Sequence[Case]) -> None:
    """Who answers for the ground of all these cases, in one query, before ``collectors`` is asked about each."""
    streets = {(case.cell_code or case.division_code)[:STREET] for case in cases}
    held = duties_around(streets)
    _duties.fill(dict.fromkeys(streets, held))


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
    return any(organisation_id == body for body, _area in _bodies.get(right)) or any(
        organisation_id == body for body, _area in _bodies.renew(right)
    )


def forget() -> None:
    """Read bodies and duties anew next time."""
    _bodies.forget()
    _duties.forget()


def _nearest(right: str, division: str) -> Assignment | None:
    """The body with the longest division code that the place lies in; those of the whole city come last."""
    fitting = [(len(code), -body_id) for body_id, code in _bodies.get(right) if division.startswith(code)]
    if not fitting:
        return None
    return Assignment(-max(fitting)[1])


def _read_bodies(right: str) -> list[tuple[int, str]]:
    return [(body.id, _area(body.division_code)) for body in bodies_holding(right)]


def _read_duties(street: str) -> HeldDuties:
    return duties_around({street})


def _area(division_code: str) -> str:
    """A city's or province's code without the zeros that stand for “all of it”."""
    return (
        division_code.rstrip("0")
        if len(division_code) == 6 and division_code.endswith("00")
        else division_code
    )


_bodies = Memory(_read_bodies, seconds=REMEMBERED_S)
_duties = Memory(_read_duties, seconds=REMEMBERED_S)
