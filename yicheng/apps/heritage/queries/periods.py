"""A month or a year of the city's own clock, as figures and reports count it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from yicheng.core.kernel import clock


@dataclass(frozen=True, slots=True)
class Period:
    """``key`` is 2026 or 2026-11; ``until`` is the first moment after it."""

    key: str
    since: datetime
    until: datetime

    @property
    def is_year(self) -> bool:
        return "-" not in self.key

    @property
    def title(self) -> str:
        """As people write it."""
        local = timezone.localtime(self.since)
        return (
            _("The year %(year)s") % {"year": self.key}
            if self.is_year
            else date_format(local, "YEAR_MONTH_FORMAT")
        )


def period_of(key: str) -> Period:
    """The period of an address; this year for nonsense."""
    year, _dash, month = key.partition("-")
    if not (year.isdecimal() and 2000 <= int(year) <= 2200):
        return year_of(_today().year)
    if month.isdecimal() and 1 <= int(month) <= 12:
        return _month(int(year), int(month))
    return year_of(int(year))


def year_of(year: int) -> Period:
    """A whole year."""
    return Period(str(year), _first(year, 1), _first(year + 1, 1))


def recent_periods(*, months: int = 6) -> list[Period]:
    """This year, the last one, and the last months, this one first."""
    today = _today()
    numbers = [today.year * 12 + today.month - 1 - back for back in range(months)]
    return [
        year_of(today.year),
        year_of(today.year - 1),
        *(_month(one // 12, one % 12 + 1) for one in numbers),
    ]


def _today() -> datetime:
    return timezone.localtime(clock.now())


def _month(year: int, month: int) -> Period:
    following = (year + 1, 1) if month == 12 else (year, month + 1)
    return Period(f"{year}-{month:02}", _first(year, month), _first(*following))


def _first(year: int, month: int) -> datetime:
    return datetime(year, month, 1, tzinfo=timezone.get_default_timezone())
