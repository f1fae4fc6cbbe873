"""Reads a published list of protected sites: sound rows, doubtful ones with their reason, refused ones with theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.models.sites import SiteCategory, SiteDoubt
from yicheng.core.kernel import clock
from yicheng.core.kernel.sheets.records import Record, Sheet, Unreadable, fitted

#: the six categories as the lists print them (three of the older names besides)
CATEGORIES: Mapping[str, str] = {
    "古遗址": SiteCategory.ANCIENT_SITE,
    "古墓葬": SiteCategory.ANCIENT_TOMB,
    "古建筑": SiteCategory.ANCIENT_BUILDING,
    "石窟寺及石刻": SiteCategory.CAVE_TEMPLE,
    "石窟寺": SiteCategory.CAVE_TEMPLE,
    "石刻及其他": SiteCategory.CAVE_TEMPLE,
    "近现代重要史迹及代表性建筑": SiteCategory.MODERN,
    "革命遗址及革命纪念建筑物": SiteCategory.MODERN,
    "其他": SiteCategory.OTHER,
}
#: what a list's own mark means to us; any other mark is a doubt of its own kind
FLAGS: Mapping[str, str] = {
    "county_only_from_source_geocoding": SiteDoubt.Reason.COUNTY_UNSURE,
    "county_conflict": SiteDoubt.Reason.COUNTY_CONFLICT,
}
#: followed by the city's name: the address lies elsewhere
ELSEWHERE = "address_not_in_"
NEEDED = ("batch", "serial", "name", "era", "category", "address")
LENGTHS = {"name": 120, "name_en": 160, "era": 80, "address": 200, "class_no": 24, "county_in_source": 40}


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A row of the list, every field checked. ``doubt`` is empty for a row that may be taken as it stands."""

    line: int
    number: str
    batch: int
    announced_year: int | None
    class_number: str
    name: str
    name_en: str
    era: str
    category: str
    address: str
    division_code: str
    county_in_source: str
    doubt: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that cannot be kept even as doubtful; ``cells`` as they came."""

    line: int
    cells: tuple[str, ...]
    reason: str | Promise


def read_site_list(sheet: Sheet, *, counties: frozenset[str]) -> Iterator[SiteRow | RefusedRow]:
    """The rows of a list with columns batch, serial, name, era, category, address (and others, see the how-to).

    ``counties`` are the codes of the city’s counties.
    Raises ``Unreadable`` when a needed column is missing.
    """
    missing = [name for name in NEEDED if name not in sheet.columns]
    if missing:
        raise Unreadable(_("The column “%(name)s” is missing."), name=missing[0])
    for record in sheet.records:
        yield _row(sheet, record, counties)


def _row(sheet: Sheet, record: Record, counties: frozenset[str]) -> SiteRow | RefusedRow:
    cells = fitted(record, len(sheet.columns), pads=sheet.format == "xlsx")
    if cells is None:
        return RefusedRow(record.line, record.cells, _("The line has not as many cells as the header."))
    values = dict(zip(sheet.columns, cells, strict=True))
    fault = _fault(values)
    if fault is not None:
        return RefusedRow(record.line, record.cells, fault)
    batch, serial = int(values["batch"]), int(values["serial"])
    county = values.get("county_code", "")
    return SiteRow(
        record.line,
        number=f"{batch}-{serial:04d}",
        batch=batch,
        announced_year=int(values["announced_year"]) if values.get("announced_year") else None,
        class_number=values.get("class_no", ""),
        name=values["name"],
        name_en=values.get("name_en", ""),
        era=values["era"],
        category=CATEGORIES[values["category"]],
        address=values["address"],
        division_code=county if county in counties else "",
        county_in_source=values.get("county_in_source", ""),
        doubt=_doubt(values.get("flag", ""), county, counties),
    )


def _doubt(flag: str, county: str, counties: frozenset[str]) -> str:
    if flag.startswith(ELSEWHERE):
        return str(SiteDoubt.Reason.OUTSIDE)
    if flag:
        return str(FLAGS.get(flag, SiteDoubt.Reason.SAID))
    return "" if county in counties else str(SiteDoubt.Reason.OUTSIDE)


def _fault(values: Mapping[str, str]) -> str | Promise | None:
    for name in ("batch", "serial"):
        if not values[name].isdecimal() or not 0 < int(values[name]) < 10_000:
            return _("Batch and serial must be whole numbers from 1 to 9999.")
    year = values.get("announced_year", "")
    if year and not (year.isdecimal() and 1949 <= int(year) <= _this_year()):
        return _("The year it was announced must lie between 1949 and this year.")
    if not values["name"] or not values["era"]:
        return _("A site needs a name and an era.")
    if values["category"] not in CATEGORIES:
        return _("The category is none of the six of the national lists.")
    too_long = [name for name, most in LENGTHS.items() if len(values.get(name, "")) > most]
    return _("A cell is longer than its field can hold.") if too_long else None


def _this_year() -> int:
    today: date = clock.now().date()
    return today.year
