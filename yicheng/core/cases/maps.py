"""What a map asks of cases and what it gets; the counting is in ``queries.mapped``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from yicheng.core.cases.models import Case

Shown = Literal["open", "overdue", "closed", "all"]
#: west, south, east, north in WGS 84 degrees
Corners = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases a map shows. ``class_code`` means the class and all below it; "" any."""

    shown: Shown = "open"
    class_code: str = ""
    since: datetime | None = None
    until: datetime | None = None
    application: str = ""
    #: only what may be published, whoever looks
    published_only: bool = False


@dataclass(frozen=True, slots=True)
class CaseCluster:
    """Cases near each other: how many, how many of them late, their middle; a lone case is ``case``."""

    lon: float
    lat: float
    count: int
    overdue_count: int
    case: Case | None


@dataclass(frozen=True, slots=True)
class CaseMap:
    """The clusters of a viewport. ``sample`` 1: counted exactly; else one in so many was counted."""

    clusters: Sequence[CaseCluster]
    count: int
    sample: int
