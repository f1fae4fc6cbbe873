"""What government services take from a city pack: where people come to, what they can ask for, and with which forms.

``service_themes.csv``     code, audience (person, company), name, name_en, icon
``life_events.csv``        code, audience, name, name_en, summary, summary_en, icon
``halls.csv``              code, kind (hall, station), name, organisation, division, address, hours, windows …
``service_items.csv``      one line an item; columns: ``ItemRow``
``service_materials.csv``  one line a material of an item; columns: ``MaterialRow``
``forms/*.json``           forms as the editor of form-js saves them; the file's name is the form's code
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yicheng.core.cases.current import read_hours
from yicheng.core.cases.declare import PROCESSES
from yicheng.core.cases.registry import family_of
from yicheng.core.kernel.pack import CityPack, Finding, PackSection, Table, Tally, column
from yicheng.core.services import laying_down
from yicheng.core.services.forms.reading import check_form
from yicheng.core.services.laying_down_applications import APPLICATION_SECTION
from yicheng.core.services.models.halls import Hall
from yicheng.core.services.models.items import Audience, ItemVersion, Kind, Level, ServiceMaterial

CODE = r"[a-z0-9][a-z0-9_.\-]*"
FOLDER = "forms"


@dataclass(frozen=True)
class ThemeRow:
    line: int
    code: str = column(max_length=40, pattern=CODE)
    audience: str = column(choices=Audience.values)
    name: str = column(max_length=40)
    name_en: str = column(max_length=60, default="")
    icon: str = column(max_length=40, default="file-text")


@dataclass(frozen=True)
class LifeEventRow:
    line: int
    code: str = column(max_length=40, pattern=CODE)
    audience: str = column(choices=Audience.values)
    name: str = column(max_length=40)
    name_en: str = column(max_length=60, default="")
    summary: str = column(max_length=200, default="")
    summary_en: str = column(max_length=300, default="")
    icon: str = column(max_length=40, default="calendar")


@dataclass(frozen=True)
class HallRow:
    line: int
    code: str = column(max_length=40, pattern=CODE)
    kind: str = column(choices=Hall.Kind.values)
    name: str = column(max_length=80)
    organisation: str = column(ref="organisations.csv:code")
    division: str = column(ref="divisions.csv:code")
    address: str = column(max_length=160)
    hours: str = column(max_length=60)
    name_en: str = column(max_length=120, default="")
    address_en: str = column(max_length=200, default="")
    saturday: str = column(max_length=60, default="")
    sunday: str = column(max_length=60, default="")
    lon: float | None = column(minimum=-180, maximum=180, default=None)
    lat: float | None = column(minimum=-90, maximum=90, default=None)
    phone: str = column(max_length=60, default="")
    windows: tuple[str, ...] = ()
    slot_minutes: int = column(minimum=5, maximum=240, default=30)
    slot_places: int = column(minimum=0, maximum=500, default=0)


@dataclass(frozen=True)
class ItemRow:
    """The columns of ``service_items.csv``; the README of the city's pack explains them."""

    line: int
    audiences: tuple[str, ...]
    code: str = column(max_length=60, pattern=CODE)
    name: str = column(max_length=120)
    level: str = column(choices=Level.values)
    organisation: str = column(ref="organisations.csv:code")
    division: str = column(ref="divisions.csv:code")
    kind: str = column(choices=Kind.values)
    name_en: str = column(max_length=200, default="")
    summary: str = column(max_length=300, default="")
    summary_en: str = column(max_length=500, default="")
    words: tuple[str, ...] = ()
    catalog_code: str = column(max_length=12, default="")
    task_code: str = column(max_length=36, default="")
    themes: tuple[str, ...] = ()
    life_events: tuple[str, ...] = ()
    project: str = column(choices=ItemVersion.Project.values, default="promised")
    legal_days: int | None = column(minimum=1, maximum=999, default=None)
    promised_days: int = column(minimum=0, maximum=999, default=0)
    limit_note: str = column(max_length=300, default="")
    fee_cents: int = column(minimum=0, maximum=2_000_000_000, default=0)
    fee_note: str = column(max_length=300, default="")
    fee_basis: str = column(max_length=400, default="")
    by_law: str = ""
    condition: str = ""
    condition_en: str = ""
    special_procedure: str = column(max_length=200, default="")
    online_depth: int = column(minimum=1, maximum=4, default=1)
    visits: int = column(minimum=0, maximum=9, default=1)
    is_online: bool = False
    is_bookable: bool = True
    is_express: bool = False
    is_kiosk: bool = False
    is_paid_online: bool = False
    handle_area: str = column(choices=ItemVersion.Area.values, default="own")
    halls: tuple[str, ...] = ()
    phone: str = column(max_length=60, default="")
    complaint_phone: str = column(max_length=60, default="")
    result_kind: str = column(choices=ItemVersion.ResultKind.values, default="approval")
    result_name: str = column(max_length=120, default="")
    result_name_en: str = column(max_length=200, default="")
    licence_type: str = column(max_length=60, default="")
    process: str = column(max_length=60, default="services.application")
    form: str = column(max_length=60, default="")
    elements: tuple[str, ...] = ()


