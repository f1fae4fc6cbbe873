"""What a decision page is asked about: a period and filters, parsed from the address; and what the viewer may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import Invalid
from yicheng.core.people.public import Viewer

RIGHT = "urban.view_decisions"
PRESETS = (7, 30, 90, 365)
DEFAULT_DAYS = 30
LONGEST_DAYS = 10 * 366
FILTERS = ("county", "class_code", "organisation", "source")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A period (both days included) and filters; empty ones do not narrow."""

    begin: date
    end: date
    county: str = ""
    class_code: str = ""
    organisation: int | None = None
    source: str = ""

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.end - self.begin).days + 1

    @property
    def before(self) -> Chosen:
        """The period of the same length just before, with the same filters."""
        return replace(self, begin=self.begin - timedelta(days=self.days), end=self.begin - timedelta(days=1))

    def query(self, **changed: Any) -> str:
        """The choice as it stands in an address, with some of it changed ("" drops)."""
        values: dict[str, Any] = {"from": self.begin.isoformat(), "to": self.end.isoformat()}
        values |= {name: getattr(self, name) for name in FILTERS}
        values |= changed
        return urlencode({name: value for name, value in values.items() if value not in ("", None)})


def parse(query: Mapping[str, str], today: date) -> Chosen:
    """From an address: ``from``, ``to`` or ``days``, and filters. Raises ``Invalid`` for nonsense."""
    if query.get("from") or query.get("to"):
        end = _day(query.get("to", ""), "to") or today
        begin = _day(query.get("from", ""), "from") or end - timedelta(days=DEFAULT_DAYS - 1)
    else:
        end, begin = today, today - timedelta(days=_number(query.get("days", "")) - 1)
    if begin > end:
        raise Invalid(_("The period ends before it begins."), fields={"to": _("Choose a later day.")})
    if (end - begin).days >= LONGEST_DAYS:
        raise Invalid(_("Choose a period of ten years at most."), fields={"from": _("Choose a later day.")})
    body = query.get("organisation", "")
    if body and not (body.isdecimal() and len(body) < 19):
        raise Invalid(
            _("There is no such department."), fields={"organisation": _("Choose one of the list.")}
        )
    county, code, source = (query.get(name, "")[:20] for name in ("county", "class_code", "source"))
    if "\0" in county + code + source or (county and not (county.isdecimal() and len(county) == 6)):
        raise Invalid(_("There is no such district."), fields={"county": _("Choose one of the list.")})
    return Chosen(begin, end, county, code, int(body) if body else None, source)


def _day(text: str, name: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            _("“%(text)s” is no day. Write it as 2026-11-23."), text=text[:20], fields={name: _("No day.")}
        ) from None


def _number(text: str) -> int:
    days = int(text) if text.isdecimal() and len(text) < 6 else DEFAULT_DAYS
    return min(max(days, 1), LONGEST_DAYS)


@dataclass(frozen=True, slots=True)
class Where:
    """SQL conditions over columns that facts and monthly counts share. ``is_fine``: only facts can tell."""

    sql: str
    values: Mapping[str, Any]
    is_fine: bool


def where(viewer: Viewer, chosen: Chosen, classes: tuple[str, ...]) -> Where:
    """The viewer's scopes and the filters. ``classes``: the chosen class and those below it. Raises ``Forbidden``."""
    viewer.require(RIGHT)
    sql, values, is_fine = _scopes(viewer)
    if chosen.county:
        sql.append("county = %(county)s")
    if classes:
        sql.append("class_code = ANY(%(classes)s)")
    if chosen.organisation is not None:
        sql.append("organisation_id = %(organisation)s")
    if chosen.source:
        sql.append("source = %(source)s")
    values |= {
        "county": chosen.county,
        "classes": list(classes),
        "organisation": chosen.organisation,
        "source": chosen.source,
    }
    return Where(" AND ".join(sql) or "true", values, is_fine)


def _scopes(viewer: Viewer) -> tuple[list[str], dict[str, Any], bool]:
    alternatives: list[str] = []
    values: dict[str, Any] = {}
    is_fine = False
    for number, scope in enumerate(viewer.scopes(RIGHT)):
        parts = []
        if scope.organisation_ids is not None:
            parts.append(f"organisation_id = ANY(%(bodies{number})s)")
            values[f"bodies{number}"] = sorted(scope.organisation_ids)
        if scope.division:
            column = "county" if len(scope.division) <= 6 else "division_code"
            is_fine = is_fine or column == "division_code"
            parts.append(f"{column} LIKE %(division{number})s")
            values[f"division{number}"] = scope.division.replace("%", "") + "%"
        if not parts:
            return [], {}, False
        alternatives.append("(" + " AND ".join(parts) + ")")
    return ["(" + " OR ".join(alternatives) + ")"], values, is_fine
