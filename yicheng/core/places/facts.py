"""What places tell other parts: frozen, without the database behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from yicheng.core.kernel.tables import Finding

if TYPE_CHECKING:
    from yicheng.core.places.atlas import DivisionInfo


@dataclass(frozen=True, slots=True)
class Place:
    """Where a point lies. ``cell_code`` is "" where no unit cell covers it; coordinates are WGS 84."""

    lon: float
    lat: float
    division_code: str
    cell_code: str
    division_name: str


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who answers for an area in a role: one account, or (None) all of the organisation who hold the role."""

    area_code: str
    role_code: str
    role_name: str
    role_name_en: str
    organisation_id: int
    organisation_name: str
    organisation_name_en: str
    account_id: int | None
    account_name: str | None


@dataclass(frozen=True, slots=True)
class CellInfo:
    """A unit cell: a point inside and its ring of (longitude, latitude), closed, in WGS 84 degrees."""

    code: str
    lon: float
    lat: float
    ring: tuple[tuple[float, float], ...]
    is_generated: bool = False


@dataclass(frozen=True, slots=True)
class Duties:
    """A place and who answers for it, the most specific of each role."""

    place: Place
    responsible: tuple[Responsible, ...]


@dataclass(frozen=True, slots=True)
class CellReport:
    """What an import of cells did: how many came in, which were refused and why, what they replaced."""

    taken: int
    refused: tuple[Finding, ...]
    retired: int


@dataclass(frozen=True, slots=True)
class HeldDuty:
    """A duty on exactly this area, that may be ended."""

    id: int
    role_name: str
    organisation_name: str
    account_name: str
    began_at: datetime


@dataclass(frozen=True, slots=True)
class AreaDetail:
    """A division, or one of its cells, as its page shows it. ``division`` is the cell's community there.

    ``children`` with how many active cells each has; ``cells`` of a street or community; ``duties`` on
    exactly this area; ``inherited`` what holds here from larger areas.
    """

    code: str
    division: DivisionInfo
    line: Sequence[DivisionInfo]
    cell: CellInfo | None
    children: Sequence[tuple[DivisionInfo, int]]
    cells: Sequence[CellInfo]
    cell_count: int
    duties: Sequence[HeldDuty]
    inherited: Sequence[Responsible]


@dataclass(frozen=True, slots=True)
class DutyChoices:
    """What may be chosen in assigning a duty: ids with names."""

    roles: Sequence[tuple[int, str]]
    bodies: Sequence[tuple[int, str]]
    people: Sequence[tuple[int, str]]
