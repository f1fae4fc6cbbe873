"""Heritage to show: the pack's sites, rooms and relics, entered by the same actions as people's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yicheng.apps.heritage.actions.places import open_place
from yicheng.apps.heritage.actions.relics import NewRelic, register_relic
from yicheng.apps.heritage.actions.sitelists import register_site
from yicheng.apps.heritage.actions.sites import change_site
from yicheng.apps.heritage.demo.tables import DEVICES, PLACES, RELICS, SITES, RelicRow, SiteRow
from yicheng.apps.heritage.demo.watch import build_watch, is_watched
from yicheng.apps.heritage.imports.sitelist import CATEGORIES
from yicheng.apps.heritage.models import KeepingPlace, Relic, Site
from yicheng.apps.heritage.permissions import HERITAGE_HEAD, HERITAGE_OFFICER, RELIC_KEEPER
from yicheng.core.kernel import clock
from yicheng.core.kernel.declare import Demonstration, SignIn
from yicheng.core.kernel.pack import CityPack, pack_of_city
from yicheng.core.people.public import (
    SYSTEM,
    NewStaff,
    Viewer,
    make_staff,
    organisation_ids,
    viewer_of_account,
)
from yicheng.core.web.public import city

PASSWORD = "yicheng-demo-2026"  # noqa: S105  shown to whoever starts the demonstration
SOURCE = "演示数据，坐标为约数"
PEOPLE = (
    NewStaff("curator", "周文博", "410100.museum", RELIC_KEEPER),
    NewStaff("museumhead", "沈望舒", "410100.museum", HERITAGE_HEAD),
    NewStaff("officer", "韩守正", "410100.heritage", HERITAGE_OFFICER, within=False),
)
TITLES = {
    "curator": _("Museum: keeps the relics"),
    "museumhead": _("Museum: approves movements, answers alerts"),
    "officer": _("Heritage bureau: keeps the sites"),
}


def is_built() -> bool:
    """Whether the demonstration is there to its end."""
    pack = _tables()
    return pack is None or (Relic.objects.exists() and (is_watched() or not pack.rows(DEVICES)))


def build(scale: float, say: Callable[[str], None]) -> None:
    """The pack's tables as they are, whatever the scale: a register doesn't grow with the number of cases."""
    pack = _tables()
    if pack is None:
        return
    people = _people()
    if not Relic.objects.exists():
        _registers(pack)
        say(f"{Site.objects.count()} sites, {Relic.objects.count()} relics")
    if "curator" in people and "museumhead" in people:
        days = 8 if scale >= 0.2 else 6
        build_watch(pack.rows(DEVICES), days=days, keeper=people["curator"], head=people["museumhead"])
        say("a museum under watch")


def _people() -> Mapping[str, Viewer]:
    """Those whose bodies the city has, made where they are missing."""
    known, accounts = organisation_ids(), get_user_model().objects.filter(username__in=TITLES)
    there = set(accounts.values_list("username", flat=True))
    wanted = [one for one in PEOPLE if one.organisation in known and one.username not in there]
    with clock.at(clock.now() - timedelta(days=200)):
        make_staff(SYSTEM, wanted, password=PASSWORD)
    return {name: viewer_of_account(pk) for name, pk in accounts.values_list("username", "pk")}


def _registers(pack: CityPack) -> None:
    known = organisation_ids()
    with clock.at(clock.now() - timedelta(days=200)), transaction.atomic():
        for site in pack.rows(SITES):
            _site(site, known)
        for place in pack.rows(PLACES):
            open_place(
                SYSTEM,
                code=place.code,
                name=place.name,
                kind=place.kind,
                organisation_id=known[place.keeper],
                division=place.division,
                is_public=place.is_public,
            )
        sites = dict(Site.objects.values_list("number", "pk"))
        rooms = dict(KeepingPlace.objects.values_list("code", "pk"))
        for relic in pack.rows(RELICS):
            _relic(relic, sites, rooms)


def sign_ins() -> list[SignIn]:
    """The two who keep heritage, where the city has their bodies."""
    known = organisation_ids()
    there = [one for one in PEOPLE if one.organisation in known]
    return [SignIn(TITLES[one.username], one.username, PASSWORD) for one in there]


def _tables() -> CityPack | None:
    pack = pack_of_city(city().code)
    return pack if pack and pack.rows(RELICS) else None


def _site(row: SiteRow, known: Mapping[str, int]) -> None:
    site = register_site(
        SYSTEM,
        batch=row.batch,
        serial=row.serial,
        announced_year=row.announced_year,
        name=row.name,
        name_en=row.name_en,
        era=row.era,
        category=CATEGORIES[row.category],
        address=row.address,
        division=row.division,
        source=SOURCE,
    )
    wanted = ("lon", "lat", "precision_m", "access", "access_note", "opening_hours", "story", "story_en")
    changes = {name: getattr(row, name) for name in wanted} | {"organisation_id": known[row.keeper]}
    change_site(SYSTEM, site.pk, changes, source=SOURCE)


def _relic(row: RelicRow, sites: Mapping[str, int], rooms: Mapping[str, int]) -> None:
    components = [tuple(one.split(":", 1)) for one in row.components]
    register_relic(
        SYSTEM,
        NewRelic(
            number=row.number,
            name=row.name,
            name_en=row.name_en,
            era=row.era,
            category=row.category,
            material=row.material,
            grade=row.grade,
            origin=row.origin,
            wholeness=row.wholeness,
            preservation=row.preservation,
            place_id=rooms[row.place],
            source=SOURCE,
            height_cm=row.height_cm,
            width_cm=row.width_cm,
            weight_kg=row.weight_kg,
            found_at_id=sites.get(row.found_at),
            acquired_year=row.acquired_year,
            story=row.story,
            components=[(name, material) for name, material in components],
        ),
    )


DEMONSTRATIONS = (Demonstration("heritage", _("Cultural heritage"), build, is_built, sign_ins),)