@dataclass(frozen=True)
class MaterialRow:
    line: int
    item: str = column(ref="service_items.csv:code")
    code: str = column(max_length=60, pattern=CODE)
    name: str = column(max_length=120)
    name_en: str = column(max_length=200, default="")
    is_needed: bool = True
    needed_when: str = column(max_length=200, default="")
    form: str = column(choices=ServiceMaterial.Form.values, default="original")
    source: str = column(choices=ServiceMaterial.Source.values, default="applicant")
    copies: int = column(minimum=0, maximum=99, default=1)
    page_format: str = column(max_length=20, default="")
    proved_by: tuple[str, ...] = ()
    accepted_when: str = column(max_length=300, default="")
    accepted_when_en: str = column(max_length=400, default="")
    by_law: str = column(max_length=400, default="")
    fill_note: str = column(max_length=300, default="")


THEMES = Table("service_themes.csv", ThemeRow, key=("code",), optional=True)
LIFE_EVENTS = Table("life_events.csv", LifeEventRow, key=("code",), optional=True)
HALLS = Table("halls.csv", HallRow, key=("code",), optional=True)
ITEMS = Table("service_items.csv", ItemRow, key=("code",), optional=True)
MATERIALS = Table("service_materials.csv", MaterialRow, key=("item", "code"), optional=True)


# ── checks ──────────────────────────────────────────────────────────────────


def check_subjects(pack: CityPack) -> Iterator[Finding]:
    """Columns of themes and life events."""
    yield from pack.findings(THEMES)
    yield from pack.findings(LIFE_EVENTS)


def check_halls(pack: CityPack) -> Iterator[Finding]:
    """Columns, and hours that can be read."""
    yield from pack.findings(HALLS)
    for row in pack.rows(HALLS):
        for hours in (row.hours, row.saturday, row.sunday):
            if not _are_hours(hours):
                reason = _("“%(hours)s” are no hours: write 09:00-12:00 13:30-17:30.") % {"hours": hours}
                yield Finding(HALLS.file, row.line, reason)


def _are_hours(text: str) -> bool:
    try:
        read_hours(text)
    except ValueError:
        return False
    return True


def check_forms(pack: CityPack) -> Iterator[Finding]:
    """Every form is JSON that the platform can show."""
    for path in pack.files(f"{FOLDER}/*.json"):
        yield from _form_findings(path)


def _form_findings(path: Path) -> Iterator[Finding]:
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as fault:
        reason = _("The file is not JSON: %(fault)s") % {"fault": str(fault)}
        yield Finding(f"{FOLDER}/{path.name}", 0, reason)
        return
    for finding in check_form(schema):
        yield Finding(f"{FOLDER}/{path.name}", 0, str(finding))


