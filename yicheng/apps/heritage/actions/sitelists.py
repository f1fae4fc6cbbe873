"""Takes published lists of sites; doubtful rows wait for a person's decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.actions.sites import say_site, site_changed
from yicheng.apps.heritage.imports.sitelist import RefusedRow, SiteRow, read_site_list
from yicheng.apps.heritage.models import Site, SiteDoubt
from yicheng.apps.heritage.models.sites import SiteLevel
from yicheng.apps.heritage.permissions import KEEP_SITES
from yicheng.core.journal.public import record
from yicheng.core.kernel import clock
from yicheng.core.kernel.errors import Conflict, Invalid, NotFound
from yicheng.core.kernel.sheets.files import open_sheet
from yicheng.core.people.public import Viewer
from yicheng.core.places.public import divisions

SHARED = (
    "batch",
    "announced_year",
    "class_number",
    "name",
    "name_en",
    "era",
    "category",
    "address",
    "division_code",
)


@dataclass(frozen=True, slots=True)
class ListTaken:
    """What became of a list's rows: every line is in one of the four."""

    created: int
    present: int
    doubtful: int
    refused: Sequence[RefusedRow]


def take_site_list(viewer: Viewer, file: BinaryIO, *, name: str) -> ListTaken:
    """Bring in a national list: sound rows become sites, doubtful ones wait. Sites that are here stay as they are.

    Raises ``Forbidden``, ``Unreadable``; refused rows are answered, none is lost.
    """
    viewer.require(KEEP_SITES)
    counties = frozenset(one.code for one in divisions(2))
    rows, refused = _apart(read_site_list(open_sheet(file), counties=counties))
    with transaction.atomic():
        here = _here(rows)
        fresh = [row for number, row in rows.items() if number not in here]
        for row in fresh:
            viewer.require(KEEP_SITES, division=row.division_code)
        created = _write_sites(viewer, [row for row in fresh if not row.doubt], source=name)
        doubtful = _write_doubts([row for row in fresh if row.doubt], source=name)
        detail = {"list": name, "created": created, "doubtful": doubtful, "refused": len(refused)}
        record(viewer, action="heritage.take_site_list", subject="heritage/sites", detail=detail)
    return ListTaken(created, len(here), doubtful, refused)


def register_site(
    viewer: Viewer,
    *,
    batch: int,
    serial: int,
    announced_year: int,
    name: str,
    name_en: str,
    era: str,
    category: str,
    address: str,
    division: str,
    source: str,
) -> Site:
    """Enter one national site by hand. Raises ``Forbidden``, ``Conflict`` when its number is in the register."""
    viewer.require(KEEP_SITES, division=division)
    number = f"{batch}-{serial:04d}"
    with transaction.atomic():
        if Site.objects.filter(number=number).exists():
            raise Conflict(_("The site %(number)s is in the register already."), number=number)
        site = Site.objects.create(
            number=number,
            level=SiteLevel.NATIONAL,
            batch=batch,
            announced_year=announced_year,
            name=name,
            name_en=name_en,
            era=era,
            category=category,
            address=address,
            division_code=division,
            updated_at=clock.now(),
        )
        say_site(viewer, site, _said(site), source=source)
        detail = {"number": number, "source": source}
        record(
            viewer,
            action="heritage.register_site",
            subject=f"site/{site.pk}",
            division=division,
            detail=detail,
        )
        site_changed(site)
    return site


def _apart(rows: Iterator[SiteRow | RefusedRow]) -> tuple[dict[str, SiteRow], list[RefusedRow]]:
    sound: dict[str, SiteRow] = {}
    refused: list[RefusedRow] = []
    for row in rows:
        if isinstance(row, RefusedRow):
            refused.append(row)
        elif row.number in sound:
            twice = _("The number stands in the list twice.")
            refused.append(RefusedRow(row.line, (row.number, row.name), twice))
        else:
            sound[row.number] = row
    return sound, refused


def _here(rows: Mapping[str, SiteRow]) -> set[str]:
    numbers = set(Site.objects.filter(number__in=rows).values_list("number", flat=True))
    return numbers | set(SiteDoubt.objects.filter(number__in=rows).values_list("number", flat=True))


def _write_sites(viewer: Viewer, rows: Sequence[SiteRow], *, source: str) -> int:
    now = clock.now()
    made = Site.objects.bulk_create(
        Site(number=row.number, level=SiteLevel.NATIONAL, updated_at=now, **_shared(row)) for row in rows
    )
    for site in made:
        say_site(viewer, site, _said(site), source=source)
        site_changed(site)
    return len(made)


def _write_doubts(rows: Sequence[SiteRow], *, source: str) -> int:
    made = SiteDoubt.objects.bulk_create(
        SiteDoubt(
            number=row.number,
            reason=row.doubt,
            list_name=source,
            line=row.line,
            county_in_source=row.county_in_source,
            **_shared(row),
        )
        for row in rows
    )
    return len(made)


def _shared(row: SiteRow | SiteDoubt) -> dict[str, Any]:
    return {name: getattr(row, name) for name in SHARED}


def _said(site: Site) -> Iterator[tuple[str, str]]:
    for name in ("name", "era", "category", "address", "division_code"):
        if value := str(getattr(site, name)):
            yield name, value


def settle_doubt(viewer: Viewer, doubt_id: int, *, take: bool, division: str = "", why: str) -> SiteDoubt:
    """Decide on a doubtful row: into the register, in this county, or not taken. ``why`` is kept.

    Raises ``NotFound``, ``Conflict`` when it was decided before, ``Invalid`` without a reason or a county.
    """
    viewer.require(KEEP_SITES)
    if not why.strip():
        raise Invalid(_("Say why."), fields={"why": _("Write what your decision rests on.")})
    with transaction.atomic():
        doubt = SiteDoubt.objects.select_for_update().filter(pk=doubt_id).first()
        if doubt is None:
            raise NotFound(_("There is no such row."))
        if doubt.status != SiteDoubt.Status.WAITING:
            raise Conflict(_("Somebody has decided this row already: see what they wrote."))
        if take:
            doubt.site = _taken(viewer, doubt, division, why)
        doubt.status = SiteDoubt.Status.TAKEN if take else SiteDoubt.Status.REFUSED
        doubt.decision = why.strip()[:400]
        doubt.decided_by_id, doubt.decided_at = viewer.account_id, clock.now()
        doubt.save()
        detail = {"number": doubt.number, "taken": take, "why": doubt.decision}
        record(viewer, action="heritage.settle_doubt", subject=f"sitedoubt/{doubt.pk}", detail=detail)
    return doubt


def _taken(viewer: Viewer, doubt: SiteDoubt, division: str, why: str) -> Site:
    if division not in {one.code for one in divisions(2)}:
        raise Invalid(_("Choose the county."), fields={"division": _("Choose the county.")})
    viewer.require(KEEP_SITES, division=division)
    shared = _shared(doubt) | {"division_code": division}
    level, now = SiteLevel.NATIONAL, clock.now()
    site = Site.objects.create(number=doubt.number, level=level, updated_at=now, **shared)
    say_site(viewer, site, _said(site), source=doubt.list_name)
    say_site(viewer, site, [("division_code", division)], source=why)
    site_changed(site)
    return site