def check_items(pack: CityPack) -> Iterator[Finding]:
    """Columns; what items name is in the pack; processes that nothing installed declares are told."""
    yield from pack.findings(ITEMS)
    yield from pack.findings(MATERIALS)
    known = _Known.of(pack)
    for row in pack.rows(ITEMS):
        for reason in _item_reasons(row, known):
            yield Finding(ITEMS.file, row.line, reason)
        if row.process not in PROCESSES and family_of(row.process) is None:
            reason = _("No installed part declares the process “%(name)s”.") % {"name": row.process}
            yield Finding(ITEMS.file, row.line, reason, "warning")


@dataclass(frozen=True)
class _Known:
    """What an item's line may name."""

    values: dict[str, frozenset[str]]
    organisations: frozenset[str]

    @staticmethod
    def of(pack: CityPack) -> _Known:
        forms = frozenset(path.stem for path in pack.files(f"{FOLDER}/*.json"))
        values = {
            "audiences": frozenset(Audience.values),
            "themes": frozenset(row.code for row in pack.rows(THEMES)),
            "life_events": frozenset(row.code for row in pack.rows(LIFE_EVENTS)),
            "halls": frozenset(row.code for row in pack.rows(HALLS)),
            "form": forms,
        }
        return _Known(values, pack.values("organisations.csv", "code"))


def _item_reasons(row: ItemRow, known: _Known) -> Iterator[str]:
    for name, values in known.values.items():
        given = getattr(row, name)
        for value in (given,) if isinstance(given, str) else given:
            if value and value not in values:
                yield _("Column %(column)s: there is no “%(value)s”.") % {"column": name, "value": value}
    for text in row.elements:
        element, sign, organisation = text.partition("=")
        if not (element and sign and organisation in known.organisations):
            yield _("“%(text)s” should be an element and an organisation: review__fire=code.") % {
                "text": text
            }
    if row.is_online and not row.form:
        yield _("An item that is applied for on line needs a form.")


# ── loading ─────────────────────────────────────────────────────────────────


def _load_subjects(pack: CityPack) -> Tally:
    themes = [_plain(row, at) for at, row in enumerate(pack.rows(THEMES))]
    events = [_plain(row, at) for at, row in enumerate(pack.rows(LIFE_EVENTS))]
    return laying_down.lay_down_themes(themes) + laying_down.lay_down_life_events(events)


def _load_halls(pack: CityPack) -> Tally:
    return laying_down.lay_down_halls([_plain(row) for row in pack.rows(HALLS)])


def _load_forms(pack: CityPack) -> Tally:
    tally = Tally()
    for path in pack.files(f"{FOLDER}/*.json"):
        tally += laying_down.lay_down_form(path.stem, json.loads(path.read_text(encoding="utf-8")))
    return tally


def _load_items(pack: CityPack) -> Tally:
    materials: dict[str, list[dict[str, Any]]] = {}
    for row in pack.rows(MATERIALS):
        facts = _plain(row)
        materials.setdefault(facts.pop("item"), []).append(facts)
    rows = [_plain(row) | {"materials": materials.get(row.code, [])} for row in pack.rows(ITEMS)]
    return laying_down.lay_down_items(rows, note=pack.root.name)


def _plain(row: Any, position: int | None = None) -> dict[str, Any]:
    facts = {name: value for name, value in vars(row).items() if name != "line"}
    return facts if position is None else facts | {"position": position}


def _files(*tables: Table[Any]) -> tuple[str, ...]:
    return tuple(table.file for table in tables)


PACK_SECTIONS = (
    APPLICATION_SECTION,
    PackSection(
        "services.subjects",
        gettext_lazy("Themes and life events"),
        _files(THEMES, LIFE_EVENTS),
        check_subjects,
        _load_subjects,
    ),
    PackSection(
        "services.halls",
        gettext_lazy("Service halls and stations"),
        _files(HALLS),
        check_halls,
        _load_halls,
        after=("people.organisations", "places.divisions"),
    ),
    PackSection("services.forms", gettext_lazy("Forms"), (f"{FOLDER}/*.json",), check_forms, _load_forms),
    PackSection(
        "services.items",
        gettext_lazy("Service items"),
        _files(ITEMS, MATERIALS),
        check_items,
        _load_items,
        after=("services.subjects", "services.halls", "services.forms", "cases.processes"),
    ),
)
